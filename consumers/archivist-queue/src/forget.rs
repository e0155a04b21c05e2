//! Results that nobody will ask for any more.

use crate::error::QueueError;
use crate::queue::{Queue, RESULT};
use crate::task::TaskId;

/// Results that are deleted at once, so that many of them do not hold Redis up.
const AT_ONCE: usize = 100;

impl Queue {
    /// Deletes what workers have told of these tasks; of how many something was there.
    pub async fn forget(&self, ids: &[TaskId]) -> Result<usize, QueueError> {
        let mut forgotten = 0;
        for ids in ids.chunks(AT_ONCE) {
            let mut unlink = redis::cmd("UNLINK");
            for id in ids {
                unlink.arg(format!("{RESULT}{id}"));
            }
            let count: usize = unlink.query_async(&mut self.connection()).await?;
            forgotten += count;
        }
        Ok(forgotten)
    }
}
