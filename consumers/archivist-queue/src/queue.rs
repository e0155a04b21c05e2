//! The client: publishing tasks, and reading the results that are there.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::{AsyncConnectionConfig, Client, IntoConnectionInfo, Pipeline, RedisResult};
use uuid::Uuid;

use crate::connection::Connection;
use crate::envelope;
use crate::error::QueueError;
use crate::task::{QueueName, Task};

/// Under which a worker stores and publishes a task's result.
pub(crate) const RESULT: &str = "celery-task-meta-";

/// How a queue is used.
#[derive(Clone, Debug)]
pub struct QueueSettings {
    /// Within which Redis has to take a connection, and to answer a command.
    pub timeout: Duration,
    /// The lists that work may wait on: those first that workers take from first.
    pub queues: Vec<QueueName>,
}

/// A connection to the queue that comes back by itself. Cheap to clone: clones share it.
#[derive(Clone)]
pub struct Queue {
    pub(crate) client: Client,
    connection: Connection,
    pub(crate) settings: Arc<QueueSettings>,
    /// Who publishes; Celery's results by message would come there.
    identity: Arc<str>,
}

impl Queue {
    /// Fails for an address that is none. Redis itself may come later: until then every call answers
    /// [`QueueError::Unavailable`].
    pub fn open(url: &str, settings: QueueSettings) -> Result<Self, QueueError> {
        let wrong = |_| QueueError::Address("it is no URL of a Redis");
        let client = Client::open(url.into_connection_info().map_err(wrong)?).map_err(wrong)?;
        let connection = Connection::new(client.clone(), settings.timeout).map_err(wrong)?;
        let identity = Uuid::new_v4().to_string().into();
        Ok(Self { client, connection, settings: Arc::new(settings), identity })
    }

    /// Whether Redis answers.
    pub async fn ping(&self) -> Result<(), QueueError> {
        let () = redis::cmd("PING").query_async(&mut self.connection()).await?;
        Ok(())
    }

    /// Publishes all of these or none of them.
    pub async fn enqueue(&self, tasks: &[Task]) -> Result<(), QueueError> {
        if tasks.is_empty() {
            return Ok(());
        }
        let mut pipeline = Pipeline::new();
        pipeline.atomic();
        // A worker that puts a message back looks here for the list it came from.
        for queue in tasks.iter().map(|task| task.queue.as_str()).collect::<BTreeSet<_>>() {
            pipeline
                .sadd(format!("_kombu.binding.{queue}"), format!("{queue}\u{6}\u{16}\u{6}\u{16}{queue}"))
                .ignore();
        }
        for task in tasks {
            pipeline.lpush(task.queue.as_str(), envelope::of(task, &self.identity)).ignore();
        }
        let () = pipeline.query_async(&mut self.connection()).await?;
        Ok(())
    }

    pub(crate) fn connection(&self) -> Connection {
        self.connection.clone()
    }

    /// A connection that may block without holding others up.
    pub(crate) async fn own_connection(&self) -> RedisResult<redis::aio::MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.settings.timeout))
            .set_response_timeout(None);
        self.client.get_multiplexed_async_connection_with_config(&config).await
    }

    /// The number of the database, which is part of the names of channels.
    pub(crate) fn database(&self) -> i64 {
        self.client.get_connection_info().redis_settings().db()
    }
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(2), queues: vec![QueueName::priority(), QueueName::ordinary()] }
    }
}

/// The address may hold a password.
impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("settings", &self.settings).finish_non_exhaustive()
    }
}
