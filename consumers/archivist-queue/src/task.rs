//! What is asked of a worker.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// A task's id: what its message, its result and its revocation have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(String);

/// A task's registered name, such as `transcription.run_whisper`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TaskName(String);

/// A list of the queue, such as `celery`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QueueName(String);

/// One task to publish.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    pub id: TaskId,
    pub name: TaskName,
    pub queue: QueueName,
    pub args: Vec<Value>,
    pub kwargs: Map<String, Value>,
    /// Not to be started after.
    pub expires: Option<DateTime<Utc>>,
}

impl TaskId {
    /// A new UUID.
    #[must_use]
    pub fn fresh() -> Self {
        Self(uuid::Uuid::new_v4().to_string())
    }

    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TaskName {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl QueueName {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Where ordinary work goes.
    #[must_use]
    pub fn ordinary() -> Self {
        Self::new("celery")
    }

    /// Where work goes that is to be done first.
    #[must_use]
    pub fn priority() -> Self {
        Self::new("caption_priority")
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Task {
    /// The transcription of a recording, by the path that the worker knows it by.
    #[must_use]
    pub fn transcription(path: &str) -> Self {
        Self {
            id: TaskId::fresh(),
            name: TaskName::new("transcription.run_whisper"),
            queue: QueueName::ordinary(),
            args: vec![Value::from(path)],
            kwargs: Map::new(),
            expires: None,
        }
    }

    /// The same task under this id.
    #[must_use]
    pub fn with_id(self, id: TaskId) -> Self {
        Self { id, ..self }
    }

    /// The same task on another list.
    #[must_use]
    pub fn on(self, queue: QueueName) -> Self {
        Self { queue, ..self }
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
