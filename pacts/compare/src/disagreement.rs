//! What a pact and a document disagree about.

use std::fmt;

use countersign_letter::StateName;
use countersign_openapi::{Code, JsonPointer, OperationKey, Position, Severity};
use serde_json::Value;

/// One thing that the pact says and the document does not, or the other way round.
#[derive(Clone, Debug)]
pub struct Disagreement {
    /// Dotted id, such as `response.body.incompatible`: the OpenAPI-Pact comparator's where it has
    /// one, and else one of [`ids`].
    pub id: &'static str,
    pub severity: Severity,
    /// Where in the interaction.
    pub at: Side,
    /// Where in the pact.
    pub location: Position,
    /// Where in the document.
    pub document: Option<Position>,
    /// The JSON Schema keyword that is not kept, where a schema was judged.
    pub keyword: Option<String>,
    /// What the document says.
    pub expected: Value,
    /// What the pact has instead; null where it has nothing. Cut to a readable size.
    pub actual: Value,
    /// A lowercase fragment.
    pub message: String,
    /// The way out.
    pub hint: Option<&'static str>,
    /// Why each message that might have been meant is not.
    pub causes: Vec<Disagreement>,
}

/// Where in an interaction something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    /// The interaction as a whole.
    Interaction,
    /// In an exchange over HTTP; the pointer leads into the value of a parameter or header.
    Http(countersign_openapi::Place, JsonPointer),
    Payload(Part, JsonPointer),
    Metadata(Part, JsonPointer),
    /// What says which operation of the document is meant.
    Reference,
    OperationId,
    Replies,
}

/// Which message of an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The one that the provider sends by itself.
    Message,
    /// The one that the consumer sends.
    Request,
    /// What comes back, counted from 0.
    Reply(usize),
}

/// What of a document an interaction is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    Http(OperationKey),
    Message {
        /// What the document calls it, where it does.
        id: Option<String>,
        /// The address of its channel, or the channel's name where that is not known.
        channel: String,
    },
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(key) => write!(f, "{} {}", key.method, key.path),
            Self::Message { id: Some(id), channel } => write!(f, "{id} {channel}"),
            Self::Message { id: None, channel } => f.write_str(channel),
        }
    }
}

/// What came of one interaction.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The place among the pact's interactions, from 0.
    pub index: usize,
    pub description: String,
    pub provider_states: Vec<StateName>,
    /// What it is called, such as `HTTP`.
    pub kind: String,
    /// Where it stands in the pact.
    pub pointer: JsonPointer,
    /// The operation of the document that it is about.
    pub operation: Option<Operation>,
    /// Why it was not compared at all.
    pub skipped: Option<Skipped>,
    /// Errors first.
    pub disagreements: Vec<Disagreement>,
    /// How many notes were counted instead of told.
    pub notes: usize,
}

/// Why an interaction was not held against any document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skipped {
    /// There is no OpenAPI document, and there is an AsyncAPI document.
    NoOpenApi,
    /// There is no AsyncAPI document, and there is an OpenAPI document.
    NoAsyncApi,
    /// It is of a kind that nothing here can read.
    Kind,
}

impl Compared {
    /// Whether pact and document contradict each other.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.disagreements.iter().any(|one| one.severity == Severity::Error)
    }
}

/// The ids that are not of a [`countersign_openapi::Code`].
pub mod ids {
    /// An HTTP interaction, and no document of any kind to hold it against.
    pub const REQUEST_SPEC_MISSING: &str = "request.spec.missing";
    /// A message, and no document of any kind to hold it against.
    pub const MESSAGE_SPEC_MISSING: &str = "message.spec.missing";
    /// The pact does not say which operation a message belongs to, and nothing else does.
    pub const REFERENCES_MISSING: &str = "message.references.missing";
    /// The operation that the pact names is not in the document.
    pub const OPERATION_UNKNOWN: &str = "message.operation.unknown";
    /// The operation was found by the metadata of the message.
    pub const OPERATION_INFERRED: &str = "message.operation.inferred";
    pub const MESSAGE_MATCHED: &str = "message.matched";
    /// No message of the operation takes the one of the pact.
    pub const NO_MATCH: &str = "message.no.match";
    /// Replies are expected, and the operation has none.
    pub const REPLY_MISSING: &str = "message.reply.missing";
    /// No reply is expected of an operation that has one.
    pub const RESPONSE_MISSING: &str = "message.response.missing";
}

/// The id of what an exchange breaks of a document. A path parameter that is wrong means another
/// path to the comparator, and so it does here.
pub(crate) fn id_of(code: Code) -> &'static str {
    match code {
        Code::RequestPathIncompatible => Code::RequestPathOrMethodUnknown.as_str(),
        code => code.as_str(),
    }
}
