//! A finding's key: what a baseline, an alert and a code scanner know it by from one run to the next.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::Finding;

/// The key of a finding: 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Key(String);

impl Key {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Finding {
    /// What this finding is known by: its id and its place, in the words of contract and document.
    ///
    /// Wording, severity, verdict, evidence and lines have no part in it, nor has the order of
    /// interactions in a pact or of items in an answer: all of them change while the finding is the same.
    #[must_use]
    pub fn key(&self) -> Key {
        let place = json!([
            "countersign/2",
            self.id,
            self.between,
            self.provider,
            self.contract,
            self.interaction,
            self.provider_states,
            self.location.as_ref().map(|location| within(&location.pointer)),
            self.operation,
            self.instance.as_deref().map(|instance| self.steady(instance)),
            self.subject,
            self.only_place(),
        ]);
        let digest = Sha256::digest(place.to_string());
        let half = digest.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        Key(format!("{half:032x}"))
    }

    /// A place in an answer with every index alike: one list holds more items today than yesterday. The place
    /// of a change is made of the document's own words, and 200 is no index there.
    fn steady<'a>(&self, instance: &'a str) -> Cow<'a, str> {
        if self.between.is_change() { instance.into() } else { without_indices(instance).into() }
    }

    /// The place in the document, where nothing else says what the finding is about. Elsewhere it would
    /// make another finding of it whenever a schema moves.
    fn only_place(&self) -> Option<&str> {
        let named = self.operation.is_some() || self.interaction.is_some();
        let place = self.document.as_ref().or(self.base.as_ref());
        place.filter(|_| !named).map(|location| &*location.pointer)
    }
}

/// What follows the interaction in a pointer into a pact: `/response/body` of `/interactions/3/response/body`.
fn within(pointer: &str) -> &str {
    pointer.match_indices('/').nth(2).map_or("", |(end, _)| &pointer[end..])
}

fn without_indices(pointer: &str) -> String {
    let index = |part: &&str| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = pointer.split('/').map(|part| Some(part).filter(index).unwrap_or("*"));
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::finding::{Accepted, Between, Finding, Location, Severity, Verdict};

    fn place(file: &str, pointer: &str, line: usize) -> Location {
        Location { file: file.to_owned(), pointer: pointer.to_owned(), line: Some(line) }
    }

    fn finding() -> Finding {
        Finding {
            provider: Some("shop".to_owned()),
            contract: Some("web-shop".to_owned()),
            interaction: Some("a tool".to_owned()),
            location: Some(place("pacts/web-shop.json", "/interactions/2/response/body/content/0/name", 40)),
            document: Some(place("shop.yaml", "/components/schemas/Tool/properties/name/type", 77)),
            operation: Some("GET /tools".to_owned()),
            instance: Some("/0/name".to_owned()),
            expected: json!("a"),
            actual: json!(7),
            ..Finding::new(
                "response.body.incompatible",
                Severity::Error,
                Between::DocumentAndProvider,
                "7 is no string",
            )
        }
    }

    #[test]
    fn a_key_is_32_hexadecimal_digits() {
        let key = finding().key();
        assert!(key.as_str().len() == 32 && key.as_str().bytes().all(|it| it.is_ascii_hexdigit()), "{key}");
    }

    #[test]
    fn wording_weight_and_evidence_do_not_change_the_key() {
        let other = Finding {
            severity: Severity::Warning,
            verdict: Some(Verdict::Both),
            expected: json!("b"),
            actual: json!(8),
            message: "8 is not of type string".to_owned(),
            hint: Some("answer with a string".to_owned()),
            affects: Some(Vec::new()),
            accepted: Some(Accepted { by: "countersign.toml".to_owned(), reason: None, until: None }),
            ..finding()
        };
        assert_eq!(other.key(), finding().key());
    }

    #[test]
    fn lines_and_files_and_the_order_of_things_do_not_change_the_key() {
        let moved = Finding {
            location: Some(place("./web-shop.json", "/interactions/9/response/body/content/0/name", 400)),
            document: Some(place("new/shop.yaml", "/components/schemas/Named/properties/name/type", 7)),
            instance: Some("/31/name".to_owned()),
            ..finding()
        };
        assert_eq!(moved.key(), finding().key());
    }

    #[test]
    fn whatever_names_the_place_changes_the_key() {
        let some = |text: &str| Some(text.to_owned());
        let others = [
            Finding { id: "response.body.unknown".to_owned(), ..finding() },
            Finding { between: Between::DocumentAndPact, ..finding() },
            Finding { provider: some("store"), ..finding() },
            Finding { contract: some("app-shop"), ..finding() },
            Finding { interaction: some("a hammer"), ..finding() },
            Finding { provider_states: vec!["it is open".to_owned()], ..finding() },
            Finding { location: Some(place("p", "/interactions/2/request/body", 1)), ..finding() },
            Finding { operation: some("POST /tools"), ..finding() },
            Finding { instance: some("/0/size"), ..finding() },
            Finding { subject: some("red"), ..finding() },
        ];
        let mut keys: Vec<_> = others.iter().chain([&finding()]).map(Finding::key).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), others.len() + 1);
    }

    #[test]
    fn the_document_is_the_place_where_there_is_no_other() {
        let of = |pointer: &str| Finding {
            document: Some(place("shop.yaml", pointer, 1)),
            ..Finding::new("api-title-changed", Severity::Info, Between::BaseAndRevised, "")
        };
        assert_ne!(of("/info/title").key(), of("/servers/0").key());
        let base = |pointer: &str| Finding { base: of(pointer).document, document: None, ..of("") };
        assert_ne!(base("/info/title").key(), base("/servers/0").key());
    }

    #[test]
    fn the_statuses_of_two_changes_are_no_indices() {
        let of = |instance: &str| Finding {
            instance: Some(instance.to_owned()),
            ..Finding::new("response-property-removed", Severity::Error, Between::BaseAndRevised, "")
        };
        assert_ne!(of("response/200/body/name").key(), of("response/404/body/name").key());
    }

    #[test]
    fn parts_that_run_together_are_told_apart() {
        let of = |contract: &str, interaction: &str| Finding {
            contract: Some(contract.to_owned()),
            interaction: Some(interaction.to_owned()),
            ..finding()
        };
        assert_ne!(of("a", "bc").key(), of("ab", "c").key());
        assert_ne!(of("a\",\"b", "c").key(), of("a", "b\",\"c").key());
    }
}
