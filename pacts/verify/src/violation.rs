//! Holds an exchange and the pact's own side of it against the document, and turns what either
//! breaks into failures.

use std::collections::HashMap;

use countersign_openapi::{Code, Document, HttpRequest, HttpResponse, JsonPointer, Place, Violation};
use pact_models::bodies::OptionalBody;
use pact_models::http_parts::HttpPart as _;
use pact_models::v4::http_parts::HttpResponse as PactResponse;
use serde_json::Value;

use crate::interaction::{HttpContent, Interaction};
use crate::mismatch::excerpt;
use crate::outcome::{Failure, FailureKind};
use crate::pact::Pact;
use crate::secrets::{MASK, Secrets};

/// What a pact says of a body is the part its consumer uses: what only a whole body can satisfy
/// says nothing against it.
const OF_WHOLE_BODIES: [&str; 9] = [
    "required",
    "dependentRequired",
    "dependencies",
    "minProperties",
    "minItems",
    "uniqueItems",
    "contains",
    "minContains",
    "unevaluatedItems",
];

/// Keywords that fail as a whole: whether over a missing part, only a whole body can tell.
const OF_BRANCHES: [&str; 6] = ["oneOf", "anyOf", "not", "if", "then", "else"];

/// One interaction and the document that has a say in it.
pub(crate) struct Documented<'a> {
    pub document: &'a Document,
    pub pact: &'a Pact,
    pub interaction: &'a Interaction,
    pub content: &'a HttpContent,
    pub secrets: &'a Secrets,
    /// The request as the document sees it.
    pub request: &'a HttpRequest,
    pub answer: &'a HttpResponse,
}

impl Documented<'_> {
    /// What the live answer, and what the pact, breaks of the document. `expected` is the answer of
    /// the pact with the values of the provider states in it.
    pub(crate) fn failures(&self, expected: &PactResponse, status_kept: bool) -> Vec<Failure> {
        let live = self.document.check_response(self.request, self.answer);
        let unknown = |violation: &Violation| violation.code == Code::RequestPathOrMethodUnknown;
        let mut failures: Vec<Failure> =
            live.iter().filter(|violation| !unknown(violation)).map(|one| self.of_provider(one)).collect();
        let asked = self.document.check_request(self.request);
        let described = !asked.iter().any(unknown);
        let asked = asked.iter().filter(|one| counts_for_request(one, expected.status));
        failures.extend(asked.map(|one| self.of_pact(one)));
        if described {
            let whole = self.expected_answer(expected, status_kept);
            let promised = self.document.check_response(self.request, &whole);
            let counts = |one: &&Violation| self.counts_for_answer(one, expected, &whole, &live);
            failures.extend(promised.iter().filter(counts).map(|one| self.of_pact(one)));
        }
        failures
    }

    /// The pact's expected answer as it would come over the wire. Where the pact leaves the status
    /// to a matcher or does not care for the media type, the live answer fills in.
    fn expected_answer(&self, expected: &PactResponse, status_kept: bool) -> HttpResponse {
        let matched =
            expected.matching_rules.rules_for_category("status").is_some_and(|rules| rules.is_not_empty());
        let mut headers: Vec<(String, String)> = expected
            .headers
            .iter()
            .flatten()
            .flat_map(|(name, values)| values.iter().map(move |value| (name.clone(), value.clone())))
            .collect();
        headers.sort();
        let body = match &expected.body {
            OptionalBody::Present(body, _, _) => Some(body.to_vec()),
            OptionalBody::Null if expected.content_type().unwrap_or_default().is_json() => {
                Some(b"null".to_vec())
            }
            _ => None,
        };
        if body.is_some() && expected.lookup_content_type().is_none() {
            let of_body = expected.body.content_type().map(|media_type| media_type.to_string());
            let media_type = of_body.or_else(|| self.answer.header("content-type").map(str::to_owned));
            headers.extend(media_type.map(|media_type| ("Content-Type".to_owned(), media_type)));
        }
        let status = if matched && status_kept { self.answer.status } else { expected.status };
        HttpResponse { status, headers, body }
    }

    fn counts_for_answer(
        &self,
        violation: &Violation,
        expected: &PactResponse,
        whole: &HttpResponse,
        live: &[Violation],
    ) -> bool {
        match violation.code {
            Code::ResponseBodyMissing => expected.body == OptionalBody::Empty,
            // A header the pact does not name, it does not rely on.
            Code::ResponseHeaderIncompatible => violation.actual.is_some(),
            Code::ResponseBodyIncompatible => {
                let keyword = violation.keyword.as_deref().unwrap_or_default();
                if OF_WHOLE_BODIES.contains(&keyword) {
                    return false;
                }
                !OF_BRANCHES.contains(&keyword) || self.persists(violation, whole, live)
            }
            Code::ResponseStatusUnknown
            | Code::ResponseBodyUnknown
            | Code::ResponseContentTypeIncompatible => true,
            // The request is judged by itself; a media type that the pact does not name, or a body
            // that nobody can judge, says nothing against it.
            _ => false,
        }
    }

    /// Whether the violation stays when the live answer completes what the pact says of the body.
    /// A live body that is itself in breach completes nothing, and then it does not count.
    fn persists(&self, violation: &Violation, expected: &HttpResponse, live: &[Violation]) -> bool {
        let same = |other: &Violation| (other.code, &other.rule) == (violation.code, &violation.rule);
        if live.iter().any(same) {
            return true;
        }
        if live.iter().any(|one| one.code == Code::ResponseBodyIncompatible) {
            return false;
        }
        let json = |body: &Option<Vec<u8>>| {
            body.as_deref().and_then(|body| serde_json::from_slice::<Value>(body).ok())
        };
        let Some((part, live)) = json(&expected.body).zip(json(&self.answer.body)) else {
            return true;
        };
        let body = Some(completed(part, &live).to_string().into_bytes());
        let whole = HttpResponse { body, ..expected.clone() };
        self.document.check_response(self.request, &whole).iter().any(same)
    }

    fn of_provider(&self, violation: &Violation) -> Failure {
        let at = match &violation.at {
            Place::ResponseBody(pointer) => self.content.body_pointer("response").append(pointer),
            place => self.pointer(place),
        };
        let instance = match &violation.at {
            Place::ResponseBody(pointer) => Some(pointer.clone()),
            _ => None,
        };
        let failure = self.failure(violation, FailureKind::ProviderAgainstDocument, &at);
        Failure { instance, ..failure }
    }

    fn of_pact(&self, violation: &Violation) -> Failure {
        self.failure(violation, FailureKind::PactAgainstDocument, &self.pointer(&violation.at))
    }

    fn failure(&self, violation: &Violation, kind: FailureKind, at: &JsonPointer) -> Failure {
        let actual = match &violation.at {
            Place::RequestCookie(_) => violation.actual.as_ref().map(|_| Value::from(MASK)),
            Place::RequestHeader(name) | Place::ResponseHeader(name) if self.secrets.hides(name) => {
                violation.actual.as_ref().map(|_| Value::from(MASK))
            }
            _ => violation.actual.clone(),
        };
        Failure {
            id: violation.code.as_str(),
            kind,
            severity: violation.severity,
            location: self.pact.position(&self.interaction.position().pointer.append(at)),
            instance: None,
            document: Some(violation.rule.clone()),
            expected: excerpt(violation.expected.clone()),
            actual: excerpt(actual.unwrap_or(Value::Null)),
            message: violation.message.clone(),
            hint: None,
        }
    }

    /// Where below the interaction the pact speaks of a place of the exchange.
    fn pointer(&self, place: &Place) -> JsonPointer {
        let request = JsonPointer::root().join("request");
        let response = JsonPointer::root().join("response");
        let http = &self.content.http;
        match place {
            Place::RequestMethod => request.join("method"),
            Place::RequestPath | Place::RequestPathParameter(_) => request.join("path"),
            Place::RequestQuery(name) => request.join("query").join(name),
            Place::RequestHeader(name) => {
                request.join("headers").join(written(name, http.request.headers.as_ref()))
            }
            Place::RequestCookie(_) => {
                request.join("headers").join(written("Cookie", http.request.headers.as_ref()))
            }
            Place::RequestBody(pointer) => self.content.body_pointer("request").append(pointer),
            Place::ResponseStatus => response.join("status"),
            Place::ResponseHeader(name) => {
                response.join("headers").join(written(name, http.response.headers.as_ref()))
            }
            Place::ResponseBody(pointer) => self.content.body_pointer("response").append(pointer),
        }
    }
}

