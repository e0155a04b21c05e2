//! What is asked of a document by who holds many exchanges against it: which operation, all that an
//! exchange breaks, which servers, and which names hold secrets.

use crate::exchange::{HttpRequest, HttpResponse};
use crate::route::server_urls;
use crate::violation::Violation;

use super::{Document, sorted};

/// What an exchange breaks, and whose promise it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The place in [`Document::operations`] of the operation; none where no operation answers the
    /// request, which is then the one violation.
    pub operation: Option<usize>,
    /// Of the request, then of the answer, each sorted. The same exchange always gives the same list.
    pub violations: Vec<Violation>,
}

impl Document {
    /// The place in [`Document::operations`] of the operation that answers `method` at `path`.
    #[must_use]
    pub fn operation_index(&self, method: &str, path: &str) -> Option<usize> {
        self.router.find(method, path).ok().map(|found| found.operation)
    }

    /// What the request and its answer break, in one go: as [`Document::check_request`] and
    /// [`Document::check_response`] tell, and a request that no operation answers is told once.
    #[must_use]
    pub fn check_exchange(&self, request: &HttpRequest, response: &HttpResponse) -> Judged {
        let judge = self.judge();
        match self.router.find(&request.method, &request.path) {
            Ok(found) => {
                let rules = &self.rules[found.operation];
                let mut violations = sorted(judge.check_request(rules, &found, request));
                violations.append(&mut sorted(judge.check_response(rules, request, response)));
                Judged { operation: Some(found.operation), violations }
            }
            Err(miss) => Judged { operation: None, violations: vec![self.unknown(request, miss)] },
        }
    }

    /// The URLs of all servers that the document names, each value of a variable put in its place; as
    /// the document writes them, relative ones too. Sorted, each once.
    #[must_use]
    pub fn server_urls(&self) -> Vec<String> {
        let root = self.value();
        let items = root["paths"].as_object().into_iter().flatten().map(|(_, item)| item);
        let operations = items.clone().filter_map(|item| item.as_object()).flat_map(|item| item.values());
        let owners = std::iter::once(root).chain(items).chain(operations);
        let mut urls: Vec<String> =
            owners.filter_map(|owner| owner.get("servers")).flat_map(server_urls).collect();
        urls.sort();
        urls.dedup();
        urls
    }

    /// Whether what a header, parameter or member of this name holds is a secret: by its name, as
    /// passwords and tokens are called, or by the document, which gives it the format `password` or has
    /// a security scheme read it.
    #[must_use]
    pub fn conceals(&self, name: &str) -> bool {
        self.judge().is_secret(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::LoadOptions;
    use serde_json::json;

    fn document() -> Document {
        let text = json!({
            "openapi": "3.0.3",
            "info": { "title": "t", "version": "1" },
            "servers": [{ "url": "https://{stage}.example.com/v1", "variables": { "stage": { "default": "a", "enum": ["a", "b"] } } }],
            "paths": {
                "/x/{id}": {
                    "servers": [{ "url": "/relative" }],
                    "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }],
                    "get": {
                        "servers": [{ "url": "http://c:8080" }],
                        "responses": { "200": { "description": "d", "content": { "application/json": { "schema": { "type": "string" } } } } }
                    }
                }
            }
        });
        Document::from_text("d.json", &text.to_string(), &LoadOptions::default()).unwrap()
    }

    #[test]
    fn an_exchange_is_judged_as_its_two_halves_are() {
        let document = document();
        let request = HttpRequest { method: "GET".into(), path: "/x/no".into(), ..HttpRequest::default() };
        let response = HttpResponse { status: 201, ..HttpResponse::default() };
        let judged = document.check_exchange(&request, &response);
        let mut halves = document.check_request(&request);
        halves.extend(document.check_response(&request, &response));
        assert_eq!(judged, Judged { operation: Some(0), violations: halves });
        assert_eq!(judged.violations.len(), 2);

        let lost = HttpRequest { path: "/nowhere".into(), ..request };
        let judged = document.check_exchange(&lost, &response);
        assert_eq!(judged, Judged { operation: None, violations: document.check_request(&lost) });
    }

    #[test]
    fn every_server_is_named_once() {
        let expected = ["/relative", "http://c:8080", "https://a.example.com/v1", "https://b.example.com/v1"];
        assert_eq!(document().server_urls(), expected);
    }
}
