//! The shape of an interaction, checked before it is read: what the Pact models would take
//! silently for something else, or would not survive, is refused here by name.

use countersign_letter::shape::{self, Checked, Members, kind, object, required, wrong};
use countersign_openapi::JsonPointer;
use pact_models::PactSpecification;
use serde_json::Value;

mod message;

pub(crate) use message::{asynchronous, message_v3, synchronous};

/// Checks the parts of an HTTP interaction that the models read leniently.
pub(crate) fn http(interaction: &Value, specification: PactSpecification) -> Checked<()> {
    let root = JsonPointer::root();
    let members = object(interaction, &root)?;
    parameters(members, &root)?;
    let at = root.join("request");
    let request = object(required(members, "request", &root)?, &at)?;
    optional(request, "method", &at, text)?;
    optional(request, "path", &at, text)?;
    optional(request, "headers", &at, headers)?;
    optional(request, "query", &at, |value, at| query(value, at, specification))?;
    let at = root.join("response");
    let response = object(required(members, "response", &root)?, &at)?;
    if let Some(value) = response.get("status") {
        status(value, &at.join("status"))?;
    }
    optional(response, "headers", &at, headers)
}

/// Checks a member that may be missing or `null`.
fn optional(
    members: &Members,
    name: &str,
    at: &JsonPointer,
    check: impl Fn(&Value, &JsonPointer) -> Checked<()>,
) -> Checked<()> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(()),
        Some(value) => check(value, &at.join(name)),
    }
}

fn text(value: &Value, at: &JsonPointer) -> Checked<()> {
    shape::string(value, at).map(drop)
}

/// The parameters of provider states; the rest of a state is checked wherever a pact is read.
fn parameters(members: &Members, at: &JsonPointer) -> Checked<()> {
    let states = members.get("providerStates").and_then(Value::as_array);
    for (index, state) in states.into_iter().flatten().enumerate() {
        let at = at.join("providerStates").index(index);
        optional(object(state, &at)?, "params", &at, |params, at| object(params, at).map(drop))?;
    }
    Ok(())
}

fn headers(value: &Value, at: &JsonPointer) -> Checked<()> {
    for (name, value) in object(value, at)? {
        let at = at.join(name);
        match value {
            Value::String(_) => {}
            Value::Array(values) => {
                // The models take the first value of a content type for granted.
                if values.is_empty() && name.eq_ignore_ascii_case("content-type") {
                    return wrong(&at, "it has no value");
                }
                for (index, value) in values.iter().enumerate() {
                    text(value, &at.index(index))?;
                }
            }
            other => return wrong(&at, format!("it is {} where text belongs", kind(other))),
        }
    }
    Ok(())
}

/// A query of another shape would be left out of the request without a word.
fn query(value: &Value, at: &JsonPointer, specification: PactSpecification) -> Checked<()> {
    if value.is_string() {
        return Ok(());
    }
    if specification < PactSpecification::V3 {
        return wrong(at, format!("it is {} where text belongs in a pact of {specification}", kind(value)));
    }
    for (name, values) in object(value, at)? {
        let at = at.join(name);
        match values {
            Value::String(_) => {}
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    if !value.is_null() {
                        text(value, &at.index(index))?;
                    }
                }
            }
            other => return wrong(&at, format!("it is {} where text or an array belongs", kind(other))),
        }
    }
    Ok(())
}

/// The models cut a status to 16 bits, so that 65736 would be 200, and do not survive `null`.
fn status(value: &Value, at: &JsonPointer) -> Checked<()> {
    match value.as_u64() {
        Some(100..=999) => Ok(()),
        _ => wrong(at, format!("{value} is no HTTP status")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(interaction: &Value) -> (String, String) {
        let error = http(interaction, PactSpecification::V4).unwrap_err();
        (error.at.to_string(), error.reason)
    }

    #[test]
    fn takes_a_whole_interaction() {
        let interaction = json!({
            "description": "d",
            "providerStates": [{ "name": "s", "params": { "id": 1 } }],
            "request": { "method": "get", "path": "/", "query": { "a": ["1", null] }, "headers": { "A": ["b"] } },
            "response": { "status": 200, "headers": { "B": "c" } },
        });
        assert_eq!(http(&interaction, PactSpecification::V4), Ok(()));
    }

    #[test]
    fn names_the_place_of_what_is_wrong() {
        let whole = json!({ "request": {}, "response": {} });
        for (pointer, value, at, reason) in [
            ("/request/headers", json!({ "Content-Type": [] }), "/request/headers/Content-Type", "no value"),
            ("/request/query", json!({ "page": [1] }), "/request/query/page/0", "a number where text"),
            ("/response/status", json!(null), "/response/status", "null is no HTTP status"),
            ("/response/status", json!(65736), "/response/status", "65736 is no HTTP status"),
            ("/request/path", json!(["x"]), "/request/path", "an array where text"),
        ] {
            let mut interaction = whole.clone();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            interaction.pointer_mut(parent).unwrap()[name] = value;
            let (place, text) = refused(&interaction);
            assert_eq!(place, at);
            assert!(text.contains(reason), "{text}");
        }
    }

    #[test]
    fn an_interaction_without_a_response_promises_nothing_and_is_refused() {
        assert!(refused(&json!({ "request": {} })).1.contains("\"response\""));
    }

    #[test]
    fn a_state_needs_a_name() {
        let interaction = json!({ "providerStates": ["s"], "request": {}, "response": {} });
        assert_eq!(refused(&interaction).0, "/providerStates/0");
    }

    #[test]
    fn the_older_specifications_write_a_query_as_text() {
        let interaction = json!({ "request": { "query": { "a": "b" } }, "response": {} });
        assert!(http(&interaction, PactSpecification::V2).is_err());
        assert!(http(&interaction, PactSpecification::V3).is_ok());
    }
}