/// A pact that expects a refusal sends what is wrong on purpose. That the operation exists is asked
/// of it all the same.
fn counts_for_request(violation: &Violation, expected_status: u16) -> bool {
    expected_status < 400 || violation.code == Code::RequestPathOrMethodUnknown
}

/// The name of a header as the pact writes it.
fn written<'a>(name: &'a str, headers: Option<&'a HashMap<String, Vec<String>>>) -> &'a str {
    let same = |key: &&String| key.eq_ignore_ascii_case(name);
    headers.and_then(|headers| headers.keys().find(same)).map_or(name, String::as_str)
}

/// `part`, and from `whole` what it has not.
fn completed(part: Value, whole: &Value) -> Value {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            let mut members = whole.clone();
            for (name, value) in part {
                let value = match members.remove(&name) {
                    Some(live) => completed(value, &live),
                    None => value,
                };
                members.insert(name, value);
            }
            Value::Object(members)
        }
        // A pact gives one element for the shape of all; the first live one completes each.
        (Value::Array(part), Value::Array(whole)) => {
            let complete = |(index, item): (usize, Value)| match whole.get(index).or_else(|| whole.first()) {
                Some(live) => completed(item, live),
                None => item,
            };
            Value::Array(part.into_iter().enumerate().map(complete).collect())
        }
        (part, _) => part,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_live_body_completes_what_the_pact_says_of_it() {
        let part = json!({ "id": 7, "tags": [{ "name": "a" }, { "name": "b" }] });
        let whole = json!({ "id": 1, "kind": "vod", "tags": [{ "name": "x", "rank": 1 }] });
        assert_eq!(
            completed(part, &whole),
            json!({ "id": 7, "kind": "vod", "tags": [{ "name": "a", "rank": 1 }, { "name": "b", "rank": 1 }] })
        );
    }
}
