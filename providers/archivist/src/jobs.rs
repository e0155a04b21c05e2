//! How jobs stand. The queue knows it first: what workers tell there, and what is paused there. What is stored here
//! is what was last heard of it, so that it outlives the queue.
//!
//! - `fold`: what a job becomes by what is told of it
//! - `refresh`: jobs brought up to date, from the queue into the storage
//! - `follower`: all jobs, as workers tell
//! - `overview`: the whole queue at a moment

mod fold;
mod follower;
mod overview;
mod refresh;

use archivist_queue::QueueError;

use crate::error::ApiError;
use crate::storage::StorageError;

pub use follower::follow;
pub use overview::overview;
pub use refresh::{current, task_id};

/// Why it is not known how a job stands.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<JobError> for ApiError {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Queue(error) => error.into(),
            JobError::Storage(error) => error.into(),
        }
    }
}
