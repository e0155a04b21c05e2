//! What no worker has finished with: what waits on the lists, what workers hold, and moving what waits.

use std::sync::LazyLock;

use redis::Script;
use serde_json::Value;

use crate::error::QueueError;
use crate::queue::Queue;
use crate::task::{QueueName, TaskId, TaskName};

/// Entries that are listed, at most, from the one that is taken next.
const LISTED: usize = 10_000;

/// What workers hold and have not acknowledged: a hash from tag to `[message, exchange, routing key]`.
pub(crate) const UNACKED: &str = "unacked";

/// Bytes of an entry that is listed, at most: a task names its work and does not carry it.
const ENTRY: usize = 64 * 1024;

/// Finds the entry of a task. Decoding every entry of a long list would hold Redis up, so an entry has to
/// hold the id's text first.
pub(crate) const FIND: &str = r"
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

/// Of each list its length and the entries that are taken next. What is too large to be a task of ours is empty,
/// so that the places of the others are still right. Arguments: entries, bytes.
static WAITING: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local lists = {}
for _, list in ipairs(KEYS) do
    local entries = redis.call('LRANGE', list, -ARGV[1], -1)
    for place, entry in ipairs(entries) do
        if #entry > tonumber(ARGV[2]) then entries[place] = '' end
    end
    lists[#lists + 1] = {redis.call('LLEN', list), entries}
end
return lists",
    )
});

static HELD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local held = {}
for _, entry in ipairs(redis.call('HVALS', KEYS[1])) do
    if #held < tonumber(ARGV[1]) and #entry <= tonumber(ARGV[2]) then held[#held + 1] = entry end
end
return held",
    )
});

/// Over all lists: the one that workers take from first is the beginning of the others. Arguments: id, position.
/// What was taken out has to come back, so that a full Redis does not refuse the second half: it never does after
/// a first write.
static MOVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!(
        "{FIND}{PLACE}
for _, from in ipairs(KEYS) do
    local entry = find(from, ARGV[1])
    if entry then
        redis.call('LREM', from, 1, entry)
        local before, left = 0, tonumber(ARGV[2])
        for number, list in ipairs(KEYS) do
            local length = redis.call('LLEN', list)
            if left < length or number == #KEYS then
                place(list, entry, left)
                return before + math.min(left, length)
            end
            before, left = before + length, left - length
        end
    end
end
return false"
    ))
});

/// A task that waits on a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    pub id: TaskId,
    pub name: TaskName,
    pub queue: QueueName,
    /// How many entries of all lists are taken before it.
    pub place: usize,
}

/// A task that a worker holds and has not acknowledged.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    pub id: TaskId,
    pub name: TaskName,
    pub queue: QueueName,
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

    /// What waits on the lists, in the order in which it will be taken, all of it at one moment. Messages that
    /// nobody can read are left out, and of a list whatever comes after its first ten thousand.
    pub async fn waiting(&self) -> Result<Vec<Waiting>, QueueError> {
        let mut call = WAITING.prepare_invoke();
        for queue in &self.settings.queues {
            call.key(queue.as_str());
        }
        call.arg(LISTED).arg(ENTRY);
        let lists: Vec<(usize, Vec<Vec<u8>>)> = call.invoke_async(&mut self.connection()).await?;
        let (mut waiting, mut before) = (Vec::new(), 0);
        for (queue, (length, entries)) in self.settings.queues.iter().zip(lists) {
            waiting.extend(entries.iter().rev().enumerate().filter_map(|(place, entry)| {
                let message: Value = serde_json::from_slice(entry).ok()?;
                let (id, name) = named(&message)?;
                Some(Waiting { id, name, queue: queue.clone(), place: before + place })
            }));
            before += length;
        }
        Ok(waiting)
    }

    /// What workers hold and have not acknowledged, in no order; ten thousand at most.
    pub async fn unacknowledged(&self) -> Result<Vec<Held>, QueueError> {
        let mut call = HELD.key(UNACKED);
        let held: Vec<Vec<u8>> = call.arg(LISTED).arg(ENTRY).invoke_async(&mut self.connection()).await?;
        let read = |entry: &Vec<u8>| {
            let held: Value = serde_json::from_slice(entry).ok()?;
            let (id, name) = named(held.get(0)?)?;
            Some(Held { id, name, queue: QueueName::new(held.get(2)?.as_str()?) })
        };
        Ok(held.iter().filter_map(read).collect())
    }

    /// Moves a waiting task, so that `position` others are taken before it, whichever list they are on; past the
    /// end it is taken last. The place that it has then; nothing where no list has it (any more).
    pub async fn move_to(&self, id: &TaskId, position: usize) -> Result<Option<usize>, QueueError> {
        let mut call = MOVE.prepare_invoke();
        for queue in &self.settings.queues {
            call.key(queue.as_str());
        }
        Ok(call.arg(id.as_str()).arg(position).invoke_async(&mut self.connection()).await?)
    }
}

fn named(message: &Value) -> Option<(TaskId, TaskName)> {
    let header = |name: &str| message.get("headers")?.get(name)?.as_str();
    Some((TaskId::new(header("id")?), TaskName::new(header("task")?)))
}
