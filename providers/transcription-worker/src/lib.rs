//! The transcription worker: takes tasks off a Celery queue on Redis and writes broadcast captions.
//!
//! # Layout
//!
//! - `worker`: the loop that takes, runs and acknowledges; `settings`: how it is set up
//! - `queue`: the wire: taking, acknowledging and restoring, results, dead letters, Celery's broadcasts
//! - `task`: what a task is to the worker; `retry`: its message once more; `transcribe`: the one task there is
//! - `transcriber`: who puts a recording into words; `captions`: words as SCC and WebVTT; `summary`
//! - `media`: recordings and what is written beside them
//! - `provider_states`: how a replay puts the queue's provider into the state it needs; never in a release

pub mod captions;
mod media;
#[cfg(any(test, feature = "provider-states"))]
pub mod provider_states;
mod queue;
mod retry;
mod settings;
mod summary;
mod task;
mod transcribe;
pub mod transcriber;
mod worker;

pub use settings::Settings;
pub use task::{Call, Exception, Handler, TaskError};
pub use transcribe::transcription;
pub use worker::{StartError, Worker};
