//! Messages held against the pact, by Pact's own matching of contents and metadata.

use countersign_openapi::{JsonPointer, Severity};
use pact_matching::{
    CoreMatchingContext, DiffConfig, Mismatch, match_message_contents, match_message_metadata,
};
use pact_models::PactSpecification;
use pact_models::matchingrules::{Category, MatchingRuleCategory};
use pact_models::v4::message_parts::MessageContents;
use serde_json::{Value, json};

use crate::contained;
use crate::interaction::Interaction;
use crate::mismatch::{Bodies, Frame, excerpt, pointer, words};
use crate::outcome::{Failure, FailureKind};
use crate::pact::Pact;
use crate::secrets::{Secrets, is_secret, masked_texts};

/// Contents of another value than the pact expects.
pub(crate) const CONTENTS: &str = "pact.message.contents";
/// Contents of another type.
const CONTENT_TYPE: &str = "pact.message.content-type";
const METADATA: &str = "pact.message.metadata";

/// A message that a pact expects, and where in the pact it stands.
pub(crate) struct Expected<'a> {
    pub pact: &'a Pact,
    pub interaction: &'a Interaction,
    pub secrets: &'a Secrets,
    pub message: &'a MessageContents,
    pub specification: PactSpecification,
    /// Where its contents stand below the interaction, such as `/response/0/contents/content`.
    pub contents: JsonPointer,
    /// Where its metadata stands below the interaction.
    pub metadata: JsonPointer,
}

impl Expected<'_> {
    /// What of `actual` is not as the pact expects; an error where matching gives up.
    pub async fn failures(&self, actual: &MessageContents) -> Result<Vec<Failure>, String> {
        let mismatches = contained::run(self.mismatches(actual)).await?;
        Ok(mismatches.iter().flat_map(|mismatch| self.of_mismatch(mismatch, actual)).collect())
    }

    fn of_mismatch(&self, mismatch: &Mismatch, actual: &MessageContents) -> Vec<Failure> {
        match mismatch {
            Mismatch::BodyMismatch { path, mismatch, .. } => self.contents(path, mismatch, actual),
            Mismatch::BodyTypeMismatch { expected, actual, .. } => {
                let message = format!("the contents are {actual} where the pact expects {expected}");
                let failure = self.failure(CONTENT_TYPE, &self.contents, message);
                vec![Failure { expected: json!(expected), actual: json!(actual), ..failure }]
            }
            Mismatch::MetadataMismatch { key, mismatch, .. } => vec![self.metadata(key, mismatch, actual)],
            // Matching a message speaks of nothing else; what it may yet say is not to be lost.
            other => vec![self.failure(CONTENTS, &self.contents, words(&other.description()))],
        }
    }

    fn contents(&self, path: &str, complaint: &str, actual: &MessageContents) -> Vec<Failure> {
        let bytes = |message: &MessageContents| message.contents.value();
        let (expected, actual) = (bytes(self.message), bytes(actual));
        let bodies = expected.as_deref().zip(actual.as_deref());
        if let Some((bodies, pointer)) = bodies.and_then(|(e, a)| Bodies::of(e, a)).zip(pointer(path)) {
            let frame = Frame {
                whole: "the contents",
                secrets: self.secrets,
                plain: &|at, message| self.failure(CONTENTS, &self.contents.append(at), message),
            };
            return bodies.failures(&pointer, complaint, &frame);
        }
        let text = |bytes: Option<&[u8]>| bytes.map(|it| self.secrets.text(&String::from_utf8_lossy(it)));
        let (expected, actual) = (text(expected.as_deref()), text(actual.as_deref()));
        let message = match (&expected, &actual) {
            (Some(_), None) => "the message has no contents, and the pact expects some".to_owned(),
            (None, Some(_)) => "the message has contents where the pact expects none".to_owned(),
            _ => format!("the contents at {path}: {}", words(complaint)),
        };
        let failure = self.failure(CONTENTS, &self.contents, message);
        vec![Failure { expected: excerpt(json!(expected)), actual: excerpt(json!(actual)), ..failure }]
    }

    fn metadata(&self, key: &str, complaint: &str, actual: &MessageContents) -> Failure {
        let at = self.metadata.join(key);
        let (expected, actual) = (self.message.metadata.get(key), actual.metadata.get(key));
        let hidden = is_secret(key);
        let shown = |value: Option<&Value>| {
            let value = value.cloned().unwrap_or_default();
            excerpt(if hidden { masked_texts(value) } else { self.secrets.value(value) })
        };
        let message = match actual {
            None => format!("the message has no metadata {key:?}, which the pact expects"),
            Some(_) if hidden => format!("the metadata {key:?} is not what the pact expects"),
            Some(_) => words(complaint),
        };
        let failure = self.failure(METADATA, &at, message);
        Failure { expected: shown(expected), actual: shown(actual), ..failure }
    }

    /// A failure at `at`, below the interaction.
    pub fn failure(&self, id: &'static str, at: &JsonPointer, message: String) -> Failure {
        Failure {
            id,
            kind: FailureKind::PactAgainstProvider,
            severity: Severity::Error,
            location: self.pact.position(&self.interaction.position().pointer.append(at)),
            instance: None,
            document: None,
            expected: Value::Null,
            actual: Value::Null,
            message,
            hint: None,
        }
    }

    /// What Pact's own verifier finds, by the parts of which it is made.
    async fn mismatches(&self, actual: &MessageContents) -> Vec<Mismatch> {
        let context = |category| CoreMatchingContext {
            matchers: self.rules(category),
            config: DiffConfig::AllowUnexpectedKeys,
            ..CoreMatchingContext::default()
        };
        // The rules of contents are written as those of a body.
        let mut of_contents = context(Category::BODY);
        if self.specification == PactSpecification::V4 {
            of_contents.matching_spec = PactSpecification::V4;
        }
        let contents = match_message_contents(self.message, actual, &of_contents).await;
        let mut mismatches = contents.err().unwrap_or_default();
        let metadata = match_message_metadata(self.message, actual, &context(Category::METADATA));
        mismatches.extend(metadata.into_values().flatten());
        mismatches
    }

    fn rules(&self, category: Category) -> MatchingRuleCategory {
        let rules = self.message.matching_rules.rules_for_category(category.clone());
        rules.unwrap_or_else(|| MatchingRuleCategory::empty(category))
    }
}

#[cfg(test)]
mod tests;
