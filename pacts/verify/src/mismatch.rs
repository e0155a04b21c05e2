//! Turns what Pact's matching says of an answer into failures with a place, values and plain words.

mod bodies;

use std::cell::OnceCell;

use countersign_openapi::{HttpResponse, JsonPointer, Position, Severity};
use pact_matching::Mismatch;
use pact_models::path_exp::{DocPath, PathToken};
use serde_json::{Value, json};

use crate::interaction::{HttpContent, Interaction};
use crate::outcome::{Failure, FailureKind};
use crate::pact::Pact;
use crate::secrets::{MASK, Secrets};

pub(crate) use bodies::{Bodies, Frame};

pub(crate) const STATUS: &str = "pact.response.status";
pub(crate) const HEADER: &str = "pact.response.header";
pub(crate) const BODY: &str = "pact.response.body";
pub(crate) const BODY_TYPE: &str = "pact.response.body-type";

/// Characters of a value or body that a failure shows.
const EXCERPT: usize = 1_000;

/// What a mismatch is held against to find its place and its values.
pub(crate) struct Answered<'a> {
    pub pact: &'a Pact,
    pub interaction: &'a Interaction,
    pub content: &'a HttpContent,
    pub answer: &'a HttpResponse,
    pub secrets: &'a Secrets,
    bodies: OnceCell<Option<Bodies>>,
}

impl<'a> Answered<'a> {
    pub(crate) fn new(
        pact: &'a Pact,
        interaction: &'a Interaction,
        content: &'a HttpContent,
        answer: &'a HttpResponse,
        secrets: &'a Secrets,
    ) -> Self {
        Self { pact, interaction, content, answer, secrets, bodies: OnceCell::new() }
    }

    /// The failures that a mismatch amounts to: one, or one for every member that is missing.
    pub(crate) fn failures(&self, mismatch: &Mismatch) -> Vec<Failure> {
        match mismatch {
            Mismatch::StatusMismatch { expected, mismatch, .. } => vec![self.status(*expected, mismatch)],
            Mismatch::HeaderMismatch { key, expected, actual, mismatch } => {
                vec![self.header(key, expected, actual, mismatch)]
            }
            Mismatch::BodyTypeMismatch { expected, actual, .. } => vec![self.body_type(expected, actual)],
            Mismatch::BodyMismatch { path, expected, actual, mismatch } => {
                let bytes = |bytes: &Option<_>| bytes.as_deref().map_or(Value::Null, readable);
                self.body(path, &bytes(expected), &bytes(actual), mismatch)
            }
            // Matching a response speaks of nothing else; what it may yet say is not to be lost.
            other => vec![self.failure(BODY, &JsonPointer::root(), words(&other.description()))],
        }
    }

    fn status(&self, expected: u16, complaint: &str) -> Failure {
        let actual = self.answer.status;
        let at = JsonPointer::root().join("response").join("status");
        // A status matcher explains itself; two plain numbers need no more words.
        let plain = complaint == format!("expected {expected} but was {actual}");
        let message = if plain {
            format!("the provider answered {actual} where the pact expects {expected}")
        } else {
            format!("the provider answered {actual}: {}", words(complaint))
        };
        let shown = self.secrets.response(self.answer).body.unwrap_or_default();
        let shown = String::from_utf8_lossy(&shown).trim().to_owned();
        let hint = (!shown.is_empty()).then(|| format!("its body: {}", cut(&shown)));
        Failure {
            expected: json!(expected),
            actual: json!(actual),
            hint,
            ..self.failure(STATUS, &at, message)
        }
    }

    fn header(&self, name: &str, expected: &str, actual: &str, complaint: &str) -> Failure {
        let at = JsonPointer::root().join("response").join("headers").join(name);
        if self.secrets.hides(name) {
            let message = format!("the header {name:?} of the answer is not what the pact expects");
            let failure = self.failure(HEADER, &at, message);
            return Failure { expected: json!(MASK), actual: json!(MASK), ..failure };
        }
        // Of a header that is missing, matching writes the expected value as source code would.
        let of_pact = self.content.http.response.headers.as_ref().and_then(|headers| headers.get(name));
        let expected = match (self.answer.header(name), of_pact) {
            (None, Some(values)) => values.join(", "),
            _ => expected.to_owned(),
        };
        let actual = if actual.is_empty() { Value::Null } else { json!(cut(actual)) };
        Failure { expected: json!(cut(&expected)), actual, ..self.failure(HEADER, &at, words(complaint)) }
    }

