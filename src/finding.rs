//! Findings: what the other rooms found, in their own types, made into the one shape that reports
//! show. The only place that knows every room's types.

mod change;
mod comparison;
mod key;
mod nouns;
mod replay;
mod rule;
pub mod traffic;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

pub use change::{Occasion, changes, rule as change_rule};
pub use comparison::{comparison, disagreements};
pub use key::Key;
pub use replay::{Gathered, NO_ANSWER, coverage, gather};
pub use rule::rule;

/// One disagreement between pact, document and provider, or between two documents.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Finding {
    /// Dotted id, such as `response.body.incompatible`, or a rule's, such as `response-property-removed`.
    pub id: String,
    pub severity: Severity,
    /// Which of the three is wrong; null where nothing is broken or nothing tells.
    pub verdict: Option<Verdict>,
    /// Which two disagree.
    pub between: Between,
    /// The provider's name, as pacts and `countersign.toml` write it, where it is of one.
    pub provider: Option<String>,
    /// The pact's file stem, such as `ui-archivist`, where the finding is about a pact.
    pub contract: Option<String>,
    /// The interaction's description.
    pub interaction: Option<String>,
    pub provider_states: Vec<String>,
    /// Where in the pact.
    pub location: Option<Location>,
    /// Where in the document, where it has a say; of two documents, in the later one.
    pub document: Option<Location>,
    /// Where in the earlier one of two documents.
    pub base: Option<Location>,
    /// The document's operation, such as `GET /api/vod/{id}`.
    pub operation: Option<String>,
    /// JSON pointer into the body of an answer or a message that disagrees; of two documents, whatever
    /// names the place within the operation by the document's own words, such as
    /// `response/200/body/duration`.
    pub instance: Option<String>,
    /// Which one it is, where several of one id may stand at one place: such as the value that an
    /// enumeration lost.
    pub subject: Option<String>,
    pub expected: Value,
    pub actual: Value,
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
    /// Who relies on what this is about: null where nobody looked, empty where it is relied on by no
    /// known consumer.
    pub affects: Option<Vec<Affected>>,
    /// Why it does not count, where somebody has accepted it.
    pub accepted: Option<Accepted>,
    /// Of traffic: how often it was met, and where first.
    pub met: Option<Met>,
}

/// How often exchanges showed a finding, and the first one that did, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Met {
    /// How many exchanges showed it.
    pub count: u64,
    /// The recording that holds the first of them; null where it was met live.
    pub file: Option<String>,
    /// Which exchange of the recording, or of all that passed, from 1.
    pub exchange: u64,
    /// Its request, with the names of query parameters and no values, such as `GET /vod/7?page=…`.
    pub request: String,
    /// The status of its answer.
    pub status: u16,
}

/// How much a finding weighs. Only errors break a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Info,
}

/// Which of the three is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The pact asks for what the document never promised.
    Consumer,
    /// The provider breaks its own document, or does not do what both others agree on.
    Provider,
    /// Consumer and provider agree with each other and not with the document.
    Document,
    /// Consumer and provider are each wrong on their own.
    Both,
}

/// Which two disagree; `expected` is the first one's and `actual` the second one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Between {
    PactAndProvider,
    DocumentAndProvider,
    /// Of a message: what its transport asks of every message.
    ProtocolAndProvider,
    DocumentAndPact,
    /// Of recorded or live traffic: what the document asks of a client.
    DocumentAndClient,
    /// Two documents that were named.
    BaseAndRevised,
    /// What the world relies on, and what the repository says.
    ReleasedAndCurrent,
    /// What the repository says, and what runs.
    CurrentAndServed,
    /// What the world relies on, and what runs.
    ReleasedAndServed,
}

impl Between {
    /// Whether both are documents: then the finding is a change from one to the other.
    #[must_use]
    pub const fn is_change(self) -> bool {
        match self {
            Self::PactAndProvider
            | Self::DocumentAndProvider
            | Self::ProtocolAndProvider
            | Self::DocumentAndPact
            | Self::DocumentAndClient => false,
            Self::BaseAndRevised
            | Self::ReleasedAndCurrent
            | Self::CurrentAndServed
            | Self::ReleasedAndServed => true,
        }
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Location {
    /// A path, a URL, or `git:REVISION:PATH`.
    pub file: String,
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// Counted from 1; null where the file has no lines of its own.
    pub line: Option<usize>,
}

/// A consumer that relies on what a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Affected {
    pub consumer: String,
    /// The pact's file stem, such as `ui-archivist`.
    pub contract: String,
    /// The interaction's description.
    pub interaction: String,
    /// Where in the pact.
    pub location: Location,
    pub reliance: Reliance,
    /// JSON pointer to what the consumer sends or reads, such as `/duration`; null where it is no part
    /// of a body.
    pub pointer: Option<String>,
}

/// How a consumer relies on something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Reliance {
    /// It calls the operation.
    Calls,
    Sends,
    Reads,
}

impl Reliance {
    /// As in `ui-archivist: "a VOD exists" reads /duration`.
    #[must_use]
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Calls => "calls it",
            Self::Sends => "sends",
            Self::Reads => "reads",
        }
    }
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Accepted {
    /// The file that accepts it, such as `countersign.toml` or a baseline.
    pub by: String,
    pub reason: Option<String>,
    /// The last day on which it does not count, such as `2027-01-31`.
    pub until: Option<String>,
}

impl Finding {
    /// A finding with nothing said yet of where it is.
    #[must_use]
    pub fn new(id: &str, severity: Severity, between: Between, message: impl Into<String>) -> Self {
        Self {
            id: id.to_owned(),
            severity,
            verdict: None,
            between,
            provider: None,
            contract: None,
            interaction: None,
            provider_states: Vec::new(),
            location: None,
            document: None,
            base: None,
            operation: None,
            instance: None,
            subject: None,
            expected: Value::Null,
            actual: Value::Null,
            message: message.into(),
            hint: None,
            affects: None,
            accepted: None,
            met: None,
        }
    }

    /// Whether it breaks something: an error that nobody has accepted.
    #[must_use]
    pub fn breaks(&self) -> bool {
        self.severity == Severity::Error && self.accepted.is_none()
    }
}
