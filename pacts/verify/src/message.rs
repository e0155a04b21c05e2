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
use crate::mismatch::{excerpt, pointer, words};
use crate::outcome::{Failure, FailureKind};
use crate::pact::Pact;

/// Contents of another value than the pact expects.
pub(crate) const CONTENTS: &str = "pact.message.contents";
/// Contents of another type.
const CONTENT_TYPE: &str = "pact.message.content-type";
const METADATA: &str = "pact.message.metadata";

/// Where one expected message stands in its pact.
pub(crate) struct Expected<'a> {
    pub pact: &'a Pact,
    pub interaction: &'a Interaction,
    pub message: &'a MessageContents,
    /// Below the interaction, such as `/response/0`.
    pub at: JsonPointer,
}

impl Expected<'_> {
    /// What of `actual` is not as the pact expects; an error where matching gives up.
    pub async fn failures(&self, actual: &MessageContents) -> Result<Vec<Failure>, String> {
        let mismatches = contained::run(mismatches(self.message, actual)).await?;
        Ok(mismatches.iter().map(|mismatch| self.failure(mismatch)).collect())
    }

    fn failure(&self, mismatch: &Mismatch) -> Failure {
        let at_contents = self.at.join("contents").join("content");
        let read = |bytes: Option<&[u8]>| match bytes {
            Some(bytes) => serde_json::from_slice(bytes)
                .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(bytes).into_owned())),
            None => Value::Null,
        };
        match mismatch {
            Mismatch::BodyMismatch { path, expected, actual, mismatch } => {
                let instance = pointer(path).unwrap_or_default();
                let failure = Failure {
                    expected: excerpt(read(expected.as_deref())),
                    actual: excerpt(read(actual.as_deref())),
                    instance: Some(instance.clone()),
                    ..self.plain(CONTENTS, &at_contents.append(&instance))
                };
                let place = if instance.as_str().is_empty() {
                    "the contents".to_owned()
                } else {
                    format!("{:?} in the contents", instance.as_str())
                };
                Failure { message: format!("{place}: {}", words(mismatch)), ..failure }
            }
            Mismatch::BodyTypeMismatch { expected, actual, mismatch, .. } => Failure {
                expected: json!(expected),
                actual: json!(actual),
                message: words(mismatch),
                ..self.plain(CONTENT_TYPE, &self.at.join("contents"))
            },
            Mismatch::MetadataMismatch { key, expected, actual, mismatch } => Failure {
                expected: excerpt(json!(expected)),
                actual: excerpt(json!(actual)),
                message: words(mismatch),
                ..self.plain(METADATA, &self.at.join("metadata").join(key))
            },
            other => Failure { message: words(&other.description()), ..self.plain(CONTENTS, &at_contents) },
        }
    }

    /// A failure about this message, with nothing said of it yet.
    pub fn plain(&self, id: &'static str, at: &JsonPointer) -> Failure {
        Failure {
            id,
            kind: FailureKind::PactAgainstProvider,
            severity: Severity::Error,
            location: self.pact.position(&self.interaction.position().pointer.append(at)),
            instance: None,
            document: None,
            expected: Value::Null,
            actual: Value::Null,
            message: String::new(),
            hint: None,
        }
    }
}

async fn mismatches(expected: &MessageContents, actual: &MessageContents) -> Vec<Mismatch> {
    let context = |names: &[&str]| CoreMatchingContext {
        matchers: rules(expected, names),
        config: DiffConfig::AllowUnexpectedKeys,
        matching_spec: PactSpecification::V4,
    };
    // The models write the rules of contents as those of a body.
    let contents = match_message_contents(expected, actual, &context(&["content", "body"])).await;
    let mut mismatches = contents.err().unwrap_or_default();
    let metadata = match_message_metadata(expected, actual, &context(&[Category::METADATA.into()]));
    mismatches.extend(metadata.into_values().flatten());
    mismatches
}

fn rules(message: &MessageContents, names: &[&str]) -> MatchingRuleCategory {
    let mut all = MatchingRuleCategory::empty(names[0]);
    for name in names {
        if let Some(rules) = message.matching_rules.rules_for_category(*name) {
            all.add_rules(rules);
        }
    }
    all
}
