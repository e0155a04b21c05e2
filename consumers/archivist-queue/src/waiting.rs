//! What no worker has finished with.

use crate::task::{QueueName, TaskId, TaskName};

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
