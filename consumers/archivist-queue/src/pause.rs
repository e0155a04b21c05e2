//! Taking tasks that wait out of the queue: for a while, or for good. Each step happens at once on Redis, so that
//! whatever dies in between, a message is in one place.

use std::sync::LazyLock;

use chrono::{SecondsFormat, Utc};
use redis::{Script, ScriptInvocation};
use serde_json::json;

use crate::error::QueueError;
use crate::lists::{FIND, UNACKED};
use crate::queue::{Queue, RESULT};
use crate::task::TaskId;

/// A hash of the Archivist's own: from the id of a paused task to `[list, message]`.
pub(crate) const PAUSED: &str = "archivist.paused";

/// Seconds that a result is kept, as Celery does.
const RESULT_LIFETIME: u64 = 86_400;

/// Each script writes first what a full Redis refuses: then nothing has happened yet.
/// Keys: paused, lists. Argument: id.
static PAUSE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!(
        "{FIND}
for place = 2, #KEYS do
    local entry = find(KEYS[place], ARGV[1])
    if entry then
        redis.call('HSET', KEYS[1], ARGV[1], cjson.encode({{KEYS[place], entry}}))
        redis.call('LREM', KEYS[place], 1, entry)
        return 1
    end
end
return 0"
    ))
});

/// Back to the left of its list: workers take from the right. Keys: paused, lists. Argument: id.
static RESUME: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local kept = redis.call('HGET', KEYS[1], ARGV[1])
if not kept then return 0 end
kept = cjson.decode(kept)
for place = 2, #KEYS do
    if KEYS[place] == kept[1] then
        redis.call('LPUSH', KEYS[place], kept[2])
        redis.call('HDEL', KEYS[1], ARGV[1])
        return 1
    end
end
return redis.error_reply('NOLIST the paused task is of a list that is not used here')",
    )
});

/// Says of a task that it was taken back, unless it has ended already. What no worker wrote does not count.
const TELL: &str = r"
local function told(key)
    local stored = redis.pcall('GET', key)
    local read, document = pcall(cjson.decode, type(stored) == 'string' and stored or '')
    return read and type(document) == 'table' and document.status
end
local function tell(key, document)
    local status = told(key)
    if status ~= 'SUCCESS' and status ~= 'FAILURE' and status ~= 'REVOKED' then
        redis.call('SETEX', key, ARGV[3], document)
        redis.call('PUBLISH', key, document)
    end
end
";

/// Keys: paused, document, lists. Arguments: id, what is told, seconds that it is kept.
static WITHDRAW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!(
        "{FIND}{TELL}
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then
    tell(KEYS[2], ARGV[2])
    redis.call('HDEL', KEYS[1], ARGV[1])
    return 1
end
for place = 3, #KEYS do
    local entry = find(KEYS[place], ARGV[1])
    if entry then
        tell(KEYS[2], ARGV[2])
        redis.call('LREM', KEYS[place], 1, entry)
        return 1
    end
end
return 0"
    ))
});

/// Keys: paused, document, unacked, lists. Arguments: id, what is told, seconds that it is kept.
static WRITE_OFF: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!(
        "{FIND}{TELL}
if told(KEYS[2]) or redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
for place = 4, #KEYS do
    if find(KEYS[place], ARGV[1]) then return 0 end
end
for _, held in ipairs(redis.call('HVALS', KEYS[3])) do
    if string.find(held, ARGV[1], 1, true) then return 0 end
end
tell(KEYS[2], ARGV[2])
return 1"
    ))
});

impl Queue {
    /// Takes a waiting task out of its list, to be [resumed](Self::resume) at any time. False where no list has
    /// it (any more), and nothing was changed.
    pub async fn pause(&self, id: &TaskId) -> Result<bool, QueueError> {
        self.run(&mut PAUSE.key(PAUSED), id).await
    }

    /// Puts a paused task back on its list, to be taken after all others there. False where it is not paused
    /// (any more), and nothing was changed.
    pub async fn resume(&self, id: &TaskId) -> Result<bool, QueueError> {
        self.run(&mut RESUME.key(PAUSED), id).await
    }

    /// Takes a waiting or paused task away for good, and tells so as a worker would. False where it is neither
    /// (any more), and nothing was changed.
    pub async fn withdraw(&self, id: &TaskId) -> Result<bool, QueueError> {
        let mut call = WITHDRAW.key(PAUSED);
        call.key(format!("{RESULT}{id}"));
        self.run(&mut call, id).await
    }

    /// Tells that a task was taken back which is nowhere: no list has it, no worker holds it, none has told
    /// anything of it. False where it is somewhere, and nothing was changed. A worker that acknowledges before it
    /// begins, as Celery's do, has a task nowhere for a moment: to be called after a while of silence.
    pub async fn write_off(&self, id: &TaskId) -> Result<bool, QueueError> {
        let mut call = WRITE_OFF.key(PAUSED);
        call.key(format!("{RESULT}{id}")).key(UNACKED);
        self.run(&mut call, id).await
    }

    async fn run(&self, call: &mut ScriptInvocation<'_>, id: &TaskId) -> Result<bool, QueueError> {
        for queue in &self.settings.queues {
            call.key(queue.as_str());
        }
        call.arg(id.as_str()).arg(revoked(id)).arg(RESULT_LIFETIME);
        Ok(call.invoke_async(&mut self.connection()).await?)
    }
}

/// The result of a task that was taken back before it began, as Celery stores it.
fn revoked(id: &TaskId) -> String {
    json!({
        "status": "REVOKED",
        "result": {
            "exc_type": "TaskRevokedError",
            "exc_message": ["revoked"],
            "exc_module": "celery.exceptions",
        },
        "traceback": null,
        "children": [],
        "date_done": Utc::now().to_rfc3339_opts(SecondsFormat::Micros, false),
        "task_id": id.as_str(),
    })
    .to_string()
}
