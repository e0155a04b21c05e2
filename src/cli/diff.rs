//! `countersign diff`: what changes from one OpenAPI document to another, and whom it hurts.

use std::path::PathBuf;
use std::time::Instant;

use countersign_openapi::LoadOptions;
use countersign_openapi::diff::{Options, compare};
use countersign_openapi::rule::{Levels, Rules};

use super::failure::Failure;
use super::{documents, output};
use crate::acceptance::{Sight, accept};
use crate::config::{self, Config};
use crate::contract::{self, Found};
use crate::drift::document::{Loaded, Origin, OriginError};
use crate::drift::{explained, today};
use crate::exit::Exit;
use crate::finding::{self, Between, Finding, Occasion};
use crate::impact::Consumers;
use crate::reading::Reading;
use crate::report::{Compared, Parts, Report, Standing, Trouble, Verb};

/// Compares two OpenAPI documents, and tells what breaks whom.
///
/// Each is a file or git:REVISION:PATH, in OpenAPI 2.0 to 3.2, also of different versions. With pacts, every
/// change names the consumers that rely on it. Notes are the changelog.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What was.
    #[arg(value_name = "BASE")]
    base: String,
    /// What is to be.
    #[arg(value_name = "REVISED")]
    revised: String,
    /// A pact whose consumer may be hurt; may be given several times.
    #[arg(long, value_name = "FILE")]
    pact: Vec<PathBuf>,
    /// The provider whose documents these are: its pacts are those of the configuration.
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    /// The configuration, where there is one: levels of rules, acceptances, pacts.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    documents: documents::Documents,
    #[command(flatten)]
    output: output::Flags,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let begin = Instant::now();
        let places = self.output.open()?;
        let config = self.config()?;
        let (base, revised) = self.load(config.as_ref())?;
        let mut parts = Parts::default();
        let consumers = self.consumers(config.as_ref(), &base, &mut parts)?;
        let options = Options::on(today());
        let comparison = compare(&base.document, &revised.document, &options)
            .map_err(|error| Failure::new(format!("failed to compare the documents: {error}")))?;
        let none = Levels::default();
        let levels = config.as_ref().map_or(&none, |config| &config.levels);
        let (between, provider) = (Between::BaseAndRevised, self.provider.as_deref());
        let occasion = Occasion { between, provider, consumers: consumers.as_ref() };
        let judged = Rules::embedded().judge(&comparison, levels);
        let findings = judged.iter().flat_map(|judgement| finding::changes(judgement, occasion));
        parts.findings = findings.map(|finding| named(finding, &base, &revised)).collect();
        if let Some(config) = &config {
            let by = config.file.display().to_string();
            let whole = parts.errors.is_empty();
            let sight = Sight {
                today: options.today,
                between,
                providers: provider.as_slice(),
                exchanges: false,
                whole,
            };
            accept(&mut parts.findings, &config.acceptances, &by, sight);
        }
        for (standing, loaded) in [(Standing::Base, &base), (Standing::Revised, &revised)] {
            parts.documents.push(compared(standing, provider, loaded));
        }
        parts.rules = explained(&parts.findings);
        let report = Report::new(Verb::Diff, parts, begin.elapsed());
        self.output.write(&report, places)?;
        // The process ends: to give large documents back piece by piece is a tenth of the time.
        std::mem::forget((base, revised));
        Ok(Exit::from(report.summary.outcome))
    }

    /// Both documents.
    fn load(&self, config: Option<&Config>) -> Result<(Loaded, Loaded), Failure> {
        let provider = config.zip(self.provider.as_deref()).and_then(|(it, name)| it.provider(name));
        let reading = provider.map_or_else(|| self.documents.alone(), |it| self.documents.over(&it.reading));
        Ok((load(&self.base, &reading)?, load(&self.revised, &reading)?))
    }

    /// The configuration: the one that is named has to be there.
    fn config(&self) -> Result<Option<Config>, Failure> {
        let file = self.config.as_deref().unwrap_or(config::FILE.as_ref());
        if self.config.is_none() && self.provider.is_none() && !file.exists() {
            return Ok(None);
        }
        Ok(Some(Config::load(file)?))
    }

    /// Who relies on the base document, where somebody is known to.
    fn consumers(
        &self,
        config: Option<&Config>,
        base: &Loaded,
        parts: &mut Parts,
    ) -> Result<Option<Consumers>, Failure> {
        let found = match (config, self.provider.as_deref()) {
            _ if !self.pact.is_empty() => contract::read(&self.pact),
            (Some(config), Some(name)) => {
                let provider =
                    config.provider(name).ok_or_else(|| super::check::unknown_provider(name, config))?;
                let mut found = contract::find(&config.pacts);
                found.pledges.retain(|pledge| *pledge.pact.provider() == provider.name);
                found
            }
            _ => return Ok(None),
        };
        let Found { pledges, troubles } = found;
        parts.errors.extend(troubles);
        let mut consumers = Consumers::default();
        for pledge in &pledges {
            if let Err(error) = consumers.read(&pledge.contract, pledge.pact.file(), &base.document) {
                let message = format!("failed to read what {} relies on: {error}", pledge.contract);
                parts.errors.push(Trouble::new("pact.unreadable", message).of_contract(&pledge.contract));
            }
        }
        Ok(Some(consumers))
    }
}

fn load(text: &str, reading: &Reading) -> Result<Loaded, Failure> {
    let origin = Origin::parse(text, None).map_err(Failure::new)?;
    origin.load(&LoadOptions { examples: false, ..reading.options() }).map_err(|error| match error {
        OriginError::Document { shown, source } => Failure::unread(shown, &source),
        other => Failure::new(format!("failed to load the document {other}")),
    })
}

/// The finding with its places named as people know the documents.
fn named(mut finding: Finding, base: &Loaded, revised: &Loaded) -> Finding {
    for (place, loaded) in [(&mut finding.base, base), (&mut finding.document, revised)] {
        loaded.rename(place.as_mut());
    }
    finding
}

fn compared(standing: Standing, provider: Option<&str>, loaded: &Loaded) -> Compared {
    let info = &loaded.document.value()["info"];
    Compared {
        standing,
        provider: provider.map(str::to_owned),
        file: loaded.shown.clone(),
        title: info["title"].as_str().map(str::to_owned),
        version: info["version"].as_str().map(str::to_owned),
        operations: loaded.document.operations().len(),
    }
}
