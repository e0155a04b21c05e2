//! A stand-in for the worker that a replay does not start: takes tasks off the queue, tells how far they are, and
//! ends them when it is told to. On Redis it looks like any other worker.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt as _;
use redis::aio::MultiplexedConnection;
use redis::{Client, IntoConnectionInfo as _, RedisError};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::interval;

use crate::domain::JobId;
use crate::provider_states::StateError;

/// Where tasks wait; both are what the service publishes on.
const LISTS: [&str; 2] = ["caption_priority", "celery"];
/// What the service has paused.
const PAUSED: &str = "archivist.paused";
/// Seconds that a result is kept.
const LIFETIME: u64 = 86_400;
/// Between two tellings of how far a task is.
const PACE: Duration = Duration::from_millis(100);

/// Cheap to clone: clones are the same.
#[derive(Clone)]
pub struct StandIn {
    /// Nothing where the service has no queue.
    redis: Option<Client>,
    at_work: Arc<Mutex<JoinSet<()>>>,
}

impl From<RedisError> for StateError {
    fn from(cause: RedisError) -> Self {
        // Its text may name a host.
        tracing::warn!(%cause, "a provider state cannot be brought about");
        Self::Rule("the queue does not answer".to_owned())
    }
}

impl StandIn {
    /// What is no address of a Redis, the queue has refused before.
    pub fn new(redis: Option<&str>) -> Self {
        let client = redis.and_then(|url| Client::open(url.into_connection_info().ok()?).ok());
        Self { redis: client, at_work: Arc::default() }
    }

    fn client(&self) -> Result<&Client, StateError> {
        self.redis.as_ref().ok_or_else(|| StateError::Rule("the service has no queue".to_owned()))
    }

    async fn connection(&self) -> Result<MultiplexedConnection, StateError> {
        Ok(self.client()?.get_multiplexed_async_connection().await?)
    }

    /// Takes a task off its list, as a worker does that acknowledges at once.
    pub async fn take(&self, id: &JobId) -> Result<(), StateError> {
        remove(&mut self.connection().await?, id).await
    }

    /// Stores a result and tells it.
    pub async fn tell(&self, id: &JobId, status: &str, result: &Value) -> Result<(), StateError> {
        tell(&mut self.connection().await?, id, status, result).await
    }

    /// Ends this task when it is told to, from the moment at which this returns.
    pub async fn obey(&self, id: &JobId) -> Result<(), StateError> {
        let database = self.client()?.get_connection_info().redis_settings().db();
        let mut orders = self.client()?.get_async_pubsub().await?;
        orders.subscribe(format!("/{database}.celery.pidbox")).await?;
        let (mut connection, id) = (self.connection().await?, id.clone());
        self.start(async move {
            let mut orders = orders.into_on_message();
            while let Some(order) = orders.next().await {
                if is_revocation(order.get_payload_bytes(), &id) {
                    let result = exception("TaskRevokedError", "terminated", "celery.exceptions");
                    let _ = tell(&mut connection, &id, "REVOKED", &result).await;
                }
            }
        });
        Ok(())
    }

    /// Tells again and again how far this task is.
    pub async fn keep_telling(&self, id: &JobId) -> Result<(), StateError> {
        let (mut connection, id) = (self.connection().await?, id.clone());
        self.start(async move {
            let mut pace = interval(PACE);
            for percent in (1..100).cycle() {
                pace.tick().await;
                if tell(&mut connection, &id, "PROGRESS", &progress(percent)).await.is_err() {
                    return;
                }
            }
        });
        Ok(())
    }

    /// Puts something in the place of the lists that no task can be put on. What is on them is set aside.
    pub async fn spoil_the_lists(&self) -> Result<(), StateError> {
        let mut connection = self.connection().await?;
        for list in LISTS {
            let mut pipeline = redis::pipe();
            pipeline.atomic();
            if exists(&mut connection, list).await? {
                pipeline.rename(list, aside(list)).ignore();
            }
            let () = pipeline.set(list, SPOILT).ignore().query_async(&mut connection).await?;
        }
        Ok(())
    }

