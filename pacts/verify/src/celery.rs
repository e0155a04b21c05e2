//! The transport `celery-redis`: messages in Celery's protocol 2 on the lists of a Redis.

mod envelope;
mod publish;
mod queue;
mod replay;

pub(crate) use envelope::{Violation, open};
pub(crate) use publish::Published;
pub(crate) use queue::{Queue, QueueLost};
pub(crate) use replay::Heard;
