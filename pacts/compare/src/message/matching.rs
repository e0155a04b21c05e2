//! Which of the messages of an operation takes the one of the pact.

use countersign_openapi::asyncapi::{self, AsyncOperation, Message};
use countersign_openapi::{JsonPointer, Leeways, Place, Promise, Severity, Violation};
use pact_models::matchingrules::MatchingRuleCategory;
use serde_json::Value;

use super::find::routing;
use super::{Talk, is_fatal};
use crate::acceptance::Acceptances;
use crate::demand::{self, Demand};
use crate::disagreement::{Compared, Disagreement, Part, Side, id_of, ids};
use crate::generate;
use crate::hint::hint;
use crate::interaction::Contents;

/// A message of the pact that some message of the document has to take.
pub(super) struct Candidate<'a> {
    pub contents: &'a Contents,
    pub part: Part,
    pub operation: &'a AsyncOperation,
}

/// What came of one message of the document.
#[derive(Default)]
struct Held {
    violations: Vec<Violation>,
    promises: Vec<Promise>,
}

impl Talk<'_> {
    /// Holds a message against each that it may be, in turn; gives whether one takes it.
    pub(super) fn hold<'d>(
        &self,
        candidate: &Candidate<'_>,
        messages: impl Iterator<Item = &'d Message>,
        compared: &mut Compared,
    ) -> bool {
        let value = candidate.contents.value();
        let rules = candidate.contents.rules.rules_for_category("body");
        let acceptances = Acceptances::of(rules.as_ref(), value.as_ref().unwrap_or(&Value::Null));
        let mut causes = Vec::new();
        for message in messages {
            let Held { violations, promises } = self.check(candidate, message, value.as_ref(), &acceptances);
            let fatal = violations.iter().any(|one| is_fatal(one.code, one.severity));
            let told = violations.into_iter().map(|one| self.of_violation(candidate, one));
            if fatal {
                causes.extend(told.filter(|one| one.severity == Severity::Error));
                continue;
            }
            compared.disagreements.extend(told);
            let text = format!("it is the message {:?} of the document", message.label());
            let matched =
                self.told(ids::MESSAGE_MATCHED, Side::Interaction, Some(message.position.clone()), text);
            compared.disagreements.push(matched);
            let body = value.as_ref().unwrap_or(&Value::Null);
            for promise in &promises {
                let demands = demand::demands(promise, body, &acceptances).into_iter();
                compared
                    .disagreements
                    .extend(demands.map(|demand| self.of_demand(candidate, demand, promise)));
            }
            return true;
        }
        let noun = match candidate.part {
            Part::Reply(_) => "reply",
            Part::Message | Part::Request => "message",
        };
        let text = format!("no message of the operation takes the {noun}");
        let at = match candidate.part {
            Part::Message => Side::Interaction,
            Part::Request | Part::Reply(_) => Side::OperationId,
        };
        let none = self.told(ids::NO_MATCH, at, Some(candidate.operation.position.clone()), text);
        compared.disagreements.push(Disagreement { causes, ..none });
        false
    }

    /// What the pact's message breaks of one of the document. A message that is received is a part;
    /// one that is sent is whole.
    fn check(
        &self,
        candidate: &Candidate<'_>,
        message: &Message,
        value: Option<&Value>,
        acceptances: &Acceptances,
    ) -> Held {
        let contents = candidate.contents;
        let content_type = contents.content_type.as_deref();
        let undeclared = self.context.strictness.undeclared;
        let document = self.document;
        let mut held = Held::default();
        held.violations.extend(document.check_content_type(message, content_type));
        let sent = candidate.part == Part::Request;
        match value {
            Some(_) if sent => {
                for value in generate::payloads(contents) {
                    let contents = asyncapi::Contents { content_type, value: &value };
                    let more = document.check_payload(message, contents);
                    let new =
                        more.into_iter().filter(|one| !held.violations.contains(one)).collect::<Vec<_>>();
                    held.violations.extend(new);
                }
            }
            Some(value) => {
                let contents = asyncapi::Contents { content_type, value };
                let leeways = acceptances.leeways();
                let (violations, promises) =
                    document.check_part_of_payload(message, contents, &leeways, undeclared);
                held.violations.extend(violations);
                held.promises = promises;
            }
            None => {}
        }
        if let Some(metadata) = &contents.metadata {
            let routing = routing(document, candidate.operation, contents);
            let own = metadata
                .iter()
                .filter(|(name, _)| !routing.contains(name) || document.has_header(message, name));
            let headers = own.map(|(name, value)| (name.clone(), value.clone())).collect();
            held.violations.extend(if sent {
                document.check_sent_headers(message, &headers)
            } else {
                let leeways = metadata_leeways(contents, &headers);
                document.check_part_of_headers(message, &headers, &leeways, undeclared)
            });
        }
        held
    }

    fn of_violation(&self, candidate: &Candidate<'_>, violation: Violation) -> Disagreement {
        let id = id_of(violation.code);
        let (at, below) = match violation.at {
            Place::MessageHeaders(pointer) => {
                let below = candidate.contents.metadata_at.append(&pointer);
                (Side::Metadata(candidate.part, pointer), below)
            }
            Place::MessagePayload(pointer) => {
                let below = candidate.contents.payload_at.append(&pointer);
                (Side::Payload(candidate.part, pointer), below)
            }
            _ => (Side::Interaction, JsonPointer::root()),
        };
        Disagreement {
            id,
            severity: violation.severity,
            at,
            location: self.position(&below),
            document: Some(violation.rule),
            keyword: violation.keyword,
            expected: violation.expected,
            actual: violation.actual.unwrap_or_default(),
            message: violation.message,
            hint: hint(id),
            causes: Vec::new(),
        }
    }

    fn of_demand(&self, candidate: &Candidate<'_>, demand: Demand, promise: &Promise) -> Disagreement {
        let id = demand.kind.of_message();
        let below = candidate.contents.payload_at.append(&demand.at);
        Disagreement {
            id,
            severity: demand.severity,
            at: Side::Payload(candidate.part, demand.at),
            location: self.position(&below),
            document: Some(self.context.position_of(&promise.rule, |rule| self.document.position_of(rule))),
            keyword: Some(demand.keyword.to_owned()),
            expected: demand.expected,
            actual: demand.actual,
            message: demand.message,
            hint: hint(id),
            causes: Vec::new(),
        }
    }
}

/// What else than the example the consumer takes of metadata.
fn metadata_leeways(contents: &Contents, metadata: &serde_json::Map<String, Value>) -> Leeways {
    let rules = contents.rules.rules_for_category("metadata");
    let Some(rules) = rules.filter(MatchingRuleCategory::is_not_empty) else { return Leeways::default() };
    Acceptances::of_members(&rules, metadata).leeways()
}
