//! What has to happen at once on Redis, as scripts: whatever dies in between, a message is in one place.
//!
//! - The clock is Redis's own, so that the clocks of workers may differ and jump.
//! - Each begins with a removal of nothing. Redis refuses to begin to write where its memory is full, and lets
//!   end what has begun with what needs no memory. A worker that could neither take nor finish would never
//!   make room.
//! - What can fail comes first, and what lets go of a message last: a script that fails is not undone.

use std::sync::LazyLock;

use redis::Script;

/// Moves up to n entries from the right of the lists into `unacked`, as kombu keeps them there: a hash from
/// tag to `[message, exchange, routing key]`, and an index from tag to time. The tags are the worker's own:
/// two messages with one delivery tag would otherwise be one. The routing key is the queue's name without a
/// list's step of priority, which kombu adds again when it puts an entry back. What has not even the braces of
/// an object is kept as a text: kombu could not read the entry otherwise.
///
/// What is too large to be a task goes to a list of its own, with a word to the dead letters.
///
/// Keys: hash, index, dead letters, list of what is too large, lists. Arguments: n, prefix of tags, number of
/// the first tag, bytes of an entry at most, bytes of them all after which no more are taken, and of a dead
/// letter: reason, effect, time. The value: of each its tag, its list, and the entry.
pub(super) static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r#"
redis.call('ZREM', KEYS[2], '')
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local left, number, bytes = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[5])
local largest = tonumber(ARGV[4])
local taken = {}
local function put_away(entry, list, queue)
    redis.call('LPUSH', KEYS[3], cjson.encode({reason = ARGV[6], celery_worker = ARGV[7], queue = queue,
        at = ARGV[8], bytes = #entry, message = cjson.null, message_list = KEYS[4]}))
    redis.call('LMOVE', list, KEYS[4], 'RIGHT', 'LEFT')
end
-- Takes until one is too large, which it returns.
local function take(list, tail)
    local held, times, large = {}, {}, nil
    while left > 0 and bytes > 0 do
        local entry = redis.call('LINDEX', list, -1 - #held / 2)
        if not entry then break end
        left, bytes = left - 1, bytes - #entry
        if #entry > largest then
            large = entry
            break
        end
        local tag = ARGV[2] .. string.format('%016d', number)
        local json = string.byte(entry) == 123 and string.byte(entry, -1) == 125 and entry or cjson.encode(entry)
        held[#held + 1] = tag
        held[#held + 1] = '[' .. json .. tail
        times[#times + 1] = now
        times[#times + 1] = tag
        taken[#taken + 1] = {tag, list, entry}
        number = number + 1
    end
    if #held > 0 then
        redis.call('HSET', KEYS[1], unpack(held))
        redis.call('ZADD', KEYS[2], unpack(times))
        redis.call('LTRIM', list, 0, -1 - #held / 2)
    end
    return large
end
for place = 5, #KEYS do
    if left == 0 or bytes <= 0 then break end
    local list = KEYS[place]
    local queue = string.match(list, '^(.-)\6\22%d$') or list
    local tail = ',"",' .. cjson.encode(queue) .. ']'
    repeat
        local large = take(list, tail)
        if large then put_away(large, list, queue) end
    until not large
end
return taken"#,
    )
});

/// Writes of entries what the worker has to say, and is done with them: all of it, or nothing. Only of what is
/// the worker's: when an entry was taken up again by another worker, that one has the word. Only where there
/// is no result at all, Redis has lost everything, and a final one is told all the same.
///
/// Keys: hash, index, dead letters. Arguments: lifetime of a result in seconds, and for each entry seven:
/// `progress`, `again` or `done`; tag; key and text of a result; dead letter; list and text of a message.
/// What has none is empty. The value: of each that failed its number, and why.
pub(super) static WRITE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
redis.call('ZREM', KEYS[2], '')
local function tell(key, text)
    if key == '' then return end
    redis.call('SETEX', key, ARGV[1], text)
    redis.call('PUBLISH', key, text)
end
local done = {}
local function write(at)
    local kind, tag, key, text = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
    local letter, list, message = ARGV[at + 4], ARGV[at + 5], ARGV[at + 6]
    local held = redis.call('HEXISTS', KEYS[1], tag) == 1
    if not held then
        if kind == 'done' and key ~= '' and redis.call('EXISTS', key) == 0 then tell(key, text) end
        return
    end
    if letter ~= '' then redis.call('LPUSH', KEYS[3], letter) end
    if list ~= '' then redis.call('LPUSH', list, message) end
    tell(key, text)
    if kind ~= 'progress' then done[#done + 1] = tag end
end
local failed = {}
for at = 2, #ARGV, 7 do
    local written, why = pcall(write, at)
    if not written then failed[#failed + 1] = {(at - 2) / 7, type(why) == 'table' and why.err or tostring(why)} end
end
if #done > 0 then
    redis.call('ZREM', KEYS[2], unpack(done))
    redis.call('HDEL', KEYS[1], unpack(done))
end
return failed",
    )
});

/// Says of tags that they are still worked on. Keys: index. Arguments: tags.
pub(super) static HEARTBEAT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
redis.call('ZREM', KEYS[1], '')
local now = redis.call('TIME')[1]
for _, tag in ipairs(ARGV) do redis.call('ZADD', KEYS[1], 'XX', now, tag) end
return 1",
    )
});

/// What nobody has worked on for so many seconds, the latest first: tags and their times. A time that has not
/// come yet is that of a clock that was wrong, and begins to count now. Keys: index. Arguments: seconds, how
/// many at most.
pub(super) static EXPIRED: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
redis.call('ZREM', KEYS[1], '')
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
for _, tag in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], time[1] + 1, '+inf', 'LIMIT', 0, ARGV[2])) do
    redis.call('ZADD', KEYS[1], 'XX', now, tag)
