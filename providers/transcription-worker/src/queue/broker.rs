//! The lists and the results of one Redis, for a worker.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Pipeline, RedisError, RedisResult};
use serde_json::Value;
use uuid::Uuid;

use super::dead_letter;
use super::result::Document;
use super::scripts::{EXPIRED, HEARTBEAT, RESTORE, TAKE};

const HASH: &str = "unacked";
const INDEX: &str = "unacked_index";

/// Seconds that a result is kept, as Celery does.
const RESULT_LIFETIME: u64 = 86_400;

/// Within which Redis answers, or is lost.
const ANSWER: Duration = Duration::from_secs(5);

/// Cheap to clone: clones share one connection, which comes back by itself.
#[derive(Clone)]
pub(crate) struct Broker {
    client: Client,
    connection: ConnectionManager,
    queues: Arc<[String]>,
    /// Tags of this worker begin with it.
    identity: Arc<str>,
    next: Arc<AtomicU64>,
}

/// An entry that this worker holds.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub tag: String,
    pub queue: String,
    pub raw: Vec<u8>,
}

/// How the worker is done with an entry. All of it happens, or nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Finish {
    pub result: Option<Document>,
    pub dead_letter: Option<String>,
    /// Another message in its place: the list, and the message.
    pub again: Option<(String, String)>,
}

impl Broker {
    /// Fails for an address that is none; Redis itself may come later.
    pub fn open(url: &str, queues: &[String]) -> RedisResult<Self> {
        let client = Client::open(url)?;
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(100))
            .set_connection_timeout(Some(ANSWER))
            .set_response_timeout(Some(ANSWER));
        let connection = ConnectionManager::new_lazy_with_config(client.clone(), config)?;
        let identity = format!("{}:", Uuid::new_v4()).into();
        Ok(Self { client, connection, queues: queues.into(), identity, next: Arc::default() })
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    pub fn queues(&self) -> &[String] {
        &self.queues
    }

    /// Takes up to `count` entries. They are this worker's until it is done with them, or dead.
    pub async fn take(&self, count: usize) -> RedisResult<Vec<Taken>> {
        let first = self.next.fetch_add(count as u64, Ordering::Relaxed);
        let mut call = TAKE.prepare_invoke();
        call.key(HASH).key(INDEX);
        for queue in &*self.queues {
            call.key(queue);
        }
        call.arg(count).arg(&*self.identity).arg(first);
        let taken: Vec<(String, String, Vec<u8>)> = call.invoke_async(&mut self.connection.clone()).await?;
        Ok(taken.into_iter().map(|(tag, queue, raw)| Taken { tag, queue, raw }).collect())
    }

    /// Stores a result that is not the last, and tells it.
    pub async fn store(&self, document: &Document) -> RedisResult<()> {
        let mut pipeline = Pipeline::new();
        pipeline.atomic();
        add_result(&mut pipeline, document);
        pipeline.query_async(&mut self.connection.clone()).await
    }

    /// Is done with an entry.
    pub async fn finish(&self, tag: &str, finish: &Finish) -> RedisResult<()> {
        let mut pipeline = Pipeline::new();
        pipeline.atomic();
        if let Some(document) = &finish.result {
            add_result(&mut pipeline, document);
        }
        if let Some(entry) = &finish.dead_letter {
            pipeline.lpush(dead_letter::LIST, entry).ignore();
        }
        if let Some((list, message)) = &finish.again {
            pipeline.lpush(list, message).ignore();
        }
        pipeline.zrem(INDEX, tag).ignore().hdel(HASH, tag).ignore();
        pipeline.query_async(&mut self.connection.clone()).await
    }

    /// Says of entries that they are still worked on.
    pub async fn heartbeat(&self, tags: &[String]) -> RedisResult<()> {
        if tags.is_empty() {
            return Ok(());
        }
        HEARTBEAT.key(INDEX).arg(tags).invoke_async(&mut self.connection.clone()).await
    }

