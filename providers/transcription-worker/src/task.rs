//! What a task is to the worker: a name, and what is done when it is called.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::{Map, Value, json};

use crate::queue::{Broker, result};

/// What is done for a task. Dropping the future is how a task is ended early: it has to leave nothing behind.
pub type Handler = Arc<dyn Fn(Call) -> BoxFuture<'static, Result<Value, TaskError>> + Send + Sync>;

/// One call of a task.
#[derive(Clone, Debug)]
pub struct Call {
    pub id: String,
    pub args: Vec<Value>,
    pub kwargs: Map<String, Value>,
    /// How often it has been tried before.
    pub retries: u32,
    /// Under which the worker holds it.
    pub(crate) tag: String,
    pub(crate) broker: Broker,
}

/// How a task can end other than well.
#[derive(Clone, Debug)]
pub enum TaskError {
    Failed(Exception),
    /// It may work later; after too many tries it has failed.
    Again {
        exception: Exception,
        after: Duration,
    },
}

/// A failure in the form that a Celery client reads: the name and module of a Python exception.
#[derive(Clone, Debug, PartialEq)]
pub struct Exception {
    pub kind: &'static str,
    pub module: &'static str,
    pub message: String,
    /// What is told beside it.
    pub details: Map<String, Value>,
}

impl Call {
    /// Tells how far the task is. What cannot be told now is not worth waiting for.
    pub async fn progress(&self, percent: u8, message: &str, video_path: &str) {
        let progress = json!({
            "status": "processing", "progress": percent, "status_message": message, "video_path": video_path,
        });
        if let Err(error) = self.broker.progress(&self.tag, result::progress(&self.id, &progress)).await {
            tracing::warn!(id = self.id, %error, "progress is not told");
        }
    }
}

impl Exception {
    #[must_use]
    pub fn new(kind: &'static str, module: &'static str, message: impl Into<String>) -> Self {
        Self { kind, module, message: message.into(), details: Map::new() }
    }

    /// As Python says of a call with other arguments than the function takes.
    #[must_use]
    pub fn type_error(message: impl Into<String>) -> Self {
        Self::new("TypeError", "builtins", message)
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut json = self.details.clone();
        json.insert("exc_type".to_owned(), json!(self.kind));
        json.insert("exc_message".to_owned(), json!([self.message]));
        json.insert("exc_module".to_owned(), json!(self.module));
        Value::Object(json)
    }
}

impl From<Exception> for TaskError {
    fn from(exception: Exception) -> Self {
        Self::Failed(exception)
    }
}
