//! A task as a worker takes it.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::malformed::Malformed;

/// A task message, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Under which the message is acknowledged.
    pub tag: String,
    pub exchange: String,
    pub routing_key: String,
    /// Such as `transcription.run_whisper`.
    pub task: String,
    pub id: String,
    pub args: Vec<Value>,
    pub kwargs: Map<String, Value>,
    /// Not to be started before.
    pub eta: Option<DateTime<Utc>>,
    /// Not to be started after.
    pub expires: Option<DateTime<Utc>>,
    /// How often it has been tried already.
    pub retries: u32,
    pub time_limit: TimeLimit,
    /// Whether the final result is not to be stored.
    pub ignore_result: bool,
    pub root_id: Option<String>,
    pub parent_id: Option<String>,
}

/// How long a task may run, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimeLimit {
    pub soft: Option<f64>,
    pub hard: Option<f64>,
}

impl Delivery {
    /// Reads a list entry as it stands on the list.
    pub fn read(raw: &[u8]) -> Result<Self, Malformed> {
        let _: Value = serde_json::from_slice(raw).map_err(|_| Malformed::NotJson)?;
        todo!()
    }
}
