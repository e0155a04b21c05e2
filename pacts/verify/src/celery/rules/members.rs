//! What has to stand around the body of a message.

use countersign_openapi::Severity;
use serde_json::Value;

use super::{DROPPED, LOST, POISON, Rule};
use crate::celery::breach::{Breach, Place};

const DELETED: &str = "a Celery worker warns of an unknown message and deletes it";

pub(super) const RULES: &[Rule] = &[
    Rule {
        member: "/properties",
        is_broken: |entry| !entry.at("/properties").is_some_and(Value::is_object),
        breach: Breach {
            id: "message.envelope.properties-missing",
            severity: Severity::Error,
            place: Place::Message,
            message: "it has no properties",
            asks: "an object",
            effect: LOST,
            remedy: "add properties with a delivery_tag and a delivery_info",
        },
    },
    Rule {
        member: "/properties/delivery_info",
        is_broken: |entry| !entry.at("/properties/delivery_info").is_some_and(Value::is_object),
        breach: Breach {
            id: "message.envelope.delivery-info-missing",
            severity: Severity::Error,
            place: Place::Message,
            message: "its properties have no delivery_info",
            asks: "an object",
            effect: LOST,
            remedy: "add a delivery_info with exchange and routing_key",
        },
    },
    Rule {
        member: "/properties/delivery_info/exchange",
        is_broken: |entry| entry.at("/properties/delivery_info/exchange").is_none(),
        breach: Breach {
            id: "message.envelope.exchange-missing",
            severity: Severity::Error,
            place: Place::Metadata("exchange"),
            message: "its delivery_info has no exchange",
            asks: "a name, empty for the default exchange",
            effect: LOST,
            remedy: "add \"exchange\": \"\" to the delivery_info",
        },
    },
    Rule {
        member: "/properties/delivery_info/routing_key",
        is_broken: |entry| entry.at("/properties/delivery_info/routing_key").is_none(),
        breach: Breach {
            id: "message.envelope.routing-key-missing",
            severity: Severity::Error,
            place: Place::Metadata("routing_key"),
            message: "its delivery_info has no routing_key",
            asks: "the name of the list",
            effect: LOST,
            remedy: "add the name of the list as routing_key to the delivery_info",
        },
    },
    Rule {
        member: "/properties/delivery_tag",
        is_broken: |entry| {
            !entry.at("/properties/delivery_tag").is_some_and(|tag| tag.is_string() || tag.is_number())
        },
        breach: Breach {
            id: "message.envelope.delivery-tag-missing",
            severity: Severity::Error,
            place: Place::Metadata("delivery_tag"),
            message: "its properties have no delivery_tag",
            asks: "a text that no other message has",
            effect: LOST,
            remedy: "give every message a fresh UUID as its delivery_tag",
        },
    },
    Rule {
        member: "/content-type",
        is_broken: |entry| entry.at("/content-type").is_none_or(Value::is_null),
        breach: Breach {
            id: "message.envelope.content-type-missing",
            severity: Severity::Error,
            place: Place::Metadata("contentType"),
            message: "it has no content-type",
            asks: "application/json",
            effect: POISON,
            remedy: "add \"content-type\": \"application/json\"",
        },
    },
    Rule {
        member: "/content-type",
        is_broken: |entry| {
            entry.at("/content-type").is_some_and(|it| !it.is_null() && it != "application/json")
        },
        breach: Breach {
            id: "message.envelope.content-type-refused",
            severity: Severity::Error,
            place: Place::Metadata("contentType"),
            message: "its content-type is one that Celery refuses",
            asks: "application/json, without any parameter",
            effect: DROPPED,
            remedy: "write arguments as JSON: workers take nothing else unless they are told to",
        },
    },
    Rule {
        member: "/headers",
        is_broken: |entry| !entry.at("/headers").is_some_and(Value::is_object),
        breach: Breach {
            id: "message.envelope.headers-missing",
            severity: Severity::Error,
            place: Place::Message,
            message: "it has no headers",
            asks: "an object",
            effect: DELETED,
            remedy: "add headers with the task and its id",
        },
    },
    Rule {
        member: "/headers/task",
        is_broken: |entry| entry.at("/headers/task").is_none() && !entry.is_of_protocol_1(),
        breach: Breach {
            id: "message.envelope.task-missing",
            severity: Severity::Error,
            place: Place::Metadata("task"),
            message: "its headers do not name the task",
            asks: "the name of a task",
            effect: DELETED,
            remedy: "add the name of the task to the headers",
        },
    },
    Rule {
        member: "/headers/task",
        is_broken: |entry| entry.at("/headers/task").is_some_and(|task| !task.is_string()),
        breach: Breach {
            id: "message.envelope.task-not-text",
            severity: Severity::Error,
            place: Place::Metadata("task"),
            message: "the task in its headers is no name",
            asks: "the name of a task",
            effect: "a Celery worker fails it as a task that is not registered",
            remedy: "write the name of the task",
        },
    },
    Rule {
        member: "/headers/id",
        is_broken: |entry| entry.at("/headers/id").is_none() && !entry.is_of_protocol_1(),
        breach: Breach {
            id: "message.envelope.id-missing",
            severity: Severity::Error,
            place: Place::Metadata("id"),
            message: "its headers have no id",
            asks: "a text that no other task has",
            effect: POISON,
            remedy: "give every task a fresh UUID as its id",
        },
    },
    Rule {
        member: "/headers/id",
        is_broken: |entry| entry.at("/headers/id").is_some_and(|id| !id.is_string()),
        breach: Breach {
            id: "message.envelope.id-not-text",
            severity: Severity::Error,
            place: Place::Metadata("id"),
            message: "the id in its headers is no text",
            asks: "a text that no other task has",
            effect: LOST,
            remedy: "give every task a fresh UUID as its id",
        },
    },
];
