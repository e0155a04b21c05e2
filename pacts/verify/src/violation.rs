//! Holds an exchange and the pact's own side of it against the document, and turns what either
//! breaks into failures.

use std::collections::HashMap;

use countersign_openapi::{Code, Document, HttpRequest, HttpResponse, JsonPointer, Place, Violation};
use pact_models::v4::http_parts::HttpResponse as PactResponse;
use serde_json::Value;

use crate::interaction::{HttpContent, Interaction};
use crate::mismatch::excerpt;
use crate::outcome::{Failure, FailureKind};
use crate::pact::Pact;
use crate::promise::Promise;
use crate::secrets::{MASK, Secrets};

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
            let promise = Promise {
                document: self.document,
                request: self.request,
                answer: self.answer,
                expected,
                status_kept,
            };
            failures.extend(promise.violations().iter().map(|one| self.of_pact(one)));
        }
        failures
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
            // No exchange has one.
            Place::MessagePayload(_) | Place::MessageHeaders(_) => JsonPointer::root(),
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
