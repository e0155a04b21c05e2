//! What a worker stores under `celery-task-meta-<id>`, and publishes under the same name.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::task::TaskId;

/// Bytes of a result document, at most. A traceback may be long, and more than this no worker has to tell.
pub(crate) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of a path, at most.
const MAX_PATH: usize = 4096;

/// Characters of a worker's own words that are kept.
const WORDS: usize = 2000;

/// How a task stands, as far as its result document tells.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskResult {
    Progress(Progress),
    Success(Success),
    Failure(Failed),
    /// Taken back before or while it ran; the reason is Celery's, such as `terminated` or `expired`.
    Revoked {
        reason: String,
    },
    /// It will be tried again.
    Retry {
        reason: String,
    },
}

/// A result, and what its document tells beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub result: TaskResult,
    /// When the task ended, by the worker's own clock.
    pub ended_at: Option<DateTime<Utc>>,
}

/// How far a task is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// From 0 to 100.
    pub percent: u8,
    pub message: String,
}

/// The transcription is done. A worker of another make may tell less of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Success {
    /// The SCC file that was written. From another machine: to be believed only after a look.
    pub output_path: Option<String>,
    pub segments: Option<u64>,
    /// Seconds.
    pub duration: Option<f64>,
}

/// Why a task failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The exception's name, such as `NotRegistered`; none where the worker did not tell.
    pub kind: Option<String>,
    pub message: String,
}

impl TaskResult {
    /// Reads the result document of this task. `None`: no worker wrote this.
    #[must_use]
    pub fn read(id: &TaskId, document: &[u8]) -> Option<Told> {
        if document.len() > MAX_BYTES {
            return Some(Told::too_large());
        }
        let document: Value = serde_json::from_slice(document).ok()?;
        if document.get("task_id")?.as_str()? != id.as_str() {
            return None;
        }
        let result = Self::of(document.get("status")?.as_str()?, document.get("result"))?;
        let date = document.get("date_done").and_then(Value::as_str);
        let ended_at = date.and_then(|date| DateTime::parse_from_rfc3339(date).ok());
        Some(Told { result, ended_at: ended_at.map(|date| date.to_utc()) })
    }

    fn of(status: &str, result: Option<&Value>) -> Option<Self> {
        let result = result.unwrap_or(&Value::Null);
        let path = |it: &&str| it.len() <= MAX_PATH;
        Some(match status {
            "SUCCESS" => Self::Success(Success {
                output_path: result
                    .get("output_path")
                    .and_then(Value::as_str)
                    .filter(path)
                    .map(str::to_owned),
                segments: result.get("segments").and_then(Value::as_u64),
                duration: result.get("duration").and_then(Value::as_f64).filter(|it| *it >= 0.0),
            }),
            "FAILURE" => Self::Failure(failed(result)),
            "REVOKED" => Self::Revoked { reason: exception_message(result).unwrap_or_default() },
            "RETRY" => Self::Retry { reason: exception_message(result).unwrap_or_default() },
            "PROGRESS" | "STARTED" | "RECEIVED" | "PENDING" => Self::Progress(progress(result)),
            _ => return None,
        })
    }

    /// Whether nothing will follow.
    #[must_use]
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Progress(_) | Self::Retry { .. })
    }
}

impl Told {
    /// Of a document that is too large to be read. Its task has to end somehow: nothing that follows would be
    /// heard of it.
    pub(crate) fn too_large() -> Self {
        let message = "what the worker told of it is too large to be read".to_owned();
        Self { result: TaskResult::Failure(Failed { kind: None, message }), ended_at: None }
    }
}

fn progress(result: &Value) -> Progress {
    let percent = result.get("progress").and_then(Value::as_f64).unwrap_or(0.0).clamp(0.0, 100.0);
    Progress {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 0 to 100")]
        percent: percent as u8,
        message: result.get("status_message").and_then(Value::as_str).map(cut).unwrap_or_default(),
    }
}

