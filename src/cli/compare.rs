//! `countersign compare`: pacts against documents, without a server.

use std::path::PathBuf;

use clap::ValueEnum;
use countersign_compare::{Notes, Settings};
use countersign_openapi::Undeclared;

use super::check::unknown_provider;
use super::failure::Failure;
use super::{documents, output};
use crate::compare::{Letter, Plan, Source, Subject};
use crate::config::{self, Config, Provider};
use crate::exit::Exit;
use crate::report::Trouble;

/// Holds pacts against the documents of their providers, without a server.
///
/// Requests are held against an OpenAPI document (2.0 to 3.2), messages against an AsyncAPI document
/// (2 and 3). Without flags, every pact of countersign.toml is held against its provider's documents.
/// With --pact and --openapi or --asyncapi, no countersign.toml is needed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A pact, a folder of pacts, or the URL of one; may be given several times.
    #[arg(long, value_name = "FILE|DIR|URL")]
    pact: Vec<Source>,
    /// The OpenAPI document that requests are held against.
    #[arg(long, value_name = "FILE")]
    openapi: Option<PathBuf>,
    /// The AsyncAPI document that messages are held against.
    #[arg(long, value_name = "FILE")]
    asyncapi: Option<PathBuf>,
    /// Only pacts that bind this provider.
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// What a consumer may count on of which the document says nothing.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    undeclared: Leniency,
    /// The configuration, where there is one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    documents: documents::Documents,
    #[command(flatten)]
    output: output::Flags,
}

/// What is thought of properties that a document does not speak of.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Leniency {
    /// Nothing, whatever `additionalProperties: true` says: what the OpenAPI-Pact comparator holds.
    Refused,
    /// What `additionalProperties` lets in.
    #[default]
    Open,
    /// Whatever is not forbidden.
    Allowed,
}

impl From<Leniency> for Undeclared {
    fn from(leniency: Leniency) -> Self {
        match leniency {
            Leniency::Refused => Self::Refused,
            Leniency::Open => Self::RefusedUnlessOpen,
            Leniency::Allowed => Self::Allowed,
        }
    }
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let sink = self.output.open()?;
        let config = self.config()?;
        let report = self.plan(config.as_ref())?.carry_out();
        self.output.write(&report, sink)?;
        Ok(Exit::from(report.summary.outcome))
    }

    fn has_documents(&self) -> bool {
        self.openapi.is_some() || self.asyncapi.is_some()
    }

    /// The configuration: has to be there where it is named, or where flags leave something open.
    fn config(&self) -> Result<Option<Config>, Failure> {
        if self.config.is_none() && !self.pact.is_empty() && self.has_documents() {
            return Ok(None);
        }
        Ok(Some(Config::load(self.config.as_deref().unwrap_or(config::FILE.as_ref()))?))
    }

    fn plan(&self, config: Option<&Config>) -> Result<Plan, Failure> {
        if let (Some(name), Some(config), false) = (&self.provider, config, self.has_documents())
            && config.provider(name).is_none()
        {
            return Err(unknown_provider(name, config));
        }
        if self.has_documents() && self.pact.is_empty() && self.provider.is_none() {
            return Err(Failure::new("nothing says whose pacts the document is for")
                .hint("name pacts by --pact, or the provider by --provider"));
        }
        let notes = if self.output.shows_notes() { Notes::Told } else { Notes::Counted };
        let settings = Settings { undeclared: self.undeclared.into(), notes };
        let mut plan = Plan { settings, ..Plan::default() };
        let folder = config.map(|config| Source::Path(config.pacts.clone()));
        let sources = if self.pact.is_empty() { folder.as_slice() } else { self.pact.as_slice() };
        let mut letters = Vec::new();
        for (more, troubles) in sources.iter().map(Source::read) {
            letters.extend(more);
            plan.troubles.extend(troubles);
        }
        let chosen = |letter: &Letter| {
            self.provider.as_deref().is_none_or(|name| letter.pact.provider().as_str() == name)
        };
        letters.retain(chosen);
        if self.has_documents() {
            let (openapi, asyncapi) = (self.openapi.clone(), self.asyncapi.clone());
            plan.subjects.push(Subject { openapi, asyncapi, letters, ..Subject::default() });
        } else if let Some(config) = config {
            by_provider(config, letters, &mut plan);
        }
        for subject in &mut plan.subjects {
            subject.reading = self.documents.over(&subject.reading);
        }
        Ok(plan)
    }
}

/// Gives each pact to the documents of its provider.
fn by_provider(config: &Config, letters: Vec<Letter>, plan: &mut Plan) {
    for provider in &config.providers {
        let (openapi, asyncapi) = (provider.document.clone(), provider.asyncapi.clone());
        let reading = provider.reading.clone();
        plan.subjects.push(Subject { openapi, asyncapi, reading, letters: Vec::new() });
    }
    for letter in letters {
        let name = letter.pact.provider().as_str();
        let at = config.providers.iter().position(|provider| provider.name.as_str() == name);
        match at {
            Some(at) if plan.subjects[at].openapi.is_some() || plan.subjects[at].asyncapi.is_some() => {
                plan.subjects[at].letters.push(letter);
            }
            Some(at) => plan.troubles.push(undescribed(&letter, &config.providers[at], config)),
            None => plan.troubles.push(stray(&letter, config)),
        }
    }
}

fn undescribed(letter: &Letter, provider: &Provider, config: &Config) -> Trouble {
    let (file, config) = (letter.pact.file(), config.file.display());
    let name = provider.name.as_str();
    Trouble::new("document.missing", format!("{file} binds {name:?}, of which {config} names no document"))
        .of_contract(&letter.contract)
        .of_provider(name)
        .hint("give the [[provider]] a `document` or an `asyncapi`")
}

fn stray(letter: &Letter, config: &Config) -> Trouble {
    let (file, name) = (letter.pact.file(), letter.pact.provider().as_str());
    let config = config.file.display();
    Trouble::new(
        "provider.unknown",
        format!("{file} binds the provider {name:?}, which {config} does not describe"),
    )
    .of_contract(&letter.contract)
    .of_provider(name)
    .hint("add a [[provider]] table for it, or choose others with --provider")
}
