//! A task's message once more, to be tried at a later time: as the sender wrote it, but for what has changed.

use std::time::Duration;

use base64::engine::general_purpose::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, alphabet};
use chrono::{SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// As lenient as whoever read it before.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// The message of a task that was tried, not to be started before `after`. Nothing where it cannot be written
/// again, which no message that was read is.
pub(crate) fn message(raw: &[u8], retries: u32, after: Duration) -> Option<String> {
    let mut message: Value = serde_json::from_slice(raw).ok()?;
    let eta = Utc::now() + chrono::Duration::from_std(after).ok()?;
    let changed =
        [("retries", json!(retries)), ("eta", json!(eta.to_rfc3339_opts(SecondsFormat::Micros, false)))];
    // Two messages with one tag would be one to a Celery worker.
    message["properties"]["delivery_tag"] = json!(Uuid::new_v4().to_string());
    let headers = message.get_mut("headers").and_then(Value::as_object_mut);
    if let Some(headers) = headers.filter(|headers| headers.contains_key("task")) {
        set(headers, changed);
    } else {
        message["body"] = json!(in_body(&message, changed)?);
    }
    Some(message.to_string())
}

/// In protocol 1 all of it stands in the body.
fn in_body(message: &Value, changed: [(&'static str, Value); 2]) -> Option<String> {
    let body = message.get("body")?.as_str()?;
    let encoded = message["properties"]["body_encoding"] == "base64";
    let bytes = if encoded { LENIENT.decode(body).ok()? } else { body.as_bytes().to_vec() };
    let mut body: Map<String, Value> = serde_json::from_slice(&bytes).ok()?;
    set(&mut body, changed);
    let text = Value::Object(body).to_string();
    Some(if encoded { STANDARD.encode(text) } else { text })
}

fn set(members: &mut Map<String, Value>, changed: [(&'static str, Value); 2]) {
    members.extend(changed.map(|(name, value)| (name.to_owned(), value)));
}

#[cfg(test)]
mod tests {
    use worker_archivist::Delivery;

    use super::*;

    fn tried_again(headers: &Value, body: &str) -> (Delivery, String) {
        let first = json!({
            "body": body, "content-type": "application/json", "headers": headers,
            "properties": {
                "body_encoding": "base64", "delivery_tag": "t", "kept": true,
                "delivery_info": {"exchange": "", "routing_key": "celery"},
            },
        });
        let before = Utc::now();
        let again = message(first.to_string().as_bytes(), 2, Duration::from_mins(1)).expect("it was read");
        let read: Value = serde_json::from_str(&again).expect("it is JSON");
        assert!(read["properties"]["kept"] == true && read["properties"]["delivery_tag"] != "t");
        let delivery = Delivery::read(again.as_bytes()).expect("it is a task");
        let wait = delivery.eta.expect("it has a time") - before;
        assert!((60..70).contains(&wait.num_seconds()) && delivery.retries == 2, "{delivery:?}");
        (delivery, again)
    }

    #[test]
    fn both_protocols_are_tried_again() {
        let headers = json!({"task": "t", "id": "i", "retries": 1, "stamps": {}});
        let (second, text) = tried_again(&headers, &STANDARD.encode("[[1],{},null]"));
        assert!(second.args == [json!(1)] && text.contains(r#""stamps":{}"#));
        let body = STANDARD.encode(r#"{"task":"t","id":"i","args":[1],"kwargs":{},"retries":1}"#);
        let (first, _) = tried_again(&json!({}), &body);
        assert_eq!((first.id.as_str(), first.args), ("i", vec![json!(1)]));
    }
}
