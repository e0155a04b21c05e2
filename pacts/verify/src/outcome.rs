//! What a replay found, as values: one result an interaction, nothing painted.

use std::time::Duration;

use countersign_letter::{ConsumerName, ProviderName, StateName};
use countersign_openapi::{HttpRequest, HttpResponse, JsonPointer, OperationKey, Position, Severity};
use serde_json::Value;

use crate::secrets::Secrets;
use crate::verdict::Verdict;

/// One pact, replayed.
#[derive(Clone, Debug)]
pub struct Verification {
    pub consumer: ConsumerName,
    pub provider: ProviderName,
    /// In the order of the pact file, whatever order they ran in.
    pub interactions: Vec<InteractionResult>,
    pub duration: Duration,
}

/// One interaction, replayed.
#[derive(Clone, Debug)]
pub struct InteractionResult {
    pub description: String,
    /// Names of the provider states, in order.
    pub provider_states: Vec<StateName>,
    /// The interaction in the pact file.
    pub position: Position,
    /// Whether the pact marks it as pending (V4): what fails is then a remark and breaks nothing.
    pub pending: bool,
    /// The document's operation that the request asks for, where the document has one.
    pub operation: Option<OperationKey>,
    pub outcome: Outcome,
    /// What was sent and what came back; `None` where it never came to that.
    pub exchange: Option<Exchange>,
    pub duration: Duration,
}

/// What went over the wire.
#[derive(Clone, Debug)]
pub enum Exchange {
    Http {
        request: Box<HttpRequest>,
        response: Box<HttpResponse>,
    },
    /// In the order in which they went.
    Messages(Vec<Carried>),
}

/// A message that went over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    pub direction: Direction,
    /// The list on which it stood, or the path of the socket.
    pub channel: String,
    /// What it is by its name: a task, the state of a result, an event.
    pub name: String,
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    ToProvider,
    FromProvider,
}

impl Carried {
    /// Characters of a name, at most: it is the peer's.
    const LONGEST: usize = 100;

    pub(crate) fn new(direction: Direction, channel: &str, name: Option<&str>) -> Self {
        let name =
            name.map_or("nothing that has a name".to_owned(), |it| it.chars().take(Self::LONGEST).collect());
        Self { direction, channel: channel.to_owned(), name }
    }
}

/// Kept, broken, or could not tell. "Could not tell" is never "kept".
#[derive(Clone, Debug)]
pub enum Outcome {
    /// All three parties agree. Warnings and notes may remain.
    Kept {
        remarks: Vec<Failure>,
    },
    Broken(Broken),
    Unknown(Cause),
}

/// A broken interaction.
#[derive(Clone, Debug)]
pub struct Broken {
    /// `None` only where there is no document to judge by.
    pub verdict: Option<Verdict>,
    /// Why the verdict is what it is: a lowercase sentence naming the evidence.
    pub reason: String,
    /// At least one of severity error. Sorted, stable.
    pub failures: Vec<Failure>,
}

/// One disagreement between two of the three parties.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Dotted id, such as `response.body.incompatible` (document) or `pact.response.body` (pact).
    pub id: &'static str,
    pub kind: FailureKind,
    pub severity: Severity,
    /// Where in the pact file.
    pub location: Position,
    /// Where in the live answer's body, where the disagreement is about that.
    pub instance: Option<JsonPointer>,
    /// Where in the document, where the document has a say.
    pub document: Option<Position>,
    pub expected: Value,
    pub actual: Value,
    pub message: String,
    pub hint: Option<String>,
}

/// Which two of the three parties disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FailureKind {
    /// The live answer is not what the pact expects.
    PactAgainstProvider,
    /// The live answer breaks the document.
    ProviderAgainstDocument,
    /// The live message breaks the protocol of its transport.
    ProviderAgainstProtocol,
    /// The pact's own request or expected response breaks the document.
    PactAgainstDocument,
}

/// Why nothing can be said of an interaction.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Cause {
    /// Carries what the handler answered.
    #[error("provider state {state:?} could not be set up: {cause}")]
    State { state: String, cause: String },
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// There is no way to the provider that the interaction could go. Says which one is wanted.
    #[error("cannot be replayed: {0}")]
    Transport(String),
    /// Pact's matching gave up, as on an expression that backtracks without end.
    #[error("the answer could not be matched: {0}")]
    Unmatched(String),
    #[error("not run: {0}")]
    NotRun(String),
}

impl Cause {
    /// The same without any of the secrets: what a peer said may hold what it was told.
    pub(crate) fn without(self, secrets: &Secrets) -> Self {
        let text = |text: String| secrets.text(&text);
        match self {
            Self::State { state, cause } => Self::State { state, cause: text(cause) },
            Self::NoAnswer(reason) => Self::NoAnswer(text(reason)),
            Self::Transport(reason) => Self::Transport(text(reason)),
            Self::Unmatched(reason) => Self::Unmatched(text(reason)),
            Self::NotRun(reason) => Self::NotRun(text(reason)),
        }
    }
}
