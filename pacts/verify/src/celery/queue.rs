//! The Redis of a replay: what appears on its lists, and what is stored and told there.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::StreamExt as _;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, RedisResult};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::publish::Published;
use crate::transport::CeleryRedis;

/// Between two looks at the lists. They are never waited on by taking from them: what stands there may be
/// somebody else's.
const LOOK: Duration = Duration::from_millis(5);

/// New entries of one list, at most.
const MOST: isize = 1000;

/// Documents of one task, at most.
const DOCUMENTS: usize = 1000;

/// Within which Redis takes a connection and answers.
const CONNECT: Duration = Duration::from_secs(5);

/// The queue is not reached. The address is not told, as it may hold a password.
#[derive(Debug, thiserror::Error)]
#[error("the Redis of the queue {0}")]
pub(crate) struct QueueLost(String);

impl From<RedisError> for QueueLost {
    fn from(error: RedisError) -> Self {
        Self(match error.code() {
            Some(code) => format!("answers {code}"),
            None if error.is_connection_refusal() => "takes no connection".to_owned(),
            None => "is not reached, or was lost".to_owned(),
        })
    }
}

/// A connection to the queue.
pub(crate) struct Queue {
    client: Client,
    connection: MultiplexedConnection,
    lists: Vec<String>,
}

/// How many entries each list had.
pub(crate) type Lengths = BTreeMap<String, isize>;

impl Queue {
    pub async fn connect(celery: &CeleryRedis) -> Result<Self, QueueLost> {
        let client = Client::open(celery.redis.as_str())?;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(CONNECT));
        let connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        Ok(Self { client, connection, lists: celery.queues.clone() })
    }

    /// The list that is meant where a message names none.
    pub fn first_list(&self) -> &str {
        self.lists.first().map_or("celery", String::as_str)
    }

    pub async fn lengths(&mut self) -> Result<Lengths, QueueLost> {
        let mut lengths = Lengths::new();
        for list in self.lists.clone() {
            let length = redis::cmd("LLEN").arg(&list).query_async(&mut self.connection).await?;
            lengths.insert(list, length);
        }
        Ok(lengths)
    }

    /// Takes the entries that have come since the lists had these lengths, and leaves all others. Waits for
    /// the first; the others of a batch come with it.
    pub async fn come_since(
        &mut self,
        before: &Lengths,
        within: Duration,
    ) -> Result<Vec<(String, Vec<u8>)>, QueueLost> {
        let deadline = Instant::now() + within;
        loop {
            let mut come = Vec::new();
            for (list, length) in self.lengths().await? {
                let new = (length - before.get(&list).copied().unwrap_or(0)).min(MOST);
                if new <= 0 {
                    continue;
                }
                // Publishers put at the head.
                let entries: Vec<Vec<u8>> = redis::cmd("LRANGE")
                    .arg(&list)
                    .arg(0)
                    .arg(new - 1)
                    .query_async(&mut self.connection)
                    .await?;
                for entry in entries {
                    let () = redis::cmd("LREM")
                        .arg(&list)
                        .arg(1)
                        .arg(&entry)
                        .query_async(&mut self.connection)
                        .await?;
                    come.push((list.clone(), entry));
                }
            }
            if !come.is_empty() || Instant::now() >= deadline {
                return Ok(come);
            }
            sleep(LOOK).await;
        }
    }

    /// Publishes a request and gathers the documents that are told of it, until one that `is_final`.
    pub async fn ask(
        &mut self,
        request: &Published,
        is_final: &(dyn Fn(&[u8]) -> bool + Sync),
        within: Duration,
    ) -> Result<Vec<Vec<u8>>, QueueLost> {
        let key = request.result_key();
        let lost = |_| QueueLost("takes no connection in time".to_owned());
        let mut listener = timeout(CONNECT, self.client.get_async_pubsub()).await.map_err(lost)??;
        listener.subscribe(&key).await?;
        let () = redis::pipe()
            .atomic()
            .del(&key)
            .lpush(&request.queue, &request.entry)
            .query_async(&mut self.connection)
            .await?;
        let deadline = Instant::now() + within;
        let mut messages = listener.into_on_message();
        let mut documents: Vec<Vec<u8>> = Vec::new();
        while documents.len() < DOCUMENTS {
            match timeout_at(deadline, messages.next()).await {
                Ok(Some(message)) => documents.push(message.get_payload_bytes().to_vec()),
                Ok(None) => return Err(QueueLost("was lost".to_owned())),
                Err(_) => break,
            }
            if documents.last().is_some_and(|last| is_final(last)) {
                break;
            }
        }
        Ok(documents)
    }

    /// Takes a request back that nobody took; whether it was still there.
    pub async fn take_back(&mut self, request: &Published) -> Result<bool, QueueLost> {
        let removed: RedisResult<i64> = redis::cmd("LREM")
            .arg(&request.queue)
            .arg(1)
            .arg(&request.entry)
            .query_async(&mut self.connection)
            .await;
        Ok(removed? > 0)
    }

    /// What is stored of a request, and whether it will ever go.
    pub async fn stored(&mut self, request: &Published) -> Result<(Option<Vec<u8>>, bool), QueueLost> {
        let (document, lifetime): (Option<Vec<u8>>, i64) = redis::pipe()
            .get(request.result_key())
            .ttl(request.result_key())
            .query_async(&mut self.connection)
            .await?;
        Ok((document, lifetime >= 0))
    }
}
