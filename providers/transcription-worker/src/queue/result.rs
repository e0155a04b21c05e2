//! Result documents, as Celery's Redis backend stores them under `celery-task-meta-<id>`.

use chrono::{SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::task::Exception;

/// A result document and the key it is stored under.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Document {
    pub key: String,
    pub text: String,
}

pub(crate) fn progress(id: &str, progress: &Value) -> Document {
    document(id, "PROGRESS", progress, false)
}

pub(crate) fn success(id: &str, result: &Value) -> Document {
    document(id, "SUCCESS", result, true)
}

pub(crate) fn failure(id: &str, exception: &Exception) -> Document {
    document(id, "FAILURE", &exception.to_json(), true)
}

pub(crate) fn retry(id: &str, exception: &Exception) -> Document {
    document(id, "RETRY", &exception.to_json(), false)
}

/// `reason` is Celery's word: `revoked` before it ran, `terminated` while it ran, `expired`.
pub(crate) fn revoked(id: &str, reason: &str) -> Document {
    let exception = Exception::new("TaskRevokedError", "celery.exceptions", reason);
    document(id, "REVOKED", &exception.to_json(), true)
}

fn document(id: &str, status: &str, result: &Value, done: bool) -> Document {
    let text = json!({
        "status": status,
        "result": result,
        "traceback": null,
        "children": [],
        "date_done": done.then(|| Utc::now().to_rfc3339_opts(SecondsFormat::Micros, false)),
        "task_id": id,
    });
    Document { key: format!("celery-task-meta-{id}"), text: text.to_string() }
}
