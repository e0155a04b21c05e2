//! Pacts that come from a Pact Broker: which are asked for, and how they become the replay's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use countersign_broker::client::{Ask, Build, Client, Due};
use countersign_verify::Pact;
use serde_json::Value;

use super::results;
use crate::ci;
use crate::cli::access::{self, asking, failed};
use crate::cli::built::Said;
use crate::cli::failure::Failure;
use crate::cli::selector;
use crate::config::Config;
use crate::contract::{Found, Pledge};
use crate::report::{Report, Trouble, printable};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Pacts of a broker")]
#[group(skip)]
pub struct Flags {
    /// Takes the pacts from the broker that the environment or countersign.toml names.
    #[arg(long, conflicts_with = "pact")]
    from_broker: bool,
    /// Which consumers' versions, as JSON or such as `mainBranch` or `branch=main,consumer=web`; may be given
    /// several times [default: the broker's own choice].
    #[arg(long, value_name = "SELECTOR", value_parser = selector::of_consumers,
        alias = "consumer-version-selectors", conflicts_with = "pact")]
    selector: Vec<Value>,
    /// Pacts that were never verified do not fail the command.
    #[arg(long, conflicts_with = "pact")]
    enable_pending: bool,
    /// Verifies pacts of branches as well that are new since this day, without failing the command.
    #[arg(long, value_name = "DATE", value_parser = day, conflicts_with = "pact")]
    include_wip_pacts_since: Option<String>,
    /// Publishes the results. Where that fails, so does the command.
    #[arg(long, conflicts_with_all = ["pact", "filter"], alias = "publish-verification-results")]
    publish: bool,
    /// The provider's version that is verified [default: as the CI service or git tell].
    #[arg(long, value_name = "V", alias = "provider-app-version")]
    provider_version: Option<String>,
    /// The branch that it was built from [default: as the CI service or git tell].
    #[arg(long, value_name = "B")]
    provider_branch: Option<String>,
    /// A tag of it; may be given several times.
    #[arg(long, value_name = "T")]
    provider_tag: Vec<String>,
    /// Where the build can be looked at [default: as the CI service tells].
    #[arg(long, value_name = "URL")]
    build_url: Option<String>,
    /// Where results are kept that could not be published, for `countersign publish-results`.
    #[arg(long, value_name = "FILE", default_value = "countersign-results.json")]
    results_file: PathBuf,
    #[command(flatten)]
    broker: access::Flags,
}

/// Pacts that a broker gave out.
#[derive(Debug)]
pub struct Shelf {
    client: Client,
    provider: String,
    /// By the contract's name in the report.
    pub due: BTreeMap<String, Due>,
    /// The build whose results are published.
    publish: Option<Build>,
    results_file: PathBuf,
}

impl Flags {
    /// Whether the pacts come from a broker.
    pub fn wanted(&self) -> bool {
        self.from_broker
            || self.publish
            || self.enable_pending
            || self.include_wip_pacts_since.is_some()
            || !self.selector.is_empty()
            || self.broker.names_a_broker()
    }

    /// Asks the broker for what `provider` has to verify.
    pub fn fetch(&self, provider: &str, config: Option<&Config>) -> Result<Shelf, Failure> {
        let client = self.broker.client(config)?;
        let publish = if self.publish { Some(self.build()?) } else { None };
        let branch = publish.as_ref().and_then(|build| build.branch.clone());
        let ask = Ask {
            selectors: self.selector.clone(),
            pending: self.enable_pending,
            wip_since: self.include_wip_pacts_since.clone(),
            branch: branch.or_else(|| self.provider_branch.clone()).or_else(|| ci::found().branch),
            tags: self.provider_tag.clone(),
        };
        let what = format!("fetch the pacts that {provider} has to keep");
        let due = asking(async { client.due(provider, &ask).await.map_err(failed(&what)) })?;
        let due = named(provider, due);
        let results_file = self.results_file.clone();
        Ok(Shelf { client, provider: provider.to_owned(), due, publish, results_file })
    }

    fn build(&self) -> Result<Build, Failure> {
        let said = Said {
            version: self.provider_version.as_deref(),
            branch: self.provider_branch.as_deref(),
            tags: &self.provider_tag,
            url: self.build_url.as_deref(),
        };
        said.build("--provider-version")
    }
}

impl Shelf {
    /// The pacts, to be replayed.
    pub fn found(&self) -> Found {
        let mut found = Found::default();
        for (contract, due) in &self.due {
            let text = serde_json::to_string_pretty(&due.pact).unwrap_or_default();
            match Pact::parse(Path::new(&due.address), &text) {
                Ok(pact) => found.pledges.push(Pledge { contract: contract.clone(), pact, document: None }),
                Err(error) => {
                    let message = format!("failed to load the pact {}: {error}", due.address);
                    found.troubles.push(Trouble::new("pact.unreadable", message).of_contract(contract));
                }
            }
        }
        if self.due.is_empty() {
            let message = format!("the broker has no pact that {:?} has to keep", self.provider);
            found.troubles.push(
                Trouble::new("provider.without-pact", message).of_provider(&self.provider).hint(
                    "see that the consumer has published one, and that the selectors choose its version",
                ),
            );
        }
        found
    }

    /// Says why each pact is verified.
    pub fn tell_before(&self) {
        for (contract, due) in &self.due {
            let kind = if due.wip {
                " (work in progress)"
            } else if due.pending {
                " (pending)"
            } else {
                ""
            };
            tell(&format!("{contract}{kind}: {}", due.description));
            due.told(None, false).for_each(tell);
        }
    }

    /// Says of each pact what its result means.
    pub fn tell_after(&self, report: &Report) {
        for contract in &report.contracts {
            let success = contract.kept == contract.interactions;
            if let Some(due) = self.due.get(&contract.contract) {
                due.told(Some(success), self.publish.is_some()).for_each(tell);
            }
        }
    }

    /// Publishes what was found, where that is wanted; what cannot be published is kept in a file.
    pub fn publish(&self, report: &Report, quiet: bool) -> Result<(), Failure> {
        let Some(build) = &self.publish else { return Ok(()) };
        let (mut results, untold) = results::of(report, &self.due, &self.provider, build);
        if !quiet {
            for contract in &untold {
                tell(&format!("{contract}: not published, for it could not be told whether it is kept"));
            }
        }
        results::publish(&self.client, &mut results, &self.results_file)?;
        if !quiet {
            tell(&format!("published {}", results::count(report.contracts.len() - untold.len())));
        }
        Ok(())
    }
}

/// Contracts by names of their own: a consumer may have several versions of one.
fn named(provider: &str, due: Vec<Due>) -> BTreeMap<String, Due> {
    let mut named = BTreeMap::new();
    for one in due {
        let consumer = one.pact["consumer"]["name"].as_str().unwrap_or("unknown");
        let plain = format!("{consumer}-{provider}");
        let numbered = (2..).map(|number| format!("{plain}-{number}"));
        let mut candidates = std::iter::once(plain.clone()).chain(numbered);
        let free = candidates.find(|name| !named.contains_key(name));
        named.insert(free.expect("numbers do not end"), one);
    }
    named
}

fn day(text: &str) -> Result<String, String> {
    let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d");
    day.map(|_| text.to_owned()).map_err(|_| "it has to be a day, such as 2027-01-31".to_owned())
}

/// Beside the report; nobody is left to tell where standard error is closed.
fn tell(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{}", printable(line));
}
