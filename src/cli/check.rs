//! `countersign check`: everything that `countersign.toml` describes.

use std::path::PathBuf;

use super::failure::Failure;
use super::{documents, output, replay};
use crate::config::{self, Config};
use crate::contract::{self, Found, Pledge};
use crate::exit::Exit;
use crate::report::{Trouble, Verb};
use crate::run::{Assignment, Plan};
use crate::secrets::Secrets;

/// Replays every pact against its provider, as countersign.toml says.
///
/// Providers are started, their pacts replayed, every answer held against their documents, and
/// everything that was started is stopped again.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The configuration.
    #[arg(long, value_name = "FILE", default_value = config::FILE)]
    config: PathBuf,
    /// Only this provider; may be given several times.
    #[arg(long, value_name = "NAME")]
    provider: Vec<String>,
    #[command(flatten)]
    documents: documents::Documents,
    #[command(flatten)]
    output: output::Flags,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let config = Config::load(&self.config)?;
        if let Some(unknown) = self.provider.iter().find(|name| config.provider(name).is_none()) {
            return Err(unknown_provider(unknown, &config));
        }
        let found = contract::find(&config.pacts);
        let mut plan = plan(&config, &self.provider, found);
        for Assignment { provider, .. } in &mut plan.providers {
            provider.reading = self.documents.over(&provider.reading);
        }
        replay::carry_out(Verb::Check, plan, &self.output)
    }
}

/// What to say where nobody has that name.
pub fn unknown_provider(name: &str, config: &Config) -> Failure {
    Failure::new(format!("{} describes no provider {name:?}", config.file.display()))
        .hint(format!("it describes {}", config.names()))
}

fn plan(config: &Config, chosen: &[String], found: Found) -> Plan {
    let mut plan = Plan { troubles: found.troubles, ..Plan::default() };
    for provider in &config.providers {
        let name = provider.name.as_str();
        if chosen.is_empty() || chosen.iter().any(|it| it == name) {
            let services = config.services_of(provider).into_iter().cloned().collect();
            let (provider, secrets) = (provider.clone(), Secrets::default());
            plan.providers.push(Assignment { provider, services, pledges: Vec::new(), secrets });
        }
    }
    for pledge in found.pledges {
        let name = pledge.pact.provider();
        match plan.providers.iter_mut().find(|it| it.provider.name == *name) {
            Some(assignment) => assignment.take(pledge),
            // Whoever chooses providers does not ask after the pacts of others.
            None if chosen.is_empty() => plan.troubles.push(stray(&pledge, config)),
            None => {}
        }
    }
    plan
}

/// A pact that nobody would replay: silence would look like a promise kept.
fn stray(pledge: &Pledge, config: &Config) -> Trouble {
    let (file, provider) = (pledge.pact.file().display(), pledge.pact.provider());
    let message = format!(
        "{file} binds the provider {:?}, which {} does not describe",
        provider.as_str(),
        config.file.display()
    );
    Trouble::new("provider.unknown", message)
        .of_contract(&pledge.contract)
        .of_provider(provider.as_str())
        .hint("add a [[provider]] table for it, or choose others with --provider")
}
