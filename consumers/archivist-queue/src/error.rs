//! Why the queue did not do what it was asked.

use std::time::Duration;

/// Each fits "failed to …". None shows a host, a password or a message's content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// Redis is not reached, or was lost in the middle. It may work again later; a write may or may not have
    /// happened.
    #[error("reach the queue: {0}")]
    Unavailable(String),
    /// Redis answered that it will not: out of memory, read only, loading, no permission. Nothing was written.
    #[error("use the queue: {0}")]
    Refused(String),
    #[error("hear from the queue within {0:?}")]
    TimedOut(Duration),
    /// What stands there is not what Celery writes.
    #[error("understand the queue: {0}")]
    Malformed(String),
    #[error("use {0:?} as the address of a queue: {1}")]
    Address(String, String),
}
