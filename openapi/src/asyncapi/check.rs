//! Holds the payload and the headers of a message against their schemas.

use serde_json::Value;

use super::AsyncDocument;
use super::model::{Message, MessageSchema, Reading};
use crate::judge::{Blame, Broken, Judge};
use crate::media_type::{Encoding, MediaType};
use crate::pointer::JsonPointer;
use crate::schema::{Direction, SchemaError, Schemas};
use crate::violation::{Code, Place, Violation};

/// What a message carries.
#[derive(Clone, Copy, Debug)]
pub struct Contents<'c> {
    /// None where nothing says it: then it is what the document says of the message, or else JSON.
    pub content_type: Option<&'c str>,
    /// A text that is not JSON is a string.
    pub value: &'c Value,
}

/// How the payload of a message is read.
enum Payload {
    Json,
    Text,
    Other(String),
}

impl AsyncDocument {
    /// What a payload breaks of `message`. Sorted; the same payload always gives the same list. A
    /// payload that could not be judged is a warning, and never nothing.
    #[must_use]
    pub fn check_payload(&self, message: &Message, contents: Contents<'_>) -> Vec<Violation> {
        let Some(schema) = &message.payload else { return vec![self.undeclared(message)] };
        let judged = match kind(contents.content_type.or(message.content_type.as_deref())) {
            Payload::Other(essence) => Err(format!("the payload is {essence}")),
            Payload::Json | Payload::Text => self.judging(schema),
        };
        match judged {
            Err(reason) => vec![self.unvalidatable(Code::MessagePayloadUnvalidatable, schema, &reason)],
            Ok(schemas) => {
                let errors = schemas.check(&schema.spot, contents.value, Direction::Response);
                self.broken_payload(schemas, errors)
            }
        }
    }

    /// The same of the bytes of a payload, which are read as `content_type` says, or the document.
    #[must_use]
    pub fn check_bytes(&self, message: &Message, content_type: Option<&str>, bytes: &[u8]) -> Vec<Violation> {
        let value = match kind(content_type.or(message.content_type.as_deref())) {
            Payload::Other(_) => Value::Null,
            Payload::Text => String::from_utf8_lossy(bytes).into(),
            Payload::Json => match serde_json::from_slice(bytes) {
                Ok(value) => value,
                Err(error) => return vec![self.unreadable(message, bytes, &error)],
            },
        };
        self.check_payload(message, Contents { content_type, value: &value })
    }

    /// What headers, an object of values by name, break of `message`. Sorted. A message whose headers
    /// the document says nothing of has no rule to break.
    #[must_use]
    pub fn check_headers(&self, message: &Message, headers: &Value) -> Vec<Violation> {
        let Some(schema) = &message.headers else { return Vec::new() };
        match self.judging(schema) {
            Err(reason) => vec![self.unvalidatable(Code::MessageHeadersUnvalidatable, schema, &reason)],
            Ok(schemas) => {
                let errors = schemas.check(&schema.spot, headers, Direction::Response);
                self.broken_headers(schemas, errors)
            }
        }
    }

    /// The schemas to judge `schema` by; an error says why there are none.
    pub(crate) fn judging(&self, schema: &MessageSchema) -> Result<&Schemas, String> {
        let dialect = match &schema.reading {
            Reading::Judged(dialect) => *dialect,
            Reading::Foreign(format) => return Err(format!("its schema is written in {format:?}")),
        };
        let known = self.schemas.iter().find(|(known, _)| *known == dialect);
        known.map(|(_, schemas)| schemas).ok_or_else(|| format!("its schema is written in {dialect:?}"))
    }

    /// The violations that errors of a payload are.
    pub(crate) fn broken_payload(&self, schemas: &Schemas, errors: Vec<SchemaError>) -> Vec<Violation> {
        let at = |error: &SchemaError| Place::MessagePayload(error.instance.clone());
        let blame = Blame {
            code: Code::MessagePayloadIncompatible,
            undecided: Code::MessagePayloadUnvalidatable,
            at: &at,
            what: String::new(),
            secret: false,
        };
        self.judge(schemas).blame(errors, &blame)
    }

    /// The violations that errors of headers are.
    pub(crate) fn broken_headers(&self, schemas: &Schemas, errors: Vec<SchemaError>) -> Vec<Violation> {
        let at = |error: &SchemaError| Place::MessageHeaders(error.instance.clone());
        let blame = Blame {
            code: Code::MessageHeadersIncompatible,
            undecided: Code::MessageHeadersUnvalidatable,
            at: &at,
            what: "headers: ".to_owned(),
            secret: false,
        };
        self.judge(schemas).blame(errors, &blame)
    }

    fn judge<'j>(&'j self, schemas: &'j Schemas) -> Judge<'j> {
        Judge { sources: &self.sources, schemas }
    }

    pub(super) fn told(&self, broken: Broken<'_>) -> Violation {
        // That of AsyncAPI's own dialect is always there.
        self.judge(&self.schemas[0].1).violation(broken)
    }

    fn undeclared(&self, message: &Message) -> Violation {
        self.told(Broken {
            code: Code::MessagePayloadUnknown,
            at: Place::MessagePayload(JsonPointer::root()),
            rule: &message.spot,
            keyword: Some("payload"),
            expected: Value::Null,
            actual: None,
            message: format!("the document says nothing of the payload of {:?}", message.label()),
        })
    }

    fn unvalidatable(&self, code: Code, schema: &MessageSchema, reason: &str) -> Violation {
        let place = if code == Code::MessageHeadersUnvalidatable {
            Place::MessageHeaders
        } else {
            Place::MessagePayload
        };
        self.told(Broken {
            code,
            at: place(JsonPointer::root()),
            rule: &schema.spot,
            keyword: None,
            expected: Value::Null,
            actual: None,
            message: format!("{reason}, and it was not held against it"),
        })
    }

    fn unreadable(&self, message: &Message, bytes: &[u8], error: &serde_json::Error) -> Violation {
        self.told(Broken {
            code: Code::MessagePayloadIncompatible,
            at: Place::MessagePayload(JsonPointer::root()),
            rule: &message.spot,
            keyword: None,
            expected: Value::from(message.content_type.as_deref().unwrap_or("application/json")),
            actual: Some(format!("{} bytes", bytes.len()).into()),
            message: format!("the payload is not JSON: {error}"),
        })
    }
}

/// Whether a payload of this type can be read here.
pub(super) fn is_readable(message: &Message, content_type: Option<&str>) -> bool {
    !matches!(kind(content_type.or(message.content_type.as_deref())), Payload::Other(_))
}

fn kind(content_type: Option<&str>) -> Payload {
    let Some(content_type) = content_type else { return Payload::Json };
    match MediaType::parse(content_type) {
        None => Payload::Other(content_type.to_owned()),
        Some(parsed) => match parsed.encoding() {
            Encoding::Json => Payload::Json,
            Encoding::Text => Payload::Text,
            _ => Payload::Other(parsed.essence().to_owned()),
        },
    }
}
