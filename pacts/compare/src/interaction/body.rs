//! The bytes of a body, as Pact's own models understand what a pact says of them.

use std::collections::HashMap;

use countersign_letter::shape;
use pact_models::bodies::OptionalBody;
use pact_models::content_types::ContentType;
use serde_json::Value;

/// The body of a request or a response. `None` is no body at all, or one that nobody cares for;
/// no bytes are a body that has to be empty.
pub(super) fn bytes(part: &Value, wrapped: bool, headers: &[(String, String)]) -> Option<Vec<u8>> {
    let by_name = headers.iter().map(|(name, value)| (name.clone(), vec![value.clone()]));
    let headers: Option<HashMap<String, Vec<String>>> = Some(by_name.collect());
    let content_type = headers.as_ref().and_then(|headers| {
        let header = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"))?;
        ContentType::parse(header.1.first()?.as_str()).ok()
    });
    let body = if wrapped {
        pact_models::v4::http_parts::body_from_json(part, "body", &headers)
    } else {
        if let Some(form) = form(part.get("body"), content_type.as_ref()) {
            return Some(form);
        }
        pact_models::json_utils::body_from_json(part, "body", &headers)
    };
    of_model(body, content_type.as_ref())
}

/// `null` is a JSON body of four letters and, where nothing says that it is JSON, none.
pub(super) fn of_model(body: OptionalBody, content_type: Option<&ContentType>) -> Option<Vec<u8>> {
    match body {
        OptionalBody::Present(bytes, _, _) => Some(bytes.to_vec()),
        OptionalBody::Null if content_type.is_some_and(ContentType::is_json) => Some(b"null".to_vec()),
        OptionalBody::Null | OptionalBody::Missing => None,
        OptionalBody::Empty => Some(Vec::new()),
    }
}

/// A form that the pact writes as an object.
fn form(body: Option<&Value>, content_type: Option<&ContentType>) -> Option<Vec<u8>> {
    let Some(Value::Object(members)) = body else { return None };
    content_type.filter(|it| it.main_type == "application" && it.sub_type == "x-www-form-urlencoded")?;
    let encoded = super::http::encoded;
    let mut pairs = Vec::new();
    for (name, value) in members {
        let values = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            let text = shape::scalar(value, &countersign_openapi::JsonPointer::root()).ok()?;
            pairs.push(format!("{}={}", encoded(name), encoded(&text)));
        }
    }
    Some(pairs.join("&").into_bytes())
}
