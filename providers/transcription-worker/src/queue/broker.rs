//! The lists and the results of one Redis, for a worker: what it takes, and how it is done with that.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use redis::{Client, Pipeline, RedisError, RedisResult};
use tokio::time::Instant;
use uuid::Uuid;
use worker_archivist::{Delivery, Malformed};

use super::connection::Connection;
use super::dead_letter;
use super::scripts::{HEARTBEAT, TAKE};
use super::writes::{Order, Writes};

pub(super) const HASH: &str = "unacked";
pub(super) const INDEX: &str = "unacked_index";

/// Kombu's steps of priority: the first one has no list of its own. Each further one of a queue is the list
/// `<queue>\x06\x16<step>`.
const STEPS: [&str; 4] = ["", "\u{6}\u{16}3", "\u{6}\u{16}6", "\u{6}\u{16}9"];

/// Entries that are taken at once, at most.
pub(super) const AT_ONCE: usize = 1000;

/// Bytes after which no more are taken at once.
const BYTES_AT_ONCE: usize = 4 * 1024 * 1024;

/// How long after a lost answer Redis may still do what it was asked to.
const STRAGGLING: Duration = Duration::from_mins(1);

/// Cheap to clone: clones share one connection, which comes back by itself.
#[derive(Clone)]
pub(crate) struct Broker {
    client: Client,
    pub(super) connection: Connection,
    pub(super) queues: Arc<[String]>,
    lists: Arc<[String]>,
    /// Tags of this worker begin with it.
    pub(super) identity: Arc<str>,
    next: Arc<AtomicU64>,
    unheard: Arc<Mutex<Vec<Unheard>>>,
    pub(super) writes: tokio::sync::mpsc::Sender<Order>,
    timeout: Duration,
}

/// An entry that this worker holds.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub tag: String,
    pub list: String,
    pub raw: Vec<u8>,
}

/// A tag under which an entry may have been taken, or may still be, that nobody heard of.
#[derive(Clone, Debug)]
struct Unheard {
    tag: String,
    until: Instant,
}

impl Broker {
    /// Fails for an address that is none; Redis itself may come later. `timeout` is that of each answer. What
    /// is written is written as long as the second of the two runs.
    pub fn open(url: &str, queues: &[String], timeout: Duration) -> RedisResult<(Self, Writes)> {
        let client = Client::open(url)?;
        let connection = Connection::new(client.clone(), timeout)?;
        let (writes, orders) = Writes::new(connection.clone());
        let lists = STEPS.iter().flat_map(|step| queues.iter().map(move |queue| format!("{queue}{step}")));
        let broker = Self {
            client,
            connection,
            queues: queues.into(),
            lists: lists.collect(),
            identity: format!("{}:", Uuid::new_v4()).into(),
            next: Arc::default(),
            unheard: Arc::default(),
            writes,
            timeout,
        };
        Ok((broker, orders))
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Within which Redis answers, or is lost.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Every list that tasks are taken from, the first one first.
    pub fn lists(&self) -> &[String] {
        &self.lists
    }

    /// Takes up to `count` entries. They are this worker's until it is done with them, or dead.
    pub async fn take(&self, count: usize) -> RedisResult<Vec<Taken>> {
        let count = count.min(AT_ONCE);
        let first = self.next.fetch_add(count as u64, Ordering::Relaxed);
        let too_large = Malformed::TooLarge(Delivery::MAX_BYTES);
        let mut call = TAKE.prepare_invoke();
        call.key(HASH).key(INDEX).key(dead_letter::LIST).key(dead_letter::TOO_LARGE).key(&*self.lists);
        call.arg(count).arg(&*self.identity).arg(first);
        call.arg(Delivery::MAX_BYTES).arg(BYTES_AT_ONCE);
        call.arg(too_large.to_string()).arg(too_large.effect().in_words());
        call.arg(Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true));
        let taken: RedisResult<Vec<(String, String, Vec<u8>)>> =
            call.invoke_async(&mut self.connection.clone()).await;
        if taken.is_err() {
            self.did_not_hear(first..first + count as u64);
        }
        Ok(taken?.into_iter().map(|(tag, list, raw)| Taken { tag, list, raw }).collect())
    }

    fn did_not_hear(&self, numbers: std::ops::Range<u64>) {
        let until = Instant::now() + STRAGGLING;
        // As the script forms them.
        let tags = numbers.map(|number| Unheard { tag: format!("{}{number:016}", self.identity), until });
        self.unheard.lock().unwrap_or_else(PoisonError::into_inner).extend(tags);
    }

    /// Gives back what was taken and never heard of, in its old order. An answer may also be lost before the
    /// question is read: it is looked for again for a while.
    pub async fn give_back_unheard(&self) -> RedisResult<()> {
        let lost = self.unheard.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if lost.is_empty() {
            return Ok(());
        }
        let tags = lost.into_iter().rev().map(|it| (it.tag, String::new())).collect();
        self.put_back(tags).await?;
        let now = Instant::now();
        self.unheard.lock().unwrap_or_else(PoisonError::into_inner).retain(|it| it.until > now);
        Ok(())
    }

    /// Says of entries that they are still worked on.
    pub async fn heartbeat(&self, tags: &[String]) -> RedisResult<()> {
        for some in tags.chunks(AT_ONCE) {
            let () = HEARTBEAT.key(INDEX).arg(some).invoke_async(&mut self.connection.clone()).await?;
        }
        Ok(())
    }

    /// Answers one of Celery's broadcasts: a list that only the asker reads, for a minute.
    pub async fn answer(&self, list: &str, message: &str) -> RedisResult<()> {
        let mut pipeline = Pipeline::new();
        pipeline.atomic().lpush(list, message).ignore().expire(list, 60).ignore();
        pipeline.query_async(&mut self.connection.clone()).await
    }
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
