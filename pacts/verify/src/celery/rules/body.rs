//! What the body of a message has to be.

use countersign_openapi::Severity;
use serde_json::Value;

use super::{DROPPED, LOST, POISON, Rule};
use crate::celery::breach::{Breach, Place};
use crate::celery::envelope::Body;

/// Whether Python takes it for something, and not for nothing.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        member: "/properties/body_encoding",
        is_broken: |entry| entry.body == Body::Encoded,
        breach: Breach {
            id: "message.envelope.body-encoding-unknown",
            severity: Severity::Error,
            place: Place::Metadata("body_encoding"),
            message: "its body is encoded in a way that Celery does not know",
            asks: "base64, utf-8 or null",
            effect: LOST,
            remedy: "encode the body as base64 and say so in body_encoding",
        },
    },
    Rule {
        member: "/body",
        is_broken: |entry| entry.body == Body::Missing,
        breach: Breach {
            id: "message.envelope.body-missing",
            severity: Severity::Error,
            place: Place::Contents,
            message: "it has no body",
            asks: "the encoded body",
            effect: POISON,
            remedy: "add the body: [args, kwargs, embed] as JSON, in base64",
        },
    },
    Rule {
        member: "/body",
        is_broken: |entry| entry.body == Body::NoText,
        breach: Breach {
            id: "message.envelope.body-not-text",
            severity: Severity::Error,
            place: Place::Contents,
            message: "its body is no text",
            asks: "the encoded body",
            effect: LOST,
            remedy: "write the body as a text: [args, kwargs, embed] as JSON, in base64",
        },
    },
    Rule {
        member: "/body",
        is_broken: |entry| entry.body == Body::NotBase64,
        breach: Breach {
            id: "message.envelope.body-not-base64",
            severity: Severity::Error,
            place: Place::Contents,
            message: "its body is no base64, which its body_encoding says it is",
            asks: "base64",
            effect: POISON,
            remedy: "encode the body as body_encoding says, with padding",
        },
    },
    Rule {
        member: "/body",
        is_broken: |entry| entry.is_json() && entry.value().is_none(),
        breach: Breach {
            id: "message.envelope.body-not-json",
            severity: Severity::Error,
            place: Place::Contents,
            message: "its body is no JSON, which its content-type says it is",
            asks: "JSON",
            effect: DROPPED,
            remedy: "write the body as its content-type and body_encoding say",
        },
    },
    Rule {
        member: "/body",
        is_broken: |entry| entry.is_json() && entry.has_wrong_arity(),
        breach: Breach {
            id: "message.envelope.body-arity",
            severity: Severity::Error,
            place: Place::Contents,
            message: "its body does not have the three parts",
            asks: "[args, kwargs, embed]",
            effect: POISON,
            remedy: "write all three parts: [args, kwargs, embed]",
        },
    },
    Rule {
        member: "/body",
        is_broken: |entry| entry.is_of_protocol_1(),
        breach: Breach {
            id: "message.envelope.protocol-1",
            severity: Severity::Warning,
            place: Place::Contents,
            message: "it is written in protocol 1",
            asks: "protocol 2: [args, kwargs, embed]",
            effect: "a worker of Celery 5 still executes it",
            remedy: "write the task and its id into the headers, and the three parts into the body",
        },
    },
    Rule {
        member: "/body/0",
        is_broken: |entry| entry.part(0).is_some_and(|args| !args.is_array()),
        breach: Breach {
            id: "message.envelope.args-not-list",
            severity: Severity::Error,
            place: Place::Contents,
            message: "the arguments in its body are no list",
            asks: "a list",
            effect: "a Celery worker takes a text apart into one argument a character, and fails the task over anything else",
            remedy: "write positional arguments as a list, even if there is one or none",
        },
    },
    Rule {
        member: "/body/1",
        is_broken: |entry| entry.part(1).is_some_and(|kwargs| !kwargs.is_object()),
        breach: Breach {
            id: "message.envelope.kwargs-not-object",
            severity: Severity::Error,
            place: Place::Contents,
            message: "the keyword arguments in its body are no object",
            asks: "an object",
            effect: "a Celery worker fails over it in its own code: the task never runs, and no result ever comes",
            remedy: "write {} where there are none",
        },
    },
    Rule {
        member: "/body/2",
        is_broken: |entry| entry.part(2).is_some_and(|embed| !embed.is_object() && is_truthy(embed)),
        breach: Breach {
            id: "message.envelope.embed-not-object",
            severity: Severity::Error,
            place: Place::Contents,
            message: "the third part of its body is no object",
            asks: "an object or null",
            effect: LOST,
            remedy: "write {} where there is nothing to say",
        },
    },
];
