//! Two JSON values, of which one was expected and the other came: what their mismatches amount to.

use countersign_openapi::JsonPointer;
use serde_json::Value;

use super::{excerpt, words};
use crate::outcome::Failure;
use crate::secrets::{Secrets, is_secret, masked_texts};

/// How matching begins its complaint about members that are not there.
const MISSING_KEYS: &str = "Actual map is missing the following keys";

/// Both values.
pub(crate) struct Bodies {
    expected: Value,
    actual: Value,
}

/// How failures speak of the values.
pub(crate) struct Frame<'a> {
    /// What the whole is called, such as `the answer's body`.
    pub whole: &'a str,
    pub secrets: &'a Secrets,
    /// A failure at a place in the value.
    pub plain: &'a dyn Fn(&JsonPointer, String) -> Failure,
}

impl Bodies {
    /// Nothing where one of them is no JSON.
    pub fn of(expected: &[u8], actual: &[u8]) -> Option<Self> {
        let (expected, actual) =
            (serde_json::from_slice(expected).ok()?, serde_json::from_slice(actual).ok()?);
        Some(Self { expected, actual })
    }

    /// The failures that a mismatch at `pointer` amounts to: one, or one for every member that is missing.
    pub fn failures(&self, pointer: &JsonPointer, complaint: &str, frame: &Frame<'_>) -> Vec<Failure> {
        let expected = self.expected.pointer(pointer.as_str());
        let actual = self.actual.pointer(pointer.as_str());
        let objects = expected.and_then(Value::as_object).zip(actual.and_then(Value::as_object));
        if let (Some((wanted, had)), true) = (objects, complaint.starts_with(MISSING_KEYS)) {
            let missing = wanted.iter().filter(|(name, _)| !had.contains_key(*name));
            return missing.map(|(name, value)| frame.missing(pointer, name, value)).collect();
        }
        let mut message = format!("{} is not what the pact expects", frame.place(pointer));
        if !secret(pointer) {
            message = format!("{message}: {}", words(complaint));
        }
        vec![frame.at_member(pointer, expected, actual, message)]
    }
}

impl Frame<'_> {
    fn missing(&self, parent: &JsonPointer, name: &str, expected: &Value) -> Failure {
        let message = format!("{} has no {name:?}, which the pact expects", self.place(parent));
        self.at_member(&parent.join(name), Some(expected), None, message)
    }

    fn at_member(
        &self,
        pointer: &JsonPointer,
        expected: Option<&Value>,
        actual: Option<&Value>,
        message: String,
    ) -> Failure {
        let value = |value: Option<&Value>| {
            let value = value.cloned().unwrap_or(Value::Null);
            excerpt(if secret(pointer) { masked_texts(value) } else { self.secrets.value(value) })
        };
        Failure {
            instance: Some(pointer.clone()),
            expected: value(expected),
            actual: value(actual),
            ..(self.plain)(pointer, message)
        }
    }

    fn place(&self, pointer: &JsonPointer) -> String {
        match pointer.as_str() {
            "" => self.whole.to_owned(),
            text => format!("{text:?} in {}", self.whole),
        }
    }
}

/// Whether the name of a member on the way says that what stands there is a secret.
fn secret(pointer: &JsonPointer) -> bool {
    pointer.tokens().any(|token| is_secret(&token))
}
