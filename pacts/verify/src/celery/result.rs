//! What is told and stored of a task, held against Celery's protocol: a client has to be able to read it.

use countersign_openapi::Severity;
use serde_json::{Value, json};

use super::breach::{Breach, Place};
use super::publish::Published;
use super::replies::is_final;
use crate::message::Expected;
use crate::outcome::Failure;

const UNREADABLE: Breach = Breach {
    id: "message.result.malformed",
    severity: Severity::Error,
    place: Place::Contents,
    message: "what is told of the task is no JSON object with a status",
    asks: "an object with status, result and task_id",
    effect: "a Celery client fails over it, whatever it asks of the result",
    remedy: "store and publish {\"status\", \"result\", \"traceback\", \"children\", \"task_id\"}",
};

const OTHER_TASK: Breach = Breach {
    message: "what is told of the task has the id of another one",
    asks: "the task's own id as task_id",
    effect: "a Celery client that waits for the task never hears of it",
    remedy: "write the id of the task's headers as task_id",
    ..UNREADABLE
};

const NOT_PUBLISHED: Breach = Breach {
    id: "message.result.not-published",
    message: "the result is stored, and was not published",
    asks: "PUBLISH of what is stored, under the same key",
    effect: "a Celery client that waits for the task never hears of it",
    remedy: "publish every document on the channel that is called as its key",
    ..UNREADABLE
};

const NOT_STORED: Breach = Breach {
    id: "message.result.not-stored",
    message: "what is stored of the result is not what was told of it",
    asks: "the document that was published last",
    effect: "a Celery client that asks later hears something else than one that waits",
    remedy: "store each document before it is published, and nothing after the final one",
    ..UNREADABLE
};

const NO_EXPIRY: Breach = Breach {
    id: "message.result.no-expiry",
    severity: Severity::Warning,
    message: "the result is stored for ever",
    asks: "a time to live; Celery's is a day",
    effect: "every task leaves a key behind, until Redis has no memory left",
    remedy: "store it with SETEX",
    ..UNREADABLE
};

const NO_EXCEPTION: Breach = Breach {
    id: "message.result.exception-unreadable",
    severity: Severity::Warning,
    message: "the result of a task that did not succeed names no exception",
    asks: "an object with exc_type, exc_message and exc_module",
    effect: "a Celery client raises a ValueError as soon as it looks at the result",
    remedy: "write exc_type, exc_message and exc_module into the result, beside anything else",
    ..UNREADABLE
};

/// What the documents told of the task, and what is `stored` of it in the end, break of the protocol.
pub(super) fn breaches(
    request: &Published,
    documents: &[Vec<u8>],
    (stored, ends): (Option<&[u8]>, bool),
    expected: &Expected<'_>,
) -> Vec<Failure> {
    let mut failures: Vec<Failure> = documents
        .iter()
        .filter_map(|document| of_document(document, request))
        .map(|(breach, actual)| breach.failure(expected, actual))
        .collect();
    let told = documents.last().map(Vec::as_slice);
    if !stored.zip(told).is_some_and(|(stored, told)| value(stored) == value(told)) {
        failures.push(NOT_STORED.failure(expected, stored.map(value).unwrap_or_default()));
    } else if !ends {
        failures.push(NO_EXPIRY.failure(expected, json!("no time to live")));
    }
    failures
}

/// What it means that the final result was stored without a word.
pub(super) fn not_published(stored: &[u8], expected: &Expected<'_>) -> Option<Failure> {
    is_final(stored).then(|| NOT_PUBLISHED.failure(expected, value(stored)))
}

fn of_document(document: &[u8], request: &Published) -> Option<(&'static Breach, Value)> {
    let document = value(document);
    let Some(status) = document.get("status").and_then(Value::as_str) else {
        return Some((&UNREADABLE, document));
    };
    // Celery writes it always, and a client that waits for one task can do without.
    if document.get("task_id").is_some_and(|id| *id != request.id) {
        return Some((&OTHER_TASK, document["task_id"].clone()));
    }
    let result = document.get("result");
    let named = result.is_some_and(|it| it.get("exc_type").is_some() && it.get("exc_message").is_some());
    (matches!(status, "FAILURE" | "REVOKED") && !named)
        .then(|| (&NO_EXCEPTION, result.cloned().unwrap_or_default()))
}

/// The value of a document, or its text where it is no JSON.
fn value(document: &[u8]) -> Value {
    serde_json::from_slice(document).unwrap_or_else(|_| String::from_utf8_lossy(document).into())
}
