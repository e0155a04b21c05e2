//! The Archivist's client of the task queue: Celery protocol 2 on Redis. What it writes, every Celery worker
//! understands; what a Celery worker stores, it reads.
//!
//! # Layout
//!
//! - `queue`: the client; `task`: what is asked of a worker; `envelope`: how that looks on the wire
//! - `result`: what a worker stores; `follow`: results as they come, by publish and subscribe
//! - `waiting`: what no worker has finished with, and moving it; `control`: revoking, and asking who is there

mod error;
mod queue;
mod result;
mod task;
mod follow;
mod waiting;

pub use error::QueueError;
pub use follow::{Update, Updates};
pub use queue::{Queue, QueueSettings};
pub use result::{Failed, Progress, TaskResult};
pub use task::{QueueName, Task, TaskId, TaskName};
pub use waiting::{Removed, Waiting};