    /// Goes, and leaves nothing of these jobs behind.
    pub async fn leave(&self, jobs: &[JobId]) -> Result<(), StateError> {
        let mut at_work = std::mem::take(&mut *self.at_work.lock().unwrap_or_else(PoisonError::into_inner));
        at_work.shutdown().await;
        if self.redis.is_none() {
            return Ok(());
        }
        let mut connection = self.connection().await?;
        for list in LISTS {
            restore(&mut connection, list).await?;
        }
        for id in jobs {
            remove(&mut connection, id).await?;
            let mut forget = redis::pipe();
            forget.hdel(PAUSED, id.as_str()).ignore().del(meta(id)).ignore();
            let () = forget.query_async(&mut connection).await?;
        }
        Ok(())
    }

    fn start(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner).spawn(work);
    }
}

/// What stands in the place of a list; nothing else is ever taken for it.
const SPOILT: &str = "spoilt by a provider state";

fn aside(list: &str) -> String {
    format!("archivist.set-aside.{list}")
}

fn meta(id: &JobId) -> String {
    format!("celery-task-meta-{id}")
}

/// How far a task is, as the worker here tells it.
pub fn progress(percent: u8) -> Value {
    json!({"status": "processing", "progress": percent, "status_message": "Transcribing..."})
}

/// An exception, as Celery stores it.
pub fn exception(kind: &str, message: &str, module: &str) -> Value {
    json!({"exc_type": kind, "exc_message": [message], "exc_module": module})
}

async fn tell(
    connection: &mut MultiplexedConnection,
    id: &JobId,
    status: &str,
    result: &Value,
) -> Result<(), StateError> {
    let document = json!({
        "status": status, "result": result, "traceback": null, "children": [], "date_done": null,
        "task_id": id.as_str(),
    })
    .to_string();
    let mut telling = redis::pipe();
    telling.atomic().set_ex(meta(id), &document, LIFETIME).ignore().publish(meta(id), &document).ignore();
    Ok(telling.query_async(connection).await?)
}

async fn remove(connection: &mut MultiplexedConnection, id: &JobId) -> Result<(), StateError> {
    for list in LISTS {
        let entries: Vec<Vec<u8>> =
            redis::cmd("LRANGE").arg(list).arg(0).arg(-1).query_async(connection).await?;
        for entry in entries {
            let message: Value = serde_json::from_slice(&entry).unwrap_or_default();
            if message.pointer("/headers/id").and_then(Value::as_str) == Some(id.as_str()) {
                let () = redis::cmd("LREM").arg(list).arg(1).arg(entry).query_async(connection).await?;
            }
        }
    }
    Ok(())
}

async fn exists(connection: &mut MultiplexedConnection, key: &str) -> Result<bool, StateError> {
    Ok(redis::cmd("EXISTS").arg(key).query_async(connection).await?)
}

/// Puts a list back that was set aside.
async fn restore(connection: &mut MultiplexedConnection, list: &str) -> Result<(), StateError> {
    let kind: String = redis::cmd("TYPE").arg(list).query_async(connection).await?;
    if kind == "string" {
        let () = redis::cmd("DEL").arg(list).query_async(connection).await?;
    }
    if exists(connection, &aside(list)).await? {
        let () = redis::cmd("RENAME").arg(aside(list)).arg(list).query_async(connection).await?;
    }
    Ok(())
}

/// Whether a message to all workers takes this task back.
fn is_revocation(message: &[u8], id: &JobId) -> bool {
    let order = || {
        let message: Value = serde_json::from_slice(message).ok()?;
        let body = STANDARD.decode(message.get("body")?.as_str()?).ok()?;
        serde_json::from_slice::<Value>(&body).ok()
    };
    order().is_some_and(|order| order["method"] == "revoke" && order["arguments"]["task_id"] == id.as_str())
}

/// The address may hold a password.
impl fmt::Debug for StandIn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("StandIn").finish_non_exhaustive()
    }
}
