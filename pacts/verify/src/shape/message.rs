//! The shape of messages: what the Pact models would leave out of one without a word is refused here.

use countersign_letter::shape::{Checked, Members, object, required, wrong};
use countersign_openapi::JsonPointer;
use serde_json::Value;

use super::{optional, parameters, text};

/// Checks an asynchronous message of V4.
pub(crate) fn asynchronous(interaction: &Value) -> Checked<()> {
    let root = JsonPointer::root();
    let members = of_any(interaction, &root)?;
    part(members, &root)
}

/// Checks a synchronous message of V4.
pub(crate) fn synchronous(interaction: &Value) -> Checked<()> {
    let root = JsonPointer::root();
    let members = of_any(interaction, &root)?;
    let at = root.join("request");
    part(object(required(members, "request", &root)?, &at)?, &at)?;
    let at = root.join("response");
    let Some(replies) = required(members, "response", &root)?.as_array() else {
        return wrong(&at, "it is no array of messages");
    };
    replies.iter().enumerate().try_for_each(|(index, reply)| {
        let at = at.index(index);
        part(object(reply, &at)?, &at)
    })
}

/// Checks a message of V3.
pub(crate) fn message_v3(message: &Value) -> Checked<()> {
    let root = JsonPointer::root();
    let members = of_any(message, &root)?;
    optional(members, "metaData", &root, metadata)?;
    optional(members, "metadata", &root, metadata)
}

fn of_any<'a>(interaction: &'a Value, at: &JsonPointer) -> Checked<&'a Members> {
    let members = object(interaction, at)?;
    parameters(members, at)?;
    optional(members, "transport", at, text)?;
    Ok(members)
}

/// The message itself, or one part of an exchange.
fn part(members: &Members, at: &JsonPointer) -> Checked<()> {
    optional(members, "metadata", at, metadata)?;
    let contents = members.get("contents").and_then(Value::as_object);
    contents.map_or(Ok(()), |contents| optional(contents, "contentType", &at.join("contents"), text))
}

fn metadata(value: &Value, at: &JsonPointer) -> Checked<()> {
    let members = object(value, at)?;
    // The models write another type as JSON, and find no media type in it.
    ["contentType", "content-type"].iter().try_for_each(|name| optional(members, name, at, text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(checked: Checked<()>) -> String {
        let error = checked.unwrap_err();
        format!("{} {}", error.at, error.reason)
    }

    #[test]
    fn takes_whole_messages() {
        let message = json!({
            "description": "d", "transport": "websocket",
            "contents": {"content": {"a": 1}, "contentType": "application/json"},
            "metadata": {"contentType": "application/json", "retries": 0},
        });
        assert_eq!(asynchronous(&message), Ok(()));
        assert_eq!(synchronous(&json!({"request": message, "response": [message]})), Ok(()));
        assert_eq!(message_v3(&json!({"contents": [1], "metaData": {}})), Ok(()));
    }

    #[test]
    fn names_the_place_of_what_is_wrong() {
        for (message, told) in [
            (json!({"transport": 7}), "/transport it is a number"),
            (json!({"metadata": []}), "/metadata it is an array"),
            (json!({"metadata": {"contentType": 1}}), "/metadata/contentType it is a number"),
            (json!({"contents": {"contentType": 1}}), "/contents/contentType it is a number"),
        ] {
            let reason = refused(asynchronous(&message));
            assert!(reason.starts_with(told), "{reason}");
        }
        let request = json!({});
        for (response, told) in
            [(json!({}), "/response it is no array"), (json!([[]]), "/response/0 it is an array")]
        {
            let reason = refused(synchronous(&json!({"request": request, "response": response})));
            assert!(reason.starts_with(told), "{reason}");
        }
        assert!(refused(synchronous(&json!({"response": []}))).contains("\"request\""));
        assert!(refused(message_v3(&json!({"metaData": 1}))).starts_with("/metaData"));
    }
}
