//! Results as they come, by publish and subscribe.

use crate::error::QueueError;
use crate::result::TaskResult;
use crate::task::TaskId;

/// One change of one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    pub id: TaskId,
    pub result: TaskResult,
}

/// The results of every task, in the order in which they are published.
#[derive(Debug)]
pub struct Updates(());

impl Updates {
    /// The next change of any task, however long it takes. An error means the connection is lost: open new
    /// [`Updates`](crate::Queue::updates), then ask for the [results](crate::Queue::results) that were missed.
    pub async fn next(&mut self) -> Result<Update, QueueError> {
        todo!()
    }
}
