//! Holds what a pact expects of an answer against the document. A pact names the part of an answer
//! that its consumer uses, so what only a whole answer can satisfy says nothing against it.

use countersign_openapi::{
    Code, Document, Expectation, HttpRequest, HttpResponse, Leeways, Strictness, Undeclared, Violation,
};
use pact_models::bodies::OptionalBody;
use pact_models::http_parts::HttpPart as _;
use pact_models::v4::http_parts::HttpResponse as PactResponse;

/// The expected answer of a pact, and all that helps to judge it.
pub(crate) struct Promise<'a> {
    pub document: &'a Document,
    pub request: &'a HttpRequest,
    /// The live answer.
    pub answer: &'a HttpResponse,
    pub expected: &'a PactResponse,
    /// Whether the live answer has a status that the pact accepts.
    pub status_kept: bool,
}

impl Promise<'_> {
    /// What the pact expects and the document does not allow.
    pub(crate) fn violations(&self) -> Vec<Violation> {
        let response = self.expected_answer();
        let leeways = Leeways::default();
        let expectation = Expectation { request: self.request, response: &response, leeways: &leeways };
        // What the document does not speak of, the provider that is asked may give all the same.
        let strictness = Strictness { undeclared: Undeclared::Allowed, ..Strictness::default() };
        let mut violations = self.document.check_expectation(&expectation, &strictness).violations;
        violations.retain(|one| self.counts(one));
        violations
    }

    /// The expected answer as it would come over the wire. Where the pact leaves the status to a
    /// matcher or does not care for the media type, the live answer fills in.
    fn expected_answer(&self) -> HttpResponse {
        let expected = self.expected;
        let rules = expected.matching_rules.rules_for_category("status");
        let matched = rules.is_some_and(|rules| rules.is_not_empty());
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
        let status = if matched && self.status_kept { self.answer.status } else { expected.status };
        HttpResponse { status, headers, body }
    }

    fn counts(&self, violation: &Violation) -> bool {
        match violation.code {
            Code::ResponseStatusUnknown
            | Code::ResponseBodyIncompatible
            | Code::ResponseContentTypeIncompatible => true,
            // A type that is declared without a schema says nothing against what is of it.
            Code::ResponseBodyUnknown => violation.keyword.as_deref() != Some("schema"),
            Code::ResponseBodyMissing => self.expected.body == OptionalBody::Empty,
            // A header the pact does not name, it does not rely on.
            Code::ResponseHeaderIncompatible => violation.actual.is_some(),
            // The request is judged by itself; a media type that the pact does not name, or a body
            // that nobody can judge, says nothing against it.
            _ => false,
        }
    }
}
