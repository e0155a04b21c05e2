//! The client.

use std::time::Duration;

use crate::error::QueueError;
use crate::follow::Updates;
use crate::result::TaskResult;
use crate::task::{QueueName, Task, TaskId};
use crate::waiting::{Removed, Waiting};

/// How a queue is used.
#[derive(Clone, Debug)]
pub struct QueueSettings {
    /// Within which Redis has to answer a command or take a connection.
    pub timeout: Duration,
    /// The lists that work may wait on: those first that workers take from first.
    pub queues: Vec<QueueName>,
}

/// A connection to the queue that comes back by itself. Cheap to clone: clones share it.
#[derive(Clone)]
pub struct Queue(());

impl Queue {
    /// Fails for an address that is none. Redis itself may come later: until then every call answers
    /// [`QueueError::Unavailable`].
    pub fn open(_url: &str, _settings: QueueSettings) -> Result<Self, QueueError> {
        todo!()
    }

    /// Whether Redis answers.
    pub async fn ping(&self) -> Result<(), QueueError> {
        todo!()
    }

    /// Publishes all of these or none of them.
    pub async fn enqueue(&self, _tasks: &[Task]) -> Result<(), QueueError> {
        todo!()
    }

    /// The result of each id, where there is one yet.
    pub async fn results(&self, _ids: &[TaskId]) -> Result<Vec<Option<TaskResult>>, QueueError> {
        todo!()
    }

    /// Subscribes to the results of all tasks: what is stored after this returned is told.
    pub async fn updates(&self) -> Result<Updates, QueueError> {
        todo!()
    }

    /// Follows one task until its final result, not longer than `within`. `on_change` hears every change.
    pub async fn follow(
        &self,
        _id: &TaskId,
        _within: Duration,
        _on_change: &mut (dyn FnMut(&TaskResult) + Send),
    ) -> Result<TaskResult, QueueError> {
        todo!()
    }

    /// What waits on the lists, in the order in which it will be taken. Messages that nobody can read are
    /// left out.
    pub async fn waiting(&self) -> Result<Vec<Waiting>, QueueError> {
        todo!()
    }

    /// What workers hold and have not acknowledged.
    pub async fn unacknowledged(&self) -> Result<Vec<Waiting>, QueueError> {
        todo!()
    }

    /// Takes a waiting task off its list; nothing where no list has it (any more). At once: no worker can
    /// take what this returned.
    pub async fn remove(&self, _id: &TaskId) -> Result<Option<Removed>, QueueError> {
        todo!()
    }

    /// Puts back what was removed, `position` places from the head of its list (0: taken next).
    pub async fn put_back(&self, _removed: &Removed, _position: usize) -> Result<(), QueueError> {
        todo!()
    }

    /// Moves a waiting task to `position` of its list (0: taken next; past the end: taken last). Whether a
    /// list had it.
    pub async fn move_to(&self, _id: &TaskId, _position: usize) -> Result<bool, QueueError> {
        todo!()
    }

    /// Tells every worker to drop this task: before it starts and, with `terminate`, while it runs.
    pub async fn revoke(&self, _id: &TaskId, _terminate: bool) -> Result<(), QueueError> {
        todo!()
    }

    /// The names of the workers that answer within this time.
    pub async fn workers(&self, _within: Duration) -> Result<Vec<String>, QueueError> {
        todo!()
    }
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(2),
            queues: vec![QueueName::priority(), QueueName::ordinary()],
        }
    }
}
