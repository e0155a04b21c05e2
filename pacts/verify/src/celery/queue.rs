//! The Redis of a replay: its lists, and what is told and stored of tasks there.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, Script, Value};

use super::publish::Published;
use crate::transport::CeleryRedis;

/// Entries at the head of a list that are remembered: what comes is put in front of them.
const REMEMBERED: usize = 16;

/// Entries that are taken at once, at most.
const MOST: usize = 100;

/// What Celery joins the name of a list and a priority with, and the priorities that have a list of their own.
const PRIORITIES: [&str; 4] = ["", "\u{6}\u{16}3", "\u{6}\u{16}6", "\u{6}\u{16}9"];

/// Remembers a list: its length, and digests of the entries at its head.
const MARK: &str = r"
local marks = { redis.call('LLEN', KEYS[1]) }
for _, entry in ipairs(redis.call('LRANGE', KEYS[1], 0, ARGV[1] - 1)) do
    marks[#marks + 1] = redis.sha1hex(entry)
end
return marks";

/// Takes what was put at the head of a list since it was remembered, and leaves all that stood there. A worker
/// may have taken from its other end meanwhile, so its length alone does not say what is new. Of an entry that
/// is too large, its size is told.
const TAKE: &str = r"
local most, largest, before = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local known, remembered = {}, #ARGV - 3
for i = 4, #ARGV do known[ARGV[i]] = true end
local length = redis.call('LLEN', KEYS[1])
local certain, come, size, met = length - before, {}, 0, false
while #come < math.min(length, most) and size <= largest do
    local entry = redis.call('LINDEX', KEYS[1], #come)
    met = #come >= certain and known[redis.sha1hex(entry)]
    if met then break end
    size = size + #entry
    come[#come + 1] = #entry > largest and #entry or entry
end
if not met and before > remembered then
    for i = #come, math.max(certain, 0) + 1, -1 do come[i] = nil end
end
if #come > 0 then redis.call('LTRIM', KEYS[1], #come, -1) end
return come";

/// The queue is not reached. The address is not told, as it may hold a password.
#[derive(Debug, thiserror::Error)]
#[error("the Redis of the queue {reason}")]
pub(crate) struct QueueLost {
    reason: String,
    /// Nobody listens there.
    pub refused: bool,
}

impl QueueLost {
    pub fn because(reason: &str) -> Self {
        Self { reason: reason.to_owned(), refused: false }
    }
}

impl From<RedisError> for QueueLost {
    fn from(error: RedisError) -> Self {
        let refused = error.is_connection_refusal();
        let reason = match error.code() {
            Some(code) => format!("answers {code}"),
            None if refused => "takes no connection".to_owned(),
            None => "is not reached, or was lost".to_owned(),
        };
        Self { reason, refused }
    }
}

/// A connection to the queue.
pub(crate) struct Queue {
    pub client: Client,
    pub connection: MultiplexedConnection,
    names: Vec<String>,
    largest: usize,
}

/// How a list looked before anything came.
#[derive(Debug)]
pub(crate) struct Mark {
    /// As the provider calls it; the list of a priority has a key of its own.
    name: String,
    key: String,
    length: i64,
    head: Vec<String>,
}

/// What was found on a list.
#[derive(Debug)]
pub(crate) struct Found {
    pub list: String,
    /// Or its size in bytes, where that is too much.
    pub entry: Result<Vec<u8>, i64>,
}

impl Queue {
    /// Connects and waits for an answer no longer than `within`. Entries may have `largest` bytes.
    pub async fn connect(celery: &CeleryRedis, within: Duration, largest: usize) -> Result<Self, QueueLost> {
        let client = Client::open(celery.redis.as_str())?;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(within))
            .set_response_timeout(Some(within));
        let connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        Ok(Self { client, connection, names: celery.queues.clone(), largest })
    }

    /// The list that is meant where a message names none.
    pub fn first_list(&self) -> &str {
        self.names.first().map_or("celery", String::as_str)
    }

    /// Remembers what stands on the lists.
    pub async fn mark(&mut self) -> Result<Vec<Mark>, QueueLost> {
        let script = Script::new(MARK);
        let mut marks = Vec::new();
        for name in &self.names {
            for priority in PRIORITIES {
                let key = format!("{name}{priority}");
                let marked: (i64, Vec<String>) = match script
                    .key(&key)
                    .arg(REMEMBERED)
                    .invoke_async::<Vec<Value>>(&mut self.connection)
                    .await?
                    .split_first()
                {
                    Some((length, head)) => {
                        let head: Result<_, _> =
                            head.iter().map(redis::from_redis_value_ref::<String>).collect();
                        (redis::from_redis_value_ref(length).map_err(odd)?, head.map_err(odd)?)
                    }
                    None => return Err(QueueLost::because("answers nothing")),
                };
                marks.push(Mark { name: name.clone(), key, length: marked.0, head: marked.1 });
            }
        }
        Ok(marks)
    }

    /// Takes the entries that have come since, and leaves all others.
    pub async fn take(&mut self, since: &[Mark]) -> Result<Vec<Found>, QueueLost> {
        let script = Script::new(TAKE);
        let mut found = Vec::new();
        for mark in since {
            let mut asked = script.key(&mark.key);
            asked.arg(MOST).arg(self.largest).arg(mark.length).arg(&mark.head);
            let come: Vec<Value> = asked.invoke_async(&mut self.connection).await?;
            for entry in come {
                let entry = match entry {
                    Value::BulkString(bytes) => Ok(bytes),
                    Value::Int(size) => Err(size),
                    _ => return Err(QueueLost::because("answers what no list holds")),
                };
                found.push(Found { list: mark.name.clone(), entry });
            }
        }
        Ok(found)
    }

    /// Takes a request back that nobody took; whether it was still there.
    pub async fn take_back(&mut self, request: &Published) -> Result<bool, QueueLost> {
        let removed: i64 = redis::cmd("LREM")
            .arg(&request.queue)
            .arg(1)
            .arg(&request.entry)
            .query_async(&mut self.connection)
            .await?;
        Ok(removed > 0)
    }

    /// Removes what is stored of a request: nobody else asked for it.
    pub async fn forget(&mut self, request: &Published) -> Result<(), QueueLost> {
        Ok(redis::cmd("DEL").arg(request.result_key()).query_async(&mut self.connection).await?)
    }

    /// What is stored of a request, and whether it will ever go.
    pub async fn stored(&mut self, request: &Published) -> Result<(Option<Vec<u8>>, bool), QueueLost> {
        let key = request.result_key();
        let (document, lifetime): (Option<Vec<u8>>, i64) =
            redis::pipe().get(&key).ttl(&key).query_async(&mut self.connection).await?;
        Ok((document, lifetime >= 0))
    }
}

fn odd(_: redis::ParsingError) -> QueueLost {
    QueueLost::because("answers what no list holds")
}
