//! An answer in the form that Pact's matching reads, with headers split as its own verifier does.

use std::collections::HashMap;

use countersign_openapi::HttpResponse;
use pact_models::bodies::OptionalBody;
use pact_models::headers::parse_header;
use pact_models::v4::http_parts::HttpResponse as PactResponse;

/// `answer` as Pact's models have it.
pub(crate) fn of_pact(answer: &HttpResponse) -> PactResponse {
    let mut headers: HashMap<String, Vec<String>> = HashMap::new();
    for (name, value) in &answer.headers {
        let values = parse_header(name, value).into_iter().map(|value| value.trim().to_owned());
        headers.entry(name.clone()).or_default().extend(values);
    }
    let response = PactResponse {
        status: answer.status,
        headers: (!headers.is_empty()).then_some(headers),
        ..PactResponse::default()
    };
    let body = match &answer.body {
        Some(body) => OptionalBody::Present(body.clone().into(), response.content_type(), None),
        None => OptionalBody::Empty,
    };
    PactResponse { body, ..response }
}
