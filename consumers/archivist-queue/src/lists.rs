//! What no worker has finished with: what waits on the lists, what workers hold, and moving what waits.

use std::sync::LazyLock;

use redis::Script;
use serde_json::Value;

use crate::error::QueueError;
use crate::queue::Queue;
use crate::task::{QueueName, TaskId, TaskName};

/// Entries that are listed, at most, from the one that is taken next.
const LISTED: usize = 10_000;

/// Bytes of an entry that is listed, at most: a task names its work and does not carry it.
const ENTRY: usize = 64 * 1024;

/// Leaves out what is too large to be a task of ours before it is sent, and whatever is too many.
const SMALL: &str = r"
local function small(entries)
    local listed = {}
    for _, entry in ipairs(entries) do
        if #listed < tonumber(ARGV[1]) and #entry <= tonumber(ARGV[2]) then
            listed[#listed + 1] = entry
        end
    end
    return listed
end
";

/// Finds the entry of a task. Decoding every entry of a long list would hold Redis up, so an entry has to
/// hold the id's text first.
const FIND: &str = r"
local function find(list, id)
    for _, entry in ipairs(redis.call('LRANGE', list, 0, -1)) do
        if string.find(entry, id, 1, true) then
            local read, message = pcall(cjson.decode, entry)
            if read and type(message) == 'table' and type(message.headers) == 'table'
                and message.headers.id == id then
                return entry
            end
        end
    end
end
";

/// Puts an entry where `position` others are taken before it: workers take from the right.
const PLACE: &str = r"
local function place(list, entry, position)
    local pivot = position > 0 and redis.call('LINDEX', list, -position)
    if position == 0 then
        redis.call('RPUSH', list, entry)
    elseif pivot then
        redis.call('LINSERT', list, 'BEFORE', pivot, entry)
    else
        redis.call('LPUSH', list, entry)
    end
end
";

static WAITING: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!("{SMALL}return small(redis.call('LRANGE', KEYS[1], -ARGV[1], -1))"))
});

static HELD: LazyLock<Script> =
    LazyLock::new(|| Script::new(&format!("{SMALL}return small(redis.call('HVALS', KEYS[1]))")));

static REMOVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!(
        "{FIND}
for _, list in ipairs(KEYS) do
    local entry = find(list, ARGV[1])
    if entry then
        redis.call('LREM', list, 1, entry)
        return {{list, entry}}
    end
end
return false"
    ))
});

static PUT_BACK: LazyLock<Script> =
    LazyLock::new(|| Script::new(&format!("{PLACE}\nplace(KEYS[1], ARGV[1], tonumber(ARGV[2]))\nreturn 1")));

static MOVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!(
        "{FIND}{PLACE}
for _, list in ipairs(KEYS) do
    local entry = find(list, ARGV[1])
    if entry then
        redis.call('LREM', list, 1, entry)
        place(list, entry, tonumber(ARGV[2]))
        return 1
    end
end
return 0"
    ))
});

/// A task that waits on a list, or that a worker holds and has not acknowledged.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    pub id: TaskId,
    pub name: TaskName,
    pub queue: QueueName,
}

/// A message that was taken off its list, whole, so that it can be put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    pub queue: String,
    /// The message as it stood there.
    pub message: String,
}

impl Queue {
    /// How many tasks wait on the lists.
    pub async fn length(&self) -> Result<usize, QueueError> {
        let mut pipeline = redis::pipe();
        for queue in &self.settings.queues {
            pipeline.llen(queue.as_str());
        }
        let lengths: Vec<usize> = pipeline.query_async(&mut self.connection()).await?;
        Ok(lengths.into_iter().sum())
    }

    /// What waits on the lists, in the order in which it will be taken. Messages that nobody can read are
    /// left out, and of a list whatever comes after its first ten thousand.
    pub async fn waiting(&self) -> Result<Vec<Waiting>, QueueError> {
        let mut waiting = Vec::new();
        for queue in &self.settings.queues {
            let entries = self.listed(&WAITING, queue.as_str()).await?;
            waiting.extend(entries.iter().rev().filter_map(|entry| {
                let message: Value = serde_json::from_slice(entry).ok()?;
                read(&message, queue.as_str())
            }));
        }
        Ok(waiting)
    }

    /// What workers hold and have not acknowledged, in no order; ten thousand at most.
    pub async fn unacknowledged(&self) -> Result<Vec<Waiting>, QueueError> {
        let held = self.listed(&HELD, "unacked").await?;
        let read = |entry: &Vec<u8>| {
            let held: Value = serde_json::from_slice(entry).ok()?;
            read(held.get(0)?, held.get(2)?.as_str()?)
        };
        Ok(held.iter().filter_map(read).collect())
    }

    async fn listed(&self, script: &Script, key: &str) -> Result<Vec<Vec<u8>>, QueueError> {
        let mut call = script.key(key);
        Ok(call.arg(LISTED).arg(ENTRY).invoke_async(&mut self.connection()).await?)
    }

    /// Takes a waiting task off its list; nothing where no list has it (any more). At once: no worker can
    /// take what this returned.
    pub async fn remove(&self, id: &TaskId) -> Result<Option<Removed>, QueueError> {
        let mut call = REMOVE.prepare_invoke();
        for queue in &self.settings.queues {
            call.key(queue.as_str());
        }
        let removed: Option<(String, String)> =
            call.arg(id.as_str()).invoke_async(&mut self.connection()).await?;
        Ok(removed.map(|(queue, message)| Removed { queue, message }))
    }

    /// Puts back what was removed, so that `position` others of its list are taken before it.
    pub async fn put_back(&self, removed: &Removed, position: usize) -> Result<(), QueueError> {
        let mut call = PUT_BACK.key(&removed.queue);
        let () = call.arg(&removed.message).arg(position).invoke_async(&mut self.connection()).await?;
        Ok(())
    }

    /// Moves a waiting task, so that `position` others of its list are taken before it; past the end it is
    /// taken last. Whether a list had it.
    pub async fn move_to(&self, id: &TaskId, position: usize) -> Result<bool, QueueError> {
        let mut call = MOVE.prepare_invoke();
        for queue in &self.settings.queues {
            call.key(queue.as_str());
        }
        Ok(call.arg(id.as_str()).arg(position).invoke_async(&mut self.connection()).await?)
    }
}

fn read(message: &Value, queue: &str) -> Option<Waiting> {
    let header = |name: &str| message.get("headers")?.get(name)?.as_str();
    Some(Waiting {
        id: TaskId::new(header("id")?),
        name: TaskName::new(header("task")?),
        queue: QueueName::new(queue),
    })
}
