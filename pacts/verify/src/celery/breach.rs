//! A breach of Celery's protocol, and the failure that it is.

use countersign_openapi::{JsonPointer, Severity};
use serde_json::{Value, json};

use crate::message::Expected;
use crate::mismatch::excerpt;
use crate::outcome::{Failure, FailureKind};

/// One way to break the protocol.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    pub id: &'static str,
    pub severity: Severity,
    /// Where the pact speaks of it.
    pub place: Place,
    pub message: &'static str,
    /// What the protocol asks for.
    pub asks: &'static str,
    /// What Celery does with it.
    pub effect: &'static str,
    /// How it is mended.
    pub remedy: &'static str,
}

/// A part of a message in a pact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Message,
    Contents,
    /// The metadata of this name.
    Metadata(&'static str),
}

impl Breach {
    /// The failure that it is where `expected` was hoped for and `actual` stands.
    pub fn failure(&self, expected: &Expected<'_>, actual: Value) -> Failure {
        let at = match self.place {
            Place::Message => JsonPointer::root(),
            Place::Contents => expected.contents.clone(),
            Place::Metadata(name) => expected.metadata.join(name),
        };
        Failure {
            kind: FailureKind::ProviderAgainstProtocol,
            severity: self.severity,
            expected: json!(self.asks),
            actual: excerpt(expected.secrets.value(actual)),
            hint: Some(format!("{}; {}", self.effect, self.remedy)),
            ..expected.failure(self.id, &at, self.message.to_owned())
        }
    }
}