end
return redis.call('ZREVRANGEBYSCORE', KEYS[1], now - ARGV[1], '-inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])",
    )
});

/// Puts entries back on the lists that they came from, byte for byte, one after the other: the last one is
/// taken next. An entry is left alone where its time is another than the one that is given.
///
/// The text of a message is cut out of what the hash has of it, ours or kombu's. To read and to write it
/// again would turn an empty list into an object.
///
/// Keys: hash, index. Arguments: the queue of what names none, and for each entry its tag and its time, which
/// is empty where any will do. The value: how many were put back, and what cannot be: tags and entries.
pub(super) static RESTORE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r#"
redis.call('ZREM', KEYS[2], '')
local function read(entry)
    local text, queue = string.match(entry, '^%[(.*),%s*"[^"\\]*",%s*"([^"\\]*)"%]$')
    if not text then
        local name
        text, name = string.match(entry, '^%[(.*),"",(".*")%]$')
        if not text then return end
        local known, names = pcall(cjson.decode, '[' .. name .. ']')
        if not known then return end
        queue = names[1]
    end
    if string.sub(text, 1, 1) == '"' then
        local known, texts = pcall(cjson.decode, '[' .. text .. ']')
        if not known then return end
        return queue, texts[1]
    end
    return queue, text
end
local function step(text)
    local known, message = pcall(cjson.decode, text)
    local properties = known and type(message) == 'table' and message.properties
    local priority = type(properties) == 'table' and tonumber(properties.priority) or 0
    for _, one in ipairs({9, 6, 3}) do
        if priority >= one then return '\6\22' .. one end
    end
    return ''
end
local restored = 0
local function put_back(tag, entry)
    local queue, text = read(entry)
    if not text then return false end
    if queue == '' then queue = ARGV[1] end
    local pushed = redis.pcall('RPUSH', queue .. step(text), text)
    -- Where its list is no list any more, it stays, and holds up no other one.
    if type(pushed) == 'number' then
        redis.call('HDEL', KEYS[1], tag)
        redis.call('ZREM', KEYS[2], tag)
        restored = restored + 1
    end
    return true
end
local unread = {}
for at = 2, #ARGV, 2 do
    local tag, time = ARGV[at], ARGV[at + 1]
    if time == '' or redis.call('ZSCORE', KEYS[2], tag) == time then
        local entry = redis.call('HGET', KEYS[1], tag)
        if not entry then
            redis.call('ZREM', KEYS[2], tag)
        elseif not put_back(tag, entry) then
            unread[#unread + 1] = {tag, entry}
        end
    end
end
return {restored, unread}"#,
    )
});
