//! How tasks stand by what is stored of them: the result that a worker told last, and whether they are paused.

use std::sync::LazyLock;

use redis::Script;

use crate::error::QueueError;
use crate::pause::PAUSED;
use crate::queue::{Queue, RESULT};
use crate::result::{MAX_BYTES, TaskResult, Told};
use crate::task::TaskId;

/// Tasks that are asked for at once, so that many of them do not hold Redis up.
const AT_ONCE: usize = 100;

/// Of each task its document, whether that is too large to be sent, and whether the task is paused. A key that
/// holds something else holds no document. Keys: paused, documents. Arguments: bytes, ids.
static STANDINGS: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local standings = {}
for place = 2, #KEYS do
    local size = redis.pcall('STRLEN', KEYS[place])
    local large = type(size) == 'number' and size > tonumber(ARGV[1])
    local document = type(size) == 'number' and not large and redis.call('GET', KEYS[place])
    standings[#standings + 1] =
        {document or false, large and 1 or 0, redis.call('HEXISTS', KEYS[1], ARGV[place])}
end
return standings",
    )
});

/// How one task stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Nothing until a worker has told something.
    pub told: Option<Told>,
    /// Whether it was [paused](Queue::pause): no worker takes it.
    pub paused: bool,
}

impl Queue {
    /// How each of these tasks stands. What no worker wrote counts as nothing.
    pub async fn standings(&self, ids: &[TaskId]) -> Result<Vec<Standing>, QueueError> {
        let mut standings = Vec::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            let mut call = STANDINGS.key(PAUSED);
            call.arg(MAX_BYTES);
            for id in ids {
                call.key(format!("{RESULT}{id}")).arg(id.as_str());
            }
            let stored: Vec<(Option<Vec<u8>>, bool, bool)> =
                call.invoke_async(&mut self.connection()).await?;
            standings.extend(ids.iter().zip(stored).map(|(id, (document, large, paused))| {
                let read = document.and_then(|document| TaskResult::read(id, &document));
                Standing { told: if large { Some(Told::too_large()) } else { read }, paused }
            }));
        }
        Ok(standings)
    }
}
