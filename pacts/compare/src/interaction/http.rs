//! An HTTP interaction: a request as it goes over the wire, and the answer that is expected.

use countersign_letter::Misshapen;
use countersign_letter::shape::{self, Checked, Members, wrong};
use countersign_openapi::{HttpRequest, HttpResponse, JsonPointer};
use pact_models::generators::{Generators, generators_from_json};
use pact_models::matchingrules::{MatchingRules, matchers_from_json};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::body;

/// All that could be taken for syntax is encoded; a comma separates the items of a list.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',');

/// A request, its answer, and what may vary in them.
#[derive(Debug)]
pub(crate) struct Http {
    pub request: HttpRequest,
    pub response: HttpResponse,
    /// What the consumer fills in when it sends the request.
    pub generators: Generators,
    /// What else than the example the consumer takes for an answer.
    pub rules: MatchingRules,
    /// V4 wraps a body: its content stands one level deeper than in the specifications before.
    wrapped: bool,
}

impl Http {
    pub(super) fn read(interaction: &Members, wrapped: bool) -> Checked<Self> {
        let root = JsonPointer::root();
        let at = root.join("request");
        let part = shape::required(interaction, "request", &root)?;
        let members = shape::object(part, &at)?;
        let headers = headers(members, &at)?;
        let request = HttpRequest {
            method: shape::text(members, "method", &at)?.unwrap_or("GET").to_ascii_uppercase(),
            path: shape::text(members, "path", &at)?.unwrap_or("/").to_owned(),
            query: query(members, &at)?,
            body: body::bytes(part, wrapped, &headers),
            headers,
        };
        let generators =
            generators_from_json(part).map_err(|error| unreadable(&at.join("generators"), &error))?;
        let at = root.join("response");
        let part = shape::required(interaction, "response", &root)?;
        let members = shape::object(part, &at)?;
        let headers = self::headers(members, &at)?;
        let response = HttpResponse {
            status: status(members, &at)?,
            body: body::bytes(part, wrapped, &headers),
            headers,
        };
        let rules = matchers_from_json(part, &Some("responseMatchingRules".to_owned()));
        let rules = rules.map_err(|error| unreadable(&at.join("matchingRules"), &error))?;
        Ok(Self { request, response, generators, rules, wrapped })
    }

    /// Where the content of the body stands below `request` or `response`.
    pub(crate) fn body_pointer(&self, part: &str) -> JsonPointer {
        let body = JsonPointer::root().join(part).join("body");
        if self.wrapped { body.join("content") } else { body }
    }
}

/// The models' own words, which name a matcher or generator they do not know.
pub(super) fn unreadable(at: &JsonPointer, error: &impl std::fmt::Display) -> Misshapen {
    Misshapen { at: at.clone(), reason: error.to_string() }
}

pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Every value of every header, in the order of their names.
fn headers(part: &Members, at: &JsonPointer) -> Checked<Vec<(String, String)>> {
    let mut headers = Vec::new();
    let Some(value) = shape::member(part, "headers") else { return Ok(headers) };
    let at = at.join("headers");
    for (name, value) in shape::object(value, &at)? {
        let at = at.join(name);
        match value {
            Value::Null => {}
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    headers.push((name.clone(), shape::scalar(value, &at.index(index))?));
                }
            }
            value => headers.push((name.clone(), shape::scalar(value, &at)?)),
        }
    }
    Ok(headers)
}

/// A text is the query as it is sent; an object has it decoded.
fn query(part: &Members, at: &JsonPointer) -> Checked<Option<String>> {
    let at = at.join("query");
    let parameters = match shape::member(part, "query") {
        None => return Ok(None),
        Some(Value::String(query)) => {
            let query = query.strip_prefix('?').unwrap_or(query);
            return Ok((!query.is_empty()).then(|| query.to_owned()));
        }
        Some(value) => shape::object(value, &at)?,
    };
    let mut pairs = Vec::new();
    for (name, value) in parameters {
        let at = at.join(name);
        let mut push = |value: &Value, at: &JsonPointer| {
            let pair = match value {
                Value::Null => encoded(name),
                value => format!("{}={}", encoded(name), encoded(&shape::scalar(value, at)?)),
            };
            pairs.push(pair);
            Ok(())
        };
        match value {
            Value::Array(values) => {
                values.iter().enumerate().try_for_each(|(index, value)| push(value, &at.index(index)))?;
            }
            value => push(value, &at)?,
        }
    }
    Ok((!pairs.is_empty()).then(|| pairs.join("&")))
}

/// The models cut a status to 16 bits, so that 65736 would be 200.
fn status(part: &Members, at: &JsonPointer) -> Checked<u16> {
    let Some(value) = shape::member(part, "status") else { return Ok(200) };
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.parse() {
        Ok(status @ 100..=999) => Ok(status),
        _ => wrong(&at.join("status"), format!("{value} is no HTTP status")),
    }
}
