//! What has to happen at once on Redis, as scripts: whatever dies in between, a message is in one place.
//!
//! The clock is Redis's own, so that the clocks of workers may differ and jump.

use std::sync::LazyLock;

use redis::Script;

/// Moves up to n entries from the right of the lists into `unacked`, as kombu keeps them there: a hash from
/// tag to `[message, exchange, routing key]`, and an index from tag to time. The tags are the worker's own:
/// two messages with one delivery tag would otherwise be one.
/// Keys: hash, index, lists. Arguments: n, prefix of tags, number of the first tag.
pub(super) static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r#"
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local taken, left, number = {}, tonumber(ARGV[1]), tonumber(ARGV[3])
for place = 3, #KEYS do
    while left > 0 do
        local entry = redis.call('RPOP', KEYS[place])
        if not entry then break end
        local tag = ARGV[2] .. number
        local read, message = pcall(cjson.decode, entry)
        if not (read and type(message) == 'table') then entry = cjson.encode(entry) end
        redis.call('HSET', KEYS[1], tag, '[' .. entry .. ',"",' .. cjson.encode(KEYS[place]) .. ']')
        redis.call('ZADD', KEYS[2], now, tag)
        taken[#taken + 1] = {tag, KEYS[place], read and type(message) == 'table' and entry or cjson.decode(entry)}
        left, number = left - 1, number + 1
    end
end
return taken"#,
    )
});

/// Says of tags that they are still worked on. Keys: index. Arguments: tags.
pub(super) static HEARTBEAT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local now = redis.call('TIME')[1]
for _, tag in ipairs(ARGV) do redis.call('ZADD', KEYS[1], 'XX', now, tag) end
return 1",
    )
});

/// What nobody has worked on for so many seconds: tags and entries. Keys: hash, index. Argument: seconds.
pub(super) static EXPIRED: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local oldest = redis.call('TIME')[1] - tonumber(ARGV[1])
local found = {}
for _, tag in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', oldest, 'LIMIT', 0, 100)) do
    local entry = redis.call('HGET', KEYS[1], tag)
    if entry then found[#found + 1] = {tag, entry} else redis.call('ZREM', KEYS[2], tag) end
end
return found",
    )
});

/// Puts a message back, to be taken next, unless somebody was faster.
/// Keys: hash, index, list. Arguments: tag, the entry of the hash, the message.
pub(super) static RESTORE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('RPUSH', KEYS[3], ARGV[3])
return 1",
    )
});
