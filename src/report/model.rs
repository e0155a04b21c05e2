//! The report: what a run found, as values that every format reads and none changes. Its JSON form
//! is stable within a version and described by `docs/report.schema.json`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{Finding, Location, Verdict};

/// The version of the report's shape. Members may be added within a version, never changed.
pub const VERSION: u32 = 1;

/// Everything that one run of `countersign` found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "countersign report")]
pub struct Report {
    /// The version of this shape.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    pub summary: Summary,
    /// Every disagreement between pact, document and provider: by contract, then in the order of
    /// the pact.
    pub findings: Vec<Finding>,
    /// Whatever kept something from being told. None of it counts as kept.
    pub errors: Vec<Trouble>,
    pub contracts: Vec<Contract>,
    /// How much of each document the contracts use. Empty where only a part was replayed.
    pub coverage: Vec<Coverage>,
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
    pub duration_ms: u64,
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
    /// Puts the parts together and counts them. A run that verified nothing is `unknown`.
    #[must_use]
    pub fn new(
        findings: Vec<Finding>,
        errors: Vec<Trouble>,
        contracts: Vec<Contract>,
        coverage: Vec<Coverage>,
        duration: Duration,
    ) -> Self {
        let count = |of: fn(&Contract) -> usize| contracts.iter().map(of).sum::<usize>();
        let (kept, broken, unknown) = (count(|it| it.kept), count(|it| it.broken), count(|it| it.unknown));
        let outcome = if broken > 0 {
            Outcome::Broken
        } else if unknown > 0 || !errors.is_empty() || kept == 0 {
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
            duration_ms: milliseconds(duration),
        };
        Self { version: VERSION, summary, findings, errors, contracts, coverage }
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
