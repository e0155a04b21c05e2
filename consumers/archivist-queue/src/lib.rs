//! The Archivist's client of the task queue: Celery protocol 2 on Redis. What it writes, every Celery worker
//! understands; what a Celery worker stores, it reads.
//!
//! # Layout
//!
//! - `connection`: to Redis, given up where it falls silent
//! - `queue`: the client: publishing, and results that are there
//! - `task`: what is asked of a worker; `envelope`: how that looks on the wire
//! - `result`: what a worker stores; `follow`: results as they come, by publish and subscribe
//! - `standing`: how tasks stand by what is stored of them
//! - `forget`: results that nobody will ask for any more
//! - `lists`: what no worker has finished with, and moving it; `pause`: taking it out, for a while or for good
//! - `control`: taking tasks back, and asking which workers are there

mod connection;
mod control;
mod envelope;
mod error;
mod follow;
mod forget;
mod lists;
mod pause;
mod queue;
mod result;
mod standing;
mod task;

pub use error::QueueError;
pub use follow::{Update, Updates};
pub use lists::{Held, Waiting};
pub use queue::{Queue, QueueSettings};
pub use result::{Failed, Progress, Success, TaskResult, Told};
pub use standing::Standing;
pub use task::{QueueName, Task, TaskId, TaskName};
