//! A list entry as it stands on the wire, opened; and what in it a worker of Celery 5 does not survive, cannot
//! read or drops, as was observed of a real one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pact_models::bodies::OptionalBody;
use pact_models::content_types::ContentType;
use pact_models::v4::message_parts::MessageContents;
use serde_json::{Map, Value};

/// What was found on a list.
#[derive(Debug)]
pub(crate) struct Envelope {
    /// In the form that pacts have; nothing where the body cannot be read.
    pub message: Option<MessageContents>,
    pub violations: Vec<Violation>,
}

/// A breach of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Violation {
    pub id: &'static str,
    /// Where in the entry.
    pub member: &'static str,
    pub message: &'static str,
    pub effect: &'static str,
}

const LOST: &str = "a Celery worker dies of it, and the message is lost";
const POISON: &str = "a Celery worker dies of it; the message is put back, and kills the next one too";
const DROPPED: &str = "a Celery worker logs it and drops it, and no result ever comes";

macro_rules! violation {
    ($id:literal, $member:literal, $message:literal, $effect:expr) => {
        Violation {
            id: concat!("message.envelope.", $id),
            member: $member,
            message: $message,
            effect: $effect,
        }
    };
}

const NOT_JSON: Violation = violation!("not-json", "", "the list entry is no JSON", LOST);
const NOT_OBJECT: Violation = violation!("not-object", "", "the list entry is no JSON object", LOST);
const BODY_BASE64: Violation =
    violation!("body-not-base64", "body", "the body is no base64, as its encoding says", POISON);
const BODY_ENCODING: Violation = violation!(
    "body-encoding-unknown",
    "properties/body_encoding",
    "the body has an encoding that is not base64",
    POISON
);
const BODY_JSON: Violation =
    violation!("body-not-json", "body", "the body is no JSON, as its content type says", DROPPED);
const BODY_ARITY: Violation = violation!(
    "body-arity",
    "body",
    "the body is not the three of arguments, keyword arguments and options",
    POISON
);
const CONTENT_TYPE: Violation =
    violation!("content-type-refused", "content-type", "the content type is not application/json", DROPPED);

/// A member that has to be there.
struct Required {
    pointer: &'static str,
    violation: Violation,
}

const REQUIRED: [Required; 8] = [
    Required {
        pointer: "/properties",
        violation: violation!("properties-missing", "properties", "it has no properties", LOST),
    },
    Required {
        pointer: "/properties/delivery_info",
        violation: violation!(
            "delivery-info-missing",
            "properties/delivery_info",
            "its properties have no delivery_info",
            LOST
        ),
    },
    Required {
        pointer: "/properties/delivery_info/exchange",
        violation: violation!(
            "exchange-missing",
            "properties/delivery_info/exchange",
            "its delivery_info has no exchange",
            LOST
        ),
    },
    Required {
        pointer: "/properties/delivery_info/routing_key",
        violation: violation!(
            "routing-key-missing",
            "properties/delivery_info/routing_key",
            "its delivery_info has no routing_key",
            LOST
        ),
    },
    Required {
        pointer: "/properties/delivery_tag",
        violation: violation!(
            "delivery-tag-missing",
            "properties/delivery_tag",
            "its properties have no delivery_tag",
            LOST
        ),
    },
    Required {
        pointer: "/content-type",
        violation: violation!("content-type-missing", "content-type", "it has no content-type", POISON),
    },
    Required {
        pointer: "/headers/task",
        violation: violation!("task-missing", "headers/task", "its headers do not name the task", DROPPED),
    },
    Required {
        pointer: "/headers/id",
        violation: violation!("id-missing", "headers/id", "its headers have no id", POISON),
    },
];

/// Opens an entry of `queue`.
pub(crate) fn open(raw: &[u8], queue: &str) -> Envelope {
    let broken = |violation| Envelope { message: None, violations: vec![violation] };
    let entry = match serde_json::from_slice::<Value>(raw) {
        Ok(entry) if entry.is_object() => entry,
        Ok(_) => return broken(NOT_OBJECT),
        Err(_) => return broken(NOT_JSON),
    };
    let mut violations: Vec<Violation> = Vec::new();
    for Required { pointer, violation } in &REQUIRED {
        // What is missing with all that is in it is told once.
        let known =
            violations.iter().any(|known| violation.member.starts_with(&format!("{}/", known.member)));
        if entry.pointer(pointer).is_none() && !known {
            violations.push(*violation);
        }
    }
    let contents = match body(&entry) {
        Ok(contents) => Some(contents),
        Err(violation) => {
            violations.push(violation);
            None
        }
    };
    violations.extend(contents.as_deref().and_then(content_violation_of(&entry)));
    let message = contents.map(|contents| MessageContents {
        contents: OptionalBody::Present(contents.into(), content_type(&entry), None),
        metadata: metadata(&entry, queue).into_iter().collect(),
        ..MessageContents::default()
    });
    Envelope { message, violations }
}

