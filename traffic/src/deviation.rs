//! What is remembered of traffic that breaks a document: each deviation once, with how often it was met
//! and the first exchange that showed it.

use countersign_openapi::{Code, JsonPointer, OperationKey, Place, Position, Severity};
use serde_json::Value;

use crate::exchange::Origin;

/// One way in which exchanges break the document.
#[derive(Clone, Debug, PartialEq)]
pub struct Deviation {
    pub code: Code,
    /// A request that the service refused with a 4xx weighs as a warning: it is the client that is wrong,
    /// and the service said so.
    pub severity: Severity,
    /// The operation; none where the document has none for the request.
    pub operation: Option<OperationKey>,
    /// The request by its shape, such as `GET /nowhere/*`, where there is no operation.
    pub shape: Option<String>,
    /// Where in an exchange, with `*` for the number of an element.
    pub place: Place,
    /// What was met there, where it makes another deviation of it: the status or the type of an answer that
    /// the document does not declare.
    pub subject: Option<String>,
    /// Where in the document the broken rule stands.
    pub rule: Position,
    /// The keyword of a schema that failed, where one was judged.
    pub keyword: Option<String>,
    pub expected: Value,
    /// How many exchanges showed it.
    pub count: u64,
    /// The first of them.
    pub first: Example,
}

/// The exchange that shows a deviation, without its secrets.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    pub origin: Origin,
    /// Method and path, with the names of query parameters and no values, such as `GET /vod/7?page=…`.
    pub request: String,
    pub status: u16,
    /// Where in the exchange, to the element.
    pub at: Place,
    /// What the exchange had; none where it had nothing.
    pub actual: Option<Value>,
    /// A lowercase fragment, such as `"duration" is required`.
    pub message: String,
}

/// `place` with `*` for the number of an element, so that one mistake in a list is one deviation.
pub(crate) fn general(place: &Place) -> Place {
    match place {
        Place::RequestBody(pointer) => Place::RequestBody(starred(pointer)),
        Place::ResponseBody(pointer) => Place::ResponseBody(starred(pointer)),
        other => other.clone(),
    }
}

fn starred(pointer: &JsonPointer) -> JsonPointer {
    let is_number = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    if !pointer.as_str().split('/').any(is_number) {
        return pointer.clone();
    }
    pointer.tokens().fold(JsonPointer::root(), |so_far, token| {
        so_far.join(if is_number(&token) { "*" } else { token.as_str() })
    })
}

/// A path that the document does not know, by its shape: what looks like an identifier or a token is `*`.
/// Whatever a stranger asks for makes few shapes, and no secret stands in one.
pub(crate) fn shape(path: &str) -> String {
    let segments = path.split('/').map(|segment| if is_identifier(segment) { "*" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// Digits alone, or long enough and with a digit in it: a number, a UUID, a hash, a token.
fn is_identifier(segment: &str) -> bool {
    const LONG: usize = 16;
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    digits > 0 && (digits == segment.len() || segment.len() >= LONG) || segment.len() >= 4 * LONG
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_a_list_are_one_place() {
        let pointer = |text| JsonPointer::parse(text).unwrap();
        let at = |text| general(&Place::ResponseBody(pointer(text)));
        assert_eq!(at("/vods/17/a~1b"), Place::ResponseBody(pointer("/vods/*/a~1b")));
        assert_eq!(at("/1/2"), at("/3/4"));
        assert_eq!(at("/v1"), Place::ResponseBody(pointer("/v1")));
        assert_eq!(at("/"), Place::ResponseBody(pointer("/")));
    }

    #[test]
    fn paths_have_these_shapes() {
        for (path, expected) in [
            ("/api/v1/users", "/api/v1/users"),
            ("/users/17/", "/users/*/"),
            ("/reset/eyJhbGciOiJIUzI1NiJ9", "/reset/*"),
            ("/x/2f1e4fc0-81fd-41da-9114-91178f2a3e10", "/x/*"),
            ("/favicon.ico", "/favicon.ico"),
        ] {
            assert_eq!(shape(path), expected);
        }
        assert_eq!(shape(&format!("/{}", "x".repeat(64))), "/*");
    }
}