    fn body_type(&self, expected: &str, actual: &str) -> Failure {
        let at = self.content.body_pointer("response");
        let message = format!("the answer's body is {actual} where the pact expects {expected}");
        Failure { expected: json!(expected), actual: json!(actual), ..self.failure(BODY_TYPE, &at, message) }
    }

    fn body(&self, path: &str, expected: &Value, actual: &Value, complaint: &str) -> Vec<Failure> {
        let Some((bodies, pointer)) = self.bodies().zip(pointer(path)) else {
            let at = self.content.body_pointer("response");
            let message = match (self.content.http.response.body.is_present(), &self.answer.body) {
                (true, None) => "the answer has no body, and the pact expects one".to_owned(),
                (false, Some(_)) => "the answer has a body where the pact expects none".to_owned(),
                _ => format!("the answer's body at {path}: {}", words(complaint)),
            };
            let (expected, actual) = (excerpt(expected.clone()), excerpt(actual.clone()));
            return vec![Failure { expected, actual, ..self.failure(BODY, &at, message) }];
        };
        let at_body = self.content.body_pointer("response");
        let frame = Frame {
            whole: "the answer's body",
            secrets: self.secrets,
            plain: &|at, message| self.failure(BODY, &at_body.append(at), message),
        };
        bodies.failures(&pointer, complaint, &frame)
    }

    /// A failure at `at`, below the interaction.
    fn failure(&self, id: &'static str, at: &JsonPointer, message: String) -> Failure {
        Failure {
            id,
            kind: FailureKind::PactAgainstProvider,
            severity: Severity::Error,
            location: self.place(at),
            instance: None,
            document: None,
            expected: Value::Null,
            actual: Value::Null,
            message,
            hint: None,
        }
    }

    fn place(&self, at: &JsonPointer) -> Position {
        self.pact.position(&self.interaction.position().pointer.append(at))
    }

    fn bodies(&self) -> Option<&Bodies> {
        self.bodies
            .get_or_init(|| {
                let expected = self.content.http.response.body.value()?;
                Bodies::of(&expected, self.answer.body.as_deref()?)
            })
            .as_ref()
    }
}

/// `$.items[0].id` as a JSON pointer; nothing where it is no path of a JSON body.
pub(crate) fn pointer(path: &str) -> Option<JsonPointer> {
    if path == "/" {
        return Some(JsonPointer::root());
    }
    let path = DocPath::new(path).ok()?;
    path.tokens().iter().try_fold(JsonPointer::root(), |pointer, token| match token {
        PathToken::Root => Some(pointer),
        PathToken::Field(name) => Some(pointer.join(name)),
        PathToken::Index(index) => Some(pointer.index(*index)),
        PathToken::Star | PathToken::StarIndex => None,
    })
}

/// Matching's own words, without colours and as a fragment.
pub(crate) fn words(complaint: &str) -> String {
    let mut plain = String::with_capacity(complaint.len());
    let mut rest = complaint;
    while let Some((before, escape)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = escape.split_once(|c: char| c.is_ascii_alphabetic()).map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let mut characters = plain.chars();
    match (characters.next(), characters.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => plain,
    }
}

fn readable(bytes: &[u8]) -> Value {
    json!(String::from_utf8_lossy(bytes))
}

/// A value small enough to be read.
pub(crate) fn excerpt(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(cut(&text)),
        Value::Array(_) | Value::Object(_) => {
            let text = value.to_string();
            if text.chars().nth(EXCERPT).is_none() { value } else { Value::String(cut(&text)) }
        }
        other => other,
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_pointer() {
        for (path, expected) in
            [("$", ""), ("/", ""), ("$.a[0].b", "/a/0/b"), ("$['a b']['c/d']", "/a b/c~1d"), ("$[2]", "/2")]
        {
            assert_eq!(pointer(path).unwrap().as_str(), expected, "{path}");
        }
        assert_eq!(pointer("$.a[*].b"), None);
    }

    #[test]
    fn words_lose_their_colours_and_their_capital() {
        assert_eq!(words("Expected \u{1b}[31m1\u{1b}[0m but was 2"), "expected 1 but was 2");
        assert_eq!(words("ETag differs"), "ETag differs");
        assert_eq!(words("cut \u{1b}["), "cut ");
    }

    #[test]
    fn a_large_value_is_cut_to_a_readable_size() {
        let cut = excerpt(json!(vec!["é"; 5_000]));
        assert!(cut.as_str().is_some_and(|text| text.chars().count() < 1_100), "{cut}");
        assert_eq!(excerpt(json!({ "a": 1 })), json!({ "a": 1 }));
    }
}