fn content_type(entry: &Value) -> Option<ContentType> {
    ContentType::parse(entry.get("content-type")?.as_str()?).ok()
}

/// The bytes of the body.
fn body(entry: &Value) -> Result<Vec<u8>, Violation> {
    let body = entry.get("body").and_then(Value::as_str).unwrap_or_default();
    match entry.pointer("/properties/body_encoding") {
        None | Some(Value::Null) => Ok(body.as_bytes().to_vec()),
        Some(Value::String(encoding)) if encoding == "base64" => {
            STANDARD.decode(body).map_err(|_| BODY_BASE64)
        }
        Some(Value::String(encoding)) if encoding.eq_ignore_ascii_case("utf-8") => {
            Ok(body.as_bytes().to_vec())
        }
        Some(_) => Err(BODY_ENCODING),
    }
}

/// What is wrong with the body, of a content type that workers take.
fn content_violation_of(entry: &Value) -> impl FnOnce(&[u8]) -> Option<Violation> {
    let media_type = entry.get("content-type").and_then(Value::as_str).map(str::to_owned);
    move |body| match media_type.as_deref() {
        None => None,
        Some("application/json") => match serde_json::from_slice::<Value>(body) {
            Err(_) => Some(BODY_JSON),
            Ok(Value::Array(parts)) if parts.len() == 3 => None,
            Ok(_) => Some(BODY_ARITY),
        },
        Some(_) => Some(CONTENT_TYPE),
    }
}

/// Everything around the body by its own name, as pacts have it.
fn metadata(entry: &Value, queue: &str) -> Map<String, Value> {
    let mut metadata = Map::new();
    let members =
        |pointer: &str| entry.pointer(pointer).and_then(Value::as_object).cloned().unwrap_or_default();
    metadata.extend(members("/properties/delivery_info"));
    metadata.extend(members("/properties").into_iter().filter(|(name, _)| name != "delivery_info"));
    metadata.extend(members("/headers"));
    for (member, name) in [("content-type", "contentType"), ("content-encoding", "contentEncoding")] {
        metadata.extend(entry.get(member).map(|value| (name.to_owned(), value.clone())));
    }
    metadata.insert("queue".to_owned(), Value::from(queue));
    metadata
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn whole() -> Value {
        json!({
            "body": STANDARD.encode("[[1],{},{}]"),
            "content-type": "application/json",
            "headers": {"task": "t", "id": "i"},
            "properties": {
                "body_encoding": "base64", "delivery_tag": "d",
                "delivery_info": {"exchange": "", "routing_key": "celery"},
            },
        })
    }

    fn ids(entry: &Value) -> Vec<&'static str> {
        let opened = open(entry.to_string().as_bytes(), "celery");
        opened.violations.iter().map(|it| it.id.strip_prefix("message.envelope.").unwrap()).collect()
    }

    #[test]
    fn the_least_that_a_worker_takes_breaks_nothing() {
        let opened = open(whole().to_string().as_bytes(), "celery");
        assert_eq!(opened.violations, []);
        let message = opened.message.unwrap();
        assert_eq!(message.contents.value().unwrap(), "[[1],{},{}]");
        for (key, value) in [("task", "t"), ("id", "i"), ("routing_key", "celery"), ("queue", "celery")] {
            assert_eq!(message.metadata[key], value, "{key}");
        }
    }

    #[test]
    fn what_is_missing_is_told_once() {
        for (pointer, id) in [
            ("/properties", "properties-missing"),
            ("/properties/delivery_info", "delivery-info-missing"),
            ("/properties/delivery_info/exchange", "exchange-missing"),
            ("/properties/delivery_info/routing_key", "routing-key-missing"),
            ("/properties/delivery_tag", "delivery-tag-missing"),
            ("/content-type", "content-type-missing"),
            ("/headers/task", "task-missing"),
            ("/headers/id", "id-missing"),
        ] {
            let mut entry = whole();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            entry.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
            // Without its encoding the body is read as it stands.
            let told: Vec<_> = ids(&entry).into_iter().filter(|id| *id != "body-not-json").collect();
            assert_eq!(told, [id], "{pointer}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for (pointer, value, id) in [
            ("/body", json!("%"), "body-not-base64"),
            ("/body", json!(STANDARD.encode("x")), "body-not-json"),
            ("/body", json!(STANDARD.encode("[[],{}]")), "body-arity"),
            ("/properties/body_encoding", json!("zip"), "body-encoding-unknown"),
            ("/content-type", json!("application/x-python-serialize"), "content-type-refused"),
        ] {
            let mut entry = whole();
            *entry.pointer_mut(pointer).unwrap() = value;
            assert_eq!(ids(&entry), [id]);
        }
        assert_eq!(ids(&json!([])), ["not-object"]);
        assert_eq!(open(b"\xff", "celery").violations, [NOT_JSON]);
    }
}
