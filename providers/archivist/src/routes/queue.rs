//! The queue: how it stands, and what can be done about the jobs on it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{Job, JobId};

/// A job and its place.
#[derive(Serialize, JsonSchema)]
pub struct QueueJob {
    #[serde(flatten)]
    job: Job,
    /// How many others are taken before it; nothing where it does not wait on a list.
    #[schemars(range(min = 0))]
    position: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
pub struct JobQueue {
    jobs: Vec<QueueJob>,
    counts: JobCounts,
}

#[derive(Default, Serialize, JsonSchema)]
pub struct JobCounts {
    queued: i64,
    processing: i64,
    paused: i64,
    completed: i64,
    failed: i64,
    cancelled: i64,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Reorder {
    #[schemars(with = "String", extend("format" = "uuid"))]
    job_id: JobId,
    #[schemars(range(min = 0))]
    position: i64,
}
