//! Drift: what the world relies on (released), what the repository says (current), and what runs (served).
//!
//! All that is known of a provider is loaded first; one pure step then finds what is wrong between the three;
//! what the service answered is added; and everything is one report.

pub mod document;
mod messages;
mod recorded;
mod resolve;
mod served;
mod types;

use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::{Local, NaiveDate};
use countersign_openapi::diff::Options;
use countersign_openapi::rule::{Levels, Rules};
use serde_json::Value;

use crate::acceptance::{Sight, accept};
use crate::baseline::Baseline;
use crate::config::{Acceptance, Provider};
use crate::contract::Pledge;
use crate::finding::{self, Between, Finding};
use crate::impact::Consumers;
use crate::report::{Compared, Parts, Report, Rule, Standing, Trouble, Verb};
use document::{Loaded, Origin, OriginError, newest};
pub use recorded::Recorded;
use resolve::{Bench, Reliances, Standings, resolve};
use served::{Look, Served};

/// What to look at.
#[derive(Debug, Default)]
pub struct Plan {
    pub providers: Vec<Watched>,
    /// What already went wrong while planning.
    pub troubles: Vec<Trouble>,
    /// Levels of rules, in place of their own.
    pub levels: Levels,
    pub acceptances: Vec<Acceptance>,
    /// The file that the acceptances stand in.
    pub file: String,
    /// Findings that are known.
    pub baseline: Option<Known>,
}

/// A baseline, and whether it is to know what is found now.
#[derive(Debug)]
pub struct Known {
    pub baseline: Baseline,
    pub update: bool,
}

/// What one look gave.
#[derive(Debug)]
pub struct Seen {
    pub report: Report,
    /// How many findings of the baseline did not occur.
    pub stale: usize,
}

/// One provider, and where each of its documents stands.
#[derive(Debug)]
pub struct Watched {
    pub provider: Provider,
    pub pledges: Vec<Pledge>,
    /// Named in place of the newest released document.
    pub base: Option<Origin>,
    /// The same of the AsyncAPI document.
    pub base_of_messages: Option<Origin>,
    /// Whether it runs where the provider says, and is looked at.
    pub served: bool,
    /// Whether requests that change something are sent too.
    pub writes: bool,
    /// A JSON Schema that the service wrote of its types.
    pub types: Option<PathBuf>,
    /// What its clients and it said to each other.
    pub recorded: Recorded,
}

impl Plan {
    /// Looks, and reports. Never fails: what goes wrong is part of the report.
    pub async fn carry_out(&mut self) -> Seen {
        let begin = Instant::now();
        let mut parts = Parts { errors: self.troubles.clone(), ..Parts::default() };
        for watched in &self.providers {
            watched.look(&self.levels, &mut parts).await;
        }
        if parts.documents.is_empty() && parts.errors.is_empty() {
            let message = "there was nothing to compare: no provider has a document that was released, or that is served";
            let trouble = Trouble::new("nothing.compared", message);
            parts.errors.push(trouble.hint("--base names what was released, --served URL what runs"));
        }
        self.accept(&mut parts);
        let stale = self.known(&mut parts);
        parts.rules = explained(&parts.findings);
        Seen { report: Report::new(Verb::Drift, parts, begin.elapsed()), stale }
    }

    fn accept(&self, parts: &mut Parts) {
        let providers: Vec<&str> = self.providers.iter().map(Watched::name).collect();
        let sight = Sight {
            today: today(),
            between: Between::ReleasedAndCurrent,
            providers: &providers,
            exchanges: self.providers.iter().any(|it| it.served || !it.recorded.recordings.is_empty()),
            whole: parts.errors.is_empty(),
        };
        accept(&mut parts.findings, &self.acceptances, &self.file, sight);
    }

    /// Accepts what is known; how many that are known did not occur.
    fn known(&mut self, parts: &mut Parts) -> usize {
        let Some(Known { baseline, update }) = &mut self.baseline else { return 0 };
        if *update {
            // What was out of sight would be taken for gone.
            let saved = if parts.errors.is_empty() {
                baseline.update(&parts.findings);
                baseline.save().map_err(|error| format!("failed to {error}"))
            } else {
                Err("the baseline is left as it is: something could not be told".to_owned())
            };
            parts.errors.extend(saved.err().map(|message| Trouble::new("baseline.not-updated", message)));
        }
        baseline.accept(&mut parts.findings).len()
    }
}

