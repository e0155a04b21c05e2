//! `countersign verify`: one provider, wherever it runs, with or without a `countersign.toml`.

mod pending;
pub mod results;
mod shelf;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use countersign_letter::ProviderName;

use super::check::unknown_provider;
use super::failure::Failure;
use super::{documents, output, replay};
use crate::config::{self, Celery, Config, Messages, Provider, Template, WebSocket};
use crate::contract::{self, Found};
use crate::exit::Exit;
use crate::report::{Trouble, Verb};
use crate::run::{Assignment, Plan};
use crate::secrets::Secrets;
use shelf::Shelf;

/// Replays pacts against one provider: as countersign.toml describes it, or one that runs already.
///
/// With --pact and --url or --redis, no countersign.toml is needed. With --broker-url, or with
/// --from-broker, its pacts are those that a Pact Broker gives out, and --publish tells it the results.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The provider's name, as the pacts write it.
    #[arg(long, value_name = "NAME")]
    provider: String,
    /// Where it runs already; nothing is started then.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The Redis over which it takes or publishes tasks, in Celery's protocol; nothing is started then.
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// A list on which it publishes tasks; may be given several times [default: celery].
    #[arg(long, value_name = "NAME", requires = "redis")]
    queue: Vec<String>,
    /// The path at which it sends events over a WebSocket.
    #[arg(long, value_name = "PATH")]
    websocket: Option<String>,
    /// A pact to replay, in place of those in the configuration's folder; may be given several times.
    #[arg(long, value_name = "FILE")]
    pact: Vec<PathBuf>,
    /// Its OpenAPI document.
    #[arg(long, value_name = "FILE")]
    openapi: Option<PathBuf>,
    /// Where its provider states are set up: a URL, or a path of the provider.
    #[arg(long, value_name = "URL")]
    states_url: Option<String>,
    /// A header to add to every request, in place of what the pact says; its value is never shown.
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    header: Vec<Header>,
    /// Replays only interactions whose description or provider state holds TEXT.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Interactions in flight, at most.
    #[arg(long, value_name = "N", value_parser = jobs)]
    jobs: Option<NonZeroUsize>,
    /// The configuration, where there is one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    shelf: Box<shelf::Flags>,
    #[command(flatten)]
    documents: documents::Documents,
    #[command(flatten)]
    output: output::Flags,
}

/// A header of the command line. Its value may be a secret, so that it does not show itself.
#[derive(Clone)]
pub(super) struct Header {
    name: String,
    value: String,
}

impl std::fmt::Debug for Header {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: [secret]", self.name)
    }
}

