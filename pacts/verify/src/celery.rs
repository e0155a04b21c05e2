//! The transport `celery-redis`: messages in Celery's protocol 2 on the lists of a Redis.
//!
//! A provider that publishes (asynchronous messages) is made to by its trigger or its provider states; what
//! then appears on the lists that are watched is taken off them, opened and held against the pact. What stood
//! there before stays. A provider that takes tasks (synchronous messages) finds the pact's request on its
//! list, and what it tells of the task under `celery-task-meta-<id>` is held against the pact's replies.
//!
//! Whoever breaks the protocol itself is told so apart from the pact, with what a worker or client of Celery 5
//! does with it: `message.envelope.*` and `message.result.*`.

mod breach;
mod envelope;
mod listen;
mod publish;
mod queue;
mod replies;
mod result;
mod rules;

pub(crate) use listen::published;
pub(crate) use replies::answered;
