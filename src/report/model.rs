//! The report: what a run found, as values that every format reads and none changes. Its JSON form
//! is stable within a version and described by `docs/report.schema.json`.

use std::collections::BTreeSet;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::keyed;
use crate::finding::{self, Finding, Location, Severity, Verdict};

/// The version of the report's shape. Members may be added within a version, never changed.
pub const VERSION: u32 = 2;

/// Everything that one run of `countersign` found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "countersign report")]
pub struct Report {
    /// The version of this shape.
    #[schemars(extend("const" = 2))]
    pub version: u32,
    /// What made it.
    pub verb: Verb,
    pub summary: Summary,
    /// Every disagreement between pact, document and provider, by contract and then in the order of
    /// the pact; and every change from one document to another, in the order of the document.
    #[serde(serialize_with = "keyed::serialize")]
    #[schemars(with = "Vec<keyed::Keyed<'_>>")]
    pub findings: Vec<Finding>,
    /// Whatever kept something from being told. None of it counts as kept.
    pub errors: Vec<Trouble>,
    pub contracts: Vec<Contract>,
    /// How much of each document the contracts use. Empty where only a part was replayed.
    pub coverage: Vec<Coverage>,
    /// The documents that were compared with each other.
    pub documents: Vec<Compared>,
    /// What the ids of the findings stand for, by id.
    pub rules: Vec<Rule>,
}

/// What a report is put together from.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    pub findings: Vec<Finding>,
    pub errors: Vec<Trouble>,
    pub contracts: Vec<Contract>,
    pub coverage: Vec<Coverage>,
    pub documents: Vec<Compared>,
    pub rules: Vec<Rule>,
}

/// What makes a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Every pact of `countersign.toml` is replayed.
    Check,
    /// The pacts of one provider are replayed.
    Verify,
    /// Pacts are held against documents.
    Compare,
    /// Two documents are compared.
    Diff,
    /// What is released, current and served are compared.
    Drift,
    /// Live traffic is held against a document.
    Proxy,
}

/// The run in numbers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Summary {
    /// What the exit code says: `kept` 0, `broken` 1, `unknown` 2.
    pub outcome: Outcome,
    pub contracts: usize,
    pub interactions: usize,
    pub kept: usize,
    pub broken: usize,
    pub unknown: usize,
    pub findings: Tally,
    pub duration_ms: u64,
}

/// How many findings there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tally {
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
    /// Of whatever severity: those that somebody has accepted, which count nowhere else.
    pub accepted: usize,
}

/// A document that was compared with another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Compared {
    pub standing: Standing,
    /// The provider that it describes, where that is known.
    pub provider: Option<String>,
    /// A path, a URL, or `git:REVISION:PATH`.
    pub file: String,
    /// Its `info.title`.
    pub title: Option<String>,
    /// Its `info.version`.
    pub version: Option<String>,
    /// How many operations it describes.
    pub operations: usize,
}

/// What a document is to the one that it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    Base,
    Revised,
    /// What the world relies on.
    Released,
    /// What the repository says.
    Current,
    /// What runs.
    Served,
}

/// What the id of a finding stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rule {
    /// As in `id` of a finding.
    pub id: String,
    /// One sentence without a full stop.
    pub summary: String,
    /// Why it matters, and to whom.
    pub why: Option<String>,
    /// The way out.
    pub remedy: Option<String>,
    /// Where more can be read.
    pub link: Option<String>,
}

/// The three ways a contract can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Kept,
    Broken,
    /// It could not be told.
    Unknown,
}

/// One pact and how it stands with its provider.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Contract {
    /// The pact's file stem, such as `ui-archivist`.
    pub contract: String,
    pub consumer: String,
    pub provider: String,
    /// The pact's file.
    pub file: String,
    /// The provider's OpenAPI document, where there is one.
    pub document: Option<String>,
    /// How many interactions the pact holds, or how many of them the filter chose.
    pub interactions: usize,
    pub kept: usize,
    pub broken: usize,
    pub unknown: usize,
    pub duration_ms: u64,
    /// One entry an interaction, in the order of the pact.
    pub results: Vec<Interaction>,
}

