//! The Archivist's client of the task queue: Celery protocol 2 on Redis. What it writes, every Celery worker
//! understands; what a Celery worker stores, it reads.
//!
//! # Layout
//!
//! - `queue`: the client: publishing, and results that are there
//! - `task`: what is asked of a worker; `envelope`: how that looks on the wire
//! - `result`: what a worker stores; `follow`: results as they come, by publish and subscribe
//! - `lists`: what no worker has finished with, and moving it
//! - `control`: taking tasks back, and asking which workers are there

mod control;
mod envelope;
mod error;
mod follow;
mod lists;
mod queue;
mod result;
mod task;

pub use error::QueueError;
pub use follow::{Update, Updates};
pub use lists::{Removed, Waiting};
pub use queue::{Queue, QueueSettings};
pub use result::{Failed, Progress, Success, TaskResult};
pub use task::{QueueName, Task, TaskId, TaskName};