    /// Puts back what dead workers held for longer than `timeout`; how many those were.
    pub async fn restore(&self, timeout: Duration) -> RedisResult<usize> {
        let mut connection = self.connection.clone();
        let expired: Vec<(String, Vec<u8>)> =
            EXPIRED.key(HASH).key(INDEX).arg(timeout.as_secs_f64()).invoke_async(&mut connection).await?;
        let mut restored = 0;
        for (tag, entry) in expired {
            restored += usize::from(self.put_back(&tag, &entry).await?);
        }
        Ok(restored)
    }

    /// Puts back what is this worker's but not among `held`, to be taken next in its old order.
    pub async fn give_back(&self, held: &[String]) -> RedisResult<()> {
        let mut connection = self.connection.clone();
        let tags: Vec<String> = redis::cmd("HKEYS").arg(HASH).query_async(&mut connection).await?;
        let number = |tag: &String| tag.strip_prefix(&*self.identity)?.parse::<u64>().ok();
        let mut own: Vec<(u64, &String)> = tags
            .iter()
            .filter(|tag| !held.contains(tag))
            .filter_map(|tag| Some((number(tag)?, tag)))
            .collect();
        // The last one that is put back is the next one that is taken.
        own.sort_unstable_by_key(|(number, _)| std::cmp::Reverse(*number));
        for (_, tag) in own {
            let entry: Option<Vec<u8>> =
                redis::cmd("HGET").arg(HASH).arg(tag).query_async(&mut connection).await?;
            if let Some(entry) = entry {
                self.put_back(tag, &entry).await?;
            }
        }
        Ok(())
    }

    /// Puts one entry of the hash back on its list, unless somebody was faster.
    async fn put_back(&self, tag: &str, entry: &[u8]) -> RedisResult<bool> {
        let Some((list, message)) = self.held(entry) else {
            tracing::warn!(tag, "what a worker held cannot be read, and is left where it is");
            return Ok(false);
        };
        let mut call = RESTORE.key(HASH);
        call.key(INDEX).key(list).arg(tag).arg(entry).arg(message);
        call.invoke_async(&mut self.connection.clone()).await
    }

    /// The list and the message of an entry in the hash, ours or kombu's.
    fn held(&self, entry: &[u8]) -> Option<(String, String)> {
        // What is no UTF-8 is no message either, and goes to the dead letters when it is taken again.
        let text = String::from_utf8_lossy(entry);
        let read: Value = serde_json::from_str(&text).ok()?;
        let routing_key = read.get(2)?.as_str()?;
        // Ours has the message as it stood on its list.
        let around = format!(",\"\",{}]", Value::from(routing_key));
        let message = match (read.get(0)?, text.strip_prefix('[').and_then(|it| it.strip_suffix(&around))) {
            (Value::String(text), _) => text.clone(),
            (_, Some(message)) => message.to_owned(),
            (message, None) => message.to_string(),
        };
        let list = if routing_key.is_empty() { self.queues.first()? } else { routing_key };
        Some((list.to_owned(), message))
    }

    /// Answers one of Celery's broadcasts: a list that only the asker reads, for a minute.
    pub async fn answer(&self, list: &str, message: &str) -> RedisResult<()> {
        let mut pipeline = Pipeline::new();
        pipeline.atomic().lpush(list, message).ignore().expire(list, 60).ignore();
        pipeline.query_async(&mut self.connection.clone()).await
    }
}

fn add_result(pipeline: &mut Pipeline, document: &Document) {
    pipeline.set_ex(&document.key, &document.text, RESULT_LIFETIME).ignore();
    pipeline.publish(&document.key, &document.text).ignore();
}

/// What went wrong, without the address, which may hold a password.
pub(crate) fn words(error: &RedisError) -> String {
    match error.code() {
        Some(code) => format!("it answered {code}"),
        None if error.is_timeout() => "it does not answer in time".to_owned(),
        None => "it is not reached".to_owned(),
    }
}

/// The address may hold a password.
impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broker").field("queues", &self.queues).finish_non_exhaustive()
    }
}