/// One interaction and how it stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Interaction {
    /// Its description.
    pub interaction: String,
    pub provider_states: Vec<String>,
    pub outcome: Outcome,
    /// Which of the three is wrong, where it is broken and there is a document to judge by.
    pub verdict: Option<Verdict>,
    /// Why the verdict is what it is, or why nothing can be told.
    pub reason: Option<String>,
    /// The request as it was sent, such as `GET /api/vod/7`.
    pub request: Option<String>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// What went over the wire in place of request and answer, in that order.
    pub messages: Vec<Message>,
    /// The document's operation, such as `GET /api/vod/{id}`.
    pub operation: Option<String>,
    /// JSON pointer to it in the pact, such as `/interactions/3`.
    pub pointer: String,
    pub line: Option<usize>,
    pub duration_ms: u64,
}

/// A message that went over the wire.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Message {
    pub direction: Direction,
    /// The list on which it stood, or the path of the socket.
    pub channel: String,
    /// What it is by its name: a task, the state of a result, an event.
    pub name: String,
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    ToProvider,
    FromProvider,
}

/// Why something could not be told.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Trouble {
    /// Dotted id, such as `provider.not-ready`.
    pub id: String,
    pub provider: Option<String>,
    pub contract: Option<String>,
    pub interaction: Option<String>,
    pub provider_states: Vec<String>,
    /// Where in the pact the interaction stands.
    pub location: Option<Location>,
    pub message: String,
    pub hint: Option<String>,
    /// The last lines that the provider printed, where they may tell why.
    pub output: Vec<String>,
}

/// How much of a document the contracts use.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Coverage {
    pub provider: String,
    pub document: String,
    /// How many operations the document describes.
    pub operations: usize,
    /// How many of them at least one interaction asks for.
    pub used: usize,
    /// Those that no interaction asks for, in the order of the document.
    pub unused: Vec<Operation>,
}

/// One operation of a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Operation {
    pub method: String,
    pub path: String,
    /// Its `operationId`, where it has one.
    pub id: Option<String>,
    pub line: Option<usize>,
}

impl Report {
    /// Puts the parts together and counts them. A run that looked at nothing is `unknown`. Ids that
    /// `rules` does not explain are looked up.
    #[must_use]
    pub fn new(verb: Verb, parts: Parts, duration: Duration) -> Self {
        let Parts { findings, errors, contracts, coverage, documents, rules } = parts;
        let count = |of: fn(&Contract) -> usize| contracts.iter().map(of).sum::<usize>();
        let (kept, broken, unknown) = (count(|it| it.kept), count(|it| it.broken), count(|it| it.unknown));
        let outcome = if broken > 0 || findings.iter().any(Finding::breaks) {
            Outcome::Broken
        } else if unknown > 0 || !errors.is_empty() || (kept == 0 && documents.is_empty()) {
            Outcome::Unknown
        } else {
            Outcome::Kept
        };
        let summary = Summary {
            outcome,
            contracts: contracts.len(),
            interactions: count(|it| it.interactions),
            kept,
            broken,
            unknown,
            findings: Tally::of(&findings),
            duration_ms: milliseconds(duration),
        };
        let rules = explained(&findings, &rules);
        Self { version: VERSION, verb, summary, findings, errors, contracts, coverage, documents, rules }
    }
}

/// The rules of all ids that occur, by id.
fn explained(findings: &[Finding], given: &[Rule]) -> Vec<Rule> {
    let ids: BTreeSet<&str> = findings.iter().map(|finding| &*finding.id).collect();
    let own = |id: &str| given.iter().position(|rule| rule.id == id);
    let known =
        ids.into_iter().map(|id| own(id).map_or_else(|| finding::rule(id), |at| Some(given[at].clone())));
    known.flatten().collect()
}

impl Tally {
    /// Counts `findings`.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let mut tally = Self::default();
        for finding in findings {
            let kind = match (&finding.accepted, finding.severity) {
                (Some(_), _) => &mut tally.accepted,
                (None, Severity::Error) => &mut tally.errors,
                (None, Severity::Warning) => &mut tally.warnings,
                (None, Severity::Info) => &mut tally.infos,
            };
            *kind += 1;
        }
        tally
    }
}

impl Trouble {
    /// A trouble with nothing said yet of whom it concerns.
    #[must_use]
    pub fn new(id: &str, message: impl Into<String>) -> Self {
        Self { id: id.to_owned(), message: message.into(), ..Self::default() }
    }

    #[must_use]
    pub fn of_provider(mut self, name: &str) -> Self {
        self.provider = Some(name.to_owned());
        self
    }

    #[must_use]
    pub fn of_contract(mut self, name: &str) -> Self {
        self.contract = Some(name.to_owned());
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Whole milliseconds; a duration of more than half a billion years counts as that.
#[must_use]
pub fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