impl Header {
    /// Name and value.
    pub(super) fn parts(&self) -> (String, String) {
        (self.name.clone(), self.value.clone())
    }
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let config = self.config()?;
        let mut secrets = Secrets::default();
        let provider = self.describe(config.as_ref(), &mut secrets)?;
        let fetched =
            if self.shelf.wanted() { Some(self.shelf.fetch(&self.provider, config.as_ref())?) } else { None };
        let found = match &config {
            _ if fetched.is_some() => fetched.as_ref().map_or_else(Found::default, Shelf::found),
            Some(config) if self.pact.is_empty() => contract::find(&config.pacts),
            _ => contract::read(&self.pact),
        };
        let services = config.iter().flat_map(|config| config.services_of(&provider)).cloned().collect();
        let plan = self.plan(Assignment { provider, services, pledges: Vec::new(), secrets }, found);
        match fetched {
            Some(fetched) => self.replay(&fetched, plan),
            None => replay::carry_out(Verb::Verify, plan, &self.output),
        }
    }

    /// Replays a broker's pacts, and tells it what came of it.
    fn replay(&self, fetched: &Shelf, plan: Plan) -> Result<Exit, Failure> {
        let places = self.output.open()?;
        if !self.output.quiet {
            fetched.tell_before();
        }
        let strict = replay::replay(Verb::Verify, plan, &self.output)?;
        let pending = |contract: &str| fetched.due.get(contract).is_some_and(|due| due.pending || due.wip);
        let report = pending::lenient(strict.clone(), &pending);
        self.output.write(&report, places)?;
        if !self.output.quiet {
            fetched.tell_after(&strict);
        }
        fetched.publish(&strict, self.output.quiet)?;
        Ok(Exit::from(report.summary.outcome))
    }

    /// The configuration: has to be there where it is named, or where flags leave something open.
    fn config(&self) -> Result<Option<Config>, Failure> {
        let named = self.config.as_deref();
        let file = named.unwrap_or(config::FILE.as_ref());
        let located = self.url.is_some() || self.redis.is_some();
        let self_sufficient = located && (!self.pact.is_empty() || self.shelf.wanted());
        if named.is_none() && self_sufficient && !file.exists() {
            return Ok(None);
        }
        Ok(Some(Config::load(file)?))
    }

    /// The provider, with what flags say in place of what the configuration says.
    fn describe(&self, config: Option<&Config>, secrets: &mut Secrets) -> Result<Provider, Failure> {
        let described = config.and_then(|config| config.provider(&self.provider)).cloned();
        // One that serves a queue elsewhere runs already, though it may listen nowhere.
        let url = self.url.clone().map(Template::literal);
        let elsewhere = url.is_some() || self.redis.is_some();
        let mut provider = match (described, config) {
            (Some(described), _) if elsewhere => described.elsewhere(url),
            (Some(described), _) => described,
            (None, _) if elsewhere => Provider::running(self.name()?, url),
            (None, Some(config)) => return Err(unknown_provider(&self.provider, config)),
            (None, None) => {
                return Err(Failure::new("nothing says where the provider is").hint("give --url or --redis"));
            }
        };
        self.describe_messages(&mut provider.messages);
        if let Some(document) = &self.openapi {
            provider.document = Some(document.clone());
        }
        if let Some(states) = &self.states_url {
            provider.states = Some(Template::literal(states.clone()));
        }
        provider.reading = self.documents.over(&provider.reading);
        provider.jobs = self.jobs.or(provider.jobs);
        for Header { name, value } in &self.header {
            secrets.add(value);
            provider.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
            provider.headers.push((name.clone(), Template::literal(value.clone())));
        }
        Ok(provider)
    }

    fn describe_messages(&self, messages: &mut Messages) {
        if let Some(redis) = &self.redis {
            let described = messages.celery.take().map(|celery| celery.queues);
            let queues = if self.queue.is_empty() { described } else { Some(self.queue.clone()) };
            let queues = queues.unwrap_or_else(|| vec![config::DEFAULT_QUEUE.to_owned()]);
            messages.celery = Some(Celery { redis: Template::literal(redis.clone()), queues });
        }
        if let Some(path) = &self.websocket {
            let described = messages.websocket.take().map(|websocket| websocket.protocols);
            let (path, protocols) = (Template::literal(path.clone()), described.unwrap_or_default());
            messages.websocket = Some(WebSocket { path, protocols });
        }
    }

    fn name(&self) -> Result<ProviderName, Failure> {
        ProviderName::parse(&self.provider)
            .map_err(|error| Failure::new(format!("{:?} is no name of a provider: {error}", self.provider)))
    }

    fn plan(&self, mut assignment: Assignment, found: Found) -> Plan {
        let mut troubles = found.troubles;
        for pledge in found.pledges {
            let provider = pledge.pact.provider();
            if *provider == assignment.provider.name {
                assignment.take(pledge);
            } else if !self.pact.is_empty() {
                let file = pledge.pact.file().display();
                let message =
                    format!("{file} binds the provider {:?} and not {:?}", provider.as_str(), self.provider);
                troubles.push(
                    Trouble::new("provider.unknown", message)
                        .of_contract(&pledge.contract)
                        .hint("--provider and --pact have to speak of the same provider"),
                );
            }
        }
        let providers =
            if assignment.pledges.is_empty() && !troubles.is_empty() { vec![] } else { vec![assignment] };
        Plan { providers, troubles, filter: self.filter.clone() }
    }
}

pub(super) fn header(text: &str) -> Result<Header, String> {
    let (name, value) = text.split_once(':').ok_or("it has to be written as \"Name: value\"")?;
    let (name, value) = (name.trim(), value.trim());
    if reqwest::header::HeaderName::from_bytes(name.as_bytes()).is_err() {
        return Err(format!("{name:?} is no header name"));
    }
    if reqwest::header::HeaderValue::from_str(value).is_err() {
        return Err("its value holds characters that a header cannot carry".to_owned());
    }
    Ok(Header { name: name.to_owned(), value: value.to_owned() })
}

fn jobs(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "it has to be a whole number from 1 on".to_owned())
}