/// Celery's form names the exception; the original application wrote an object with `error` in it.
fn failed(result: &Value) -> Failed {
    let text = |name: &str| result.get(name).and_then(Value::as_str).map(cut);
    let message = exception_message(result).or_else(|| text("error")).or_else(|| result.as_str().map(cut));
    Failed {
        kind: text("exc_type"),
        message: message.unwrap_or_else(|| "the worker did not say why".to_owned()),
    }
}

fn exception_message(result: &Value) -> Option<String> {
    match result.get("exc_message")? {
        Value::String(text) => Some(cut(text)),
        Value::Array(parts) => {
            let words: Vec<String> = parts
                .iter()
                .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
                .collect();
            Some(cut(&words.join(", ")))
        }
        _ => None,
    }
}

fn cut(text: &str) -> String {
    text.chars().take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(status: &str, result: &Value) -> TaskResult {
        let document = json!({"task_id": "a", "status": status, "result": result});
        TaskResult::read(&TaskId::new("a"), document.to_string().as_bytes()).expect("a result").result
    }

    #[test]
    fn three_forms_of_failure_are_read() {
        for (result, kind, message) in [
            (
                json!({"exc_type": "NotRegistered", "exc_message": ["no.such.task"], "exc_module": "m"}),
                Some("NotRegistered"),
                "no.such.task",
            ),
            (json!({"error": "Video file not found: a", "video_path": "a"}), None, "Video file not found: a"),
            (json!("boom"), None, "boom"),
            (json!(null), None, "the worker did not say why"),
        ] {
            let expected = Failed { kind: kind.map(str::to_owned), message: message.to_owned() };
            assert_eq!(read("FAILURE", &result), TaskResult::Failure(expected));
        }
    }

    #[test]
    fn progress_stays_within_its_bounds() {
        for (given, percent) in [(json!(-1), 0), (json!(10), 10), (json!(1e9), 100), (json!("x"), 0)] {
            let result = read("PROGRESS", &json!({"progress": given, "status_message": "m"}));
            assert_eq!(result, TaskResult::Progress(Progress { percent, message: "m".to_owned() }));
        }
    }

    #[test]
    fn what_no_worker_wrote_is_none() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"task_id":1,"status":"SUCCESS"}"#,
            r#"{"task_id":"a","status":"X"}"#,
            r#"{"task_id":"another","status":"SUCCESS"}"#,
            r#"{"task_id":"a","status":"SUCCESS","result":{"duration":1e999}}"#,
        ] {
            assert_eq!(TaskResult::read(&TaskId::new("a"), text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn what_is_too_large_ends_its_task() {
        let told = TaskResult::read(&TaskId::new("a"), &vec![b' '; MAX_BYTES + 1]);
        assert_eq!(told, Some(Told::too_large()));
    }

    #[test]
    fn what_cannot_be_is_left_out() {
        let path = "/".repeat(MAX_PATH + 1);
        let result = read("SUCCESS", &json!({"segments": -4, "duration": -0.5, "output_path": path}));
        let nothing = Success { output_path: None, segments: None, duration: None };
        assert_eq!(result, TaskResult::Success(nothing));
    }

    #[test]
    fn the_end_is_told_where_it_is_a_time() {
        for (date, expected) in [
            (json!("2026-11-22T19:08:46.395617+00:00"), Some(1_795_374_526)),
            (json!("2026-11-22T21:08:46+02:00"), Some(1_795_374_526)),
            (json!("yesterday"), None),
            (json!(null), None),
        ] {
            let document = json!({"task_id": "a", "status": "SUCCESS", "date_done": date}).to_string();
            let told = TaskResult::read(&TaskId::new("a"), document.as_bytes()).expect("a result");
            assert_eq!(told.ended_at.map(|it| it.timestamp()), expected, "{date}");
        }
    }
}
