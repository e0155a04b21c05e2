//! What a report is made of, beside findings: contracts, documents, and what stood in the way.

use schemars::JsonSchema;
use serde::Serialize;

use super::Outcome;
use crate::finding::{Location, Verdict};

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
