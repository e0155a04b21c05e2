//! The connection to Redis that all of a worker share, and that comes back by itself.
//!
//! A connection that is cut is replaced by the client library. One that only falls silent (its peer's machine is
//! gone, or something in between has forgotten it) is not: the system would notice after a quarter of an hour.
//! Here it is given up at the first answer that does not come in time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, Pipeline, RedisFuture, RedisResult, Value};

/// Cheap to clone: clones share one connection.
#[derive(Clone)]
pub(crate) struct Connection(Arc<Line>);

struct Line {
    client: Client,
    timeout: Duration,
    current: Mutex<(u64, ConnectionManager)>,
}

impl Connection {
    /// Connects when it is used first. `timeout` is that of connecting and of each answer.
    pub fn new(client: Client, timeout: Duration) -> RedisResult<Self> {
        let manager = open(&client, timeout)?;
        Ok(Self(Arc::new(Line { client, timeout, current: Mutex::new((0, manager)) })))
    }

    fn current(&self) -> (u64, ConnectionManager) {
        self.0.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks at what came of a command on the connection of this number.
    fn heard<T>(&self, number: u64, answer: RedisResult<T>) -> RedisResult<T> {
        if answer.as_ref().is_err_and(redis::RedisError::is_timeout) {
            let mut current = self.0.current.lock().unwrap_or_else(PoisonError::into_inner);
            // Whoever waited as well may have been faster.
            if current.0 == number {
                *current = (number + 1, open(&self.0.client, self.0.timeout)?);
            }
        }
        answer
    }
}

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
            self.heard(number, manager.req_packed_command(command).await)
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
            self.heard(number, manager.req_packed_commands(commands, offset, count).await)
        }
        .boxed()
    }

    fn get_db(&self) -> i64 {
        self.0.client.get_connection_info().redis_settings().db()
    }
}
