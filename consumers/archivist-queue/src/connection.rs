//! The connection to Redis that clones of a client share, and that comes back by itself.
//!
//! The library replaces a connection that is closed. One that falls silent (the other machine is gone, or
//! something in between has forgotten it) it would keep, until the system gives it up after a quarter of an hour.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, Pipeline, RedisFuture, RedisResult, Value};

/// A connection that is given up, and opened anew, with the first answer that does not come in time.
#[derive(Clone)]
pub(crate) struct Connection(Arc<Shared>);

struct Shared {
    client: Client,
    timeout: Duration,
    /// The one that is used, and how many there were before it.
    current: Mutex<(u64, ConnectionManager)>,
}

impl Connection {
    /// Connects with the first command. `timeout` holds for that, and for each answer.
    pub fn new(client: Client, timeout: Duration) -> RedisResult<Self> {
        let first = open(&client, timeout)?;
        Ok(Self(Arc::new(Shared { client, timeout, current: Mutex::new((0, first)) })))
    }

    fn current(&self) -> (u64, ConnectionManager) {
        self.0.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gives the connection of this number up where its answer did not come in time.
    fn judge<T>(&self, number: u64, answer: RedisResult<T>) -> RedisResult<T> {
        if answer.as_ref().is_err_and(redis::RedisError::is_timeout) {
            let mut current = self.0.current.lock().unwrap_or_else(PoisonError::into_inner);
            // Others that waited on it may have done so already.
            if current.0 == number {
                *current = (number + 1, open(&self.0.client, self.0.timeout)?);
            }
        }
        answer
    }
}

/// A caller waits for an answer: a lost Redis is told at once, and tried again with the next call.
fn open(client: &Client, timeout: Duration) -> RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(1)
        .set_max_delay(Duration::from_millis(100))
        .set_connection_timeout(Some(timeout))
        .set_response_timeout(Some(timeout));
    ConnectionManager::new_lazy_with_config(client.clone(), config)
}

impl ConnectionLike for Connection {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        async move {
            let (number, mut manager) = self.current();
            self.judge(number, manager.req_packed_command(command).await)
        }
        .boxed()
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        commands: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        async move {
            let (number, mut manager) = self.current();
            self.judge(number, manager.req_packed_commands(commands, offset, count).await)
        }
        .boxed()
    }

    fn get_db(&self) -> i64 {
        self.0.client.get_connection_info().redis_settings().db()
    }
}