impl Watched {
    async fn look(&self, levels: &Levels, parts: &mut Parts) {
        let current = self.current().unwrap_or_else(|trouble| parts.note(*trouble));
        let released = self.released().unwrap_or_else(|trouble| parts.note(*trouble));
        let document = current.as_ref().map(|loaded| &*loaded.document);
        let served = if self.served {
            let (provider, pledges, writes) = (&self.provider, self.pledges.as_slice(), self.writes);
            Look { provider, pledges, current: document, writes }.carry_out().await
        } else {
            Served::default()
        };
        let mut reliances = Reliances::default();
        for (loaded, consumers) in
            [(&released, &mut reliances.on_released), (&current, &mut reliances.on_current)]
        {
            if let Some(loaded) = loaded {
                parts.errors.extend(self.consumers(loaded, consumers));
            }
        }
        let standings = Standings {
            provider: self.name(),
            released: released.as_ref(),
            current: current.as_ref(),
            served: served.document.as_ref(),
        };
        let options = Options::on(today());
        let bench = Bench { rules: Rules::embedded(), levels, options: &options };
        match resolve(standings, &reliances, bench) {
            Ok(findings) => parts.findings.extend(findings),
            Err(error) => {
                let message = format!("failed to compare the documents: {error}");
                parts.errors.push(Trouble::new("document.too-complex", message).of_provider(self.name()));
            }
        }
        match self.recorded.judge(current.as_ref(), self.name()).await {
            Ok(judged) => judged.into_iter().for_each(|report| parts.join(report)),
            Err(trouble) => parts.errors.push(*trouble),
        }
        self.look_at_types(current.as_ref(), bench, parts);
        for (standing, loaded) in [
            (Standing::Released, &released),
            (Standing::Current, &current),
            (Standing::Served, &served.document),
        ] {
            let Some(Loaded { document, shown, .. }) = loaded else { continue };
            parts.documents.push(self.compared(
                standing,
                shown,
                document.value(),
                document.operations().len(),
            ));
        }
        parts.findings.extend(served.findings);
        parts.errors.extend(served.troubles);
        self.look_at_messages(parts);
    }

    fn look_at_types(&self, current: Option<&Loaded>, bench: Bench<'_>, parts: &mut Parts) {
        let Some(file) = &self.types else { return };
        match types::held_against(file, current, bench, self.name()) {
            Ok(findings) => parts.findings.extend(findings),
            Err(message) => {
                parts.errors.push(Trouble::new("types.unreadable", message).of_provider(self.name()));
            }
        }
    }

    fn name(&self) -> &str {
        self.provider.name.as_str()
    }

    fn current(&self) -> Result<Option<Loaded>, Box<Trouble>> {
        let file = self.provider.document.clone().map(Origin::File);
        file.map(|origin| self.load(&origin)).transpose()
    }

    fn released(&self) -> Result<Option<Loaded>, Box<Trouble>> {
        if let Some(base) = &self.base {
            return self.load(base).map(Some);
        }
        let Some(place) = &self.provider.released else { return Ok(None) };
        if place.is_file() {
            return self.load(&Origin::File(place.clone())).map(Some);
        }
        let newest = self.newest_in(place, self.name())?;
        newest.map(|file| self.load(&Origin::File(file))).transpose()
    }

    fn newest_in(&self, folder: &Path, name: &str) -> Result<Option<PathBuf>, Box<Trouble>> {
        newest(folder, name).map_err(|error| {
            let message = format!("failed to list the released documents in {}: {error}", folder.display());
            Box::new(Trouble::new("document.unreadable", message).of_provider(self.name()))
        })
    }

    fn load(&self, origin: &Origin) -> Result<Loaded, Box<Trouble>> {
        origin.load(&self.provider.reading.options()).map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, error: &OriginError) -> Box<Trouble> {
        let message = format!("failed to load the document {error}");
        let trouble = Trouble::new("document.unreadable", message).of_provider(self.name());
        Box::new(Trouble { hint: error.way_out(), ..trouble })
    }

    /// Reads what the pacts rely on of a document; what cannot be read is told once.
    fn consumers(&self, loaded: &Loaded, consumers: &mut Consumers) -> Vec<Trouble> {
        let read = |pledge: &Pledge, consumers: &mut Consumers| {
            consumers.read(&pledge.contract, pledge.pact.file(), &loaded.document)
        };
        let troubled = self.pledges.iter().filter_map(|pledge| {
            let error = read(pledge, consumers).err()?;
            let message = format!("failed to read what {} relies on: {error}", pledge.contract);
            Some(Trouble::new("pact.unreadable", message).of_contract(&pledge.contract))
        });
        troubled.collect()
    }

    fn compared(&self, standing: Standing, shown: &str, value: &Value, operations: usize) -> Compared {
        let info = &value["info"];
        Compared {
            standing,
            provider: Some(self.name().to_owned()),
            file: shown.to_owned(),
            title: info["title"].as_str().map(str::to_owned),
            version: info["version"].as_str().map(str::to_owned),
            operations,
        }
    }
}

impl Parts {
    /// Notes what went wrong; nothing is known in its place.
    fn note<T>(&mut self, trouble: Trouble) -> Option<T> {
        self.errors.push(trouble);
        None
    }

    /// Takes in what another look came to.
    fn join(&mut self, report: Report) {
        self.findings.extend(report.findings);
        self.errors.extend(report.errors);
        self.traffic.extend(report.traffic);
    }
}

/// The day by which a sunset has come or not: that of whoever asks.
#[must_use]
pub fn today() -> NaiveDate {
    Local::now().date_naive()
}

/// The rules that findings name; those of other ids the report knows itself.
#[must_use]
pub fn explained(findings: &[Finding]) -> Vec<Rule> {
    let mut ids: Vec<&str> = findings.iter().map(|finding| finding.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().filter_map(|id| Rules::embedded().get(id)).map(finding::change_rule).collect()
}
