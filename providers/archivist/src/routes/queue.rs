//! The queue: how it stands, and what can be done about the jobs on it.

mod ending;

use archivist_queue::Queue;
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::auth::SignedIn;
use crate::domain::{Job, JobId, JobStatus};
use crate::error::ApiError;
use crate::extract::JsonBody;
use crate::fields::{Fields, FromFields, JsonField, whole};
use crate::jobs::{current, overview, task_id};
use crate::state::AppState;
use crate::storage::jobs;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/queue", get(read))
        .route("/api/queue/reorder", post(reorder))
        .route("/api/queue/pause/{job_id}", post(pause))
        .route("/api/queue/resume/{job_id}", post(resume))
        .route("/api/queue/stop/{job_id}", post(ending::stop))
        .route("/api/queue/remove/{job_id}", post(ending::remove))
}

/// A job and its place.
#[derive(Serialize, JsonSchema)]
pub struct QueueJob {
    #[serde(flatten)]
    job: Job,
    /// How many others are taken before it; nothing where it does not wait on a list.
    #[schemars(range(min = 0))]
    position: Option<i64>,
}

impl QueueJob {
    fn at(job: Job, place: Option<usize>) -> Self {
        Self { job, position: place.map(|place| i64::try_from(place).unwrap_or(i64::MAX)) }
    }
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

impl FromIterator<(JobStatus, i64)> for JobCounts {
    fn from_iter<T: IntoIterator<Item = (JobStatus, i64)>>(counts: T) -> Self {
        let mut all = Self::default();
        for (status, count) in counts {
            *match status {
                JobStatus::Queued => &mut all.queued,
                JobStatus::Processing => &mut all.processing,
                JobStatus::Paused => &mut all.paused,
                JobStatus::Completed => &mut all.completed,
                JobStatus::Failed => &mut all.failed,
                JobStatus::Cancelled => &mut all.cancelled,
            } += count;
        }
        all
    }
}

/// A place on the queue.
pub struct Position(pub i64);

impl JsonField for Position {
    fn from_json(value: &Value) -> Result<Self, String> {
        let number = whole(value).filter(|number| *number >= 0);
        number.map(Self).ok_or_else(|| "must be a whole number from 0 on".to_owned())
    }
}

/// As the queue counts.
pub fn position(position: i64) -> usize {
    // No queue is that long, and Redis counts in numbers of 53 bits.
    const LAST: usize = 1_000_000_000;
    usize::try_from(position).unwrap_or(LAST).min(LAST)
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Reorder {
    #[schemars(with = "String", extend("format" = "uuid"))]
    job_id: JobId,
    #[schemars(range(min = 0))]
    position: i64,
}

impl FromFields for Reorder {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (job_id, position) = (fields.required("job_id"), fields.required("position"));
        let Position(position) = position?;
        Some(Self { job_id: job_id?, position })
    }
}

async fn read(State(state): State<AppState>, _: SignedIn) -> Result<Json<JobQueue>, ApiError> {
    let overview = overview(&state).await?;
    let jobs = overview.jobs.into_iter().map(|(job, place)| QueueJob::at(job, place)).collect();
    Ok(Json(JobQueue { jobs, counts: overview.counts.into_iter().collect() }))
}

async fn reorder(
    State(state): State<AppState>,
    _: SignedIn,
    JsonBody(body): JsonBody<Reorder>,
) -> Result<Json<QueueJob>, ApiError> {
    let (job, queue) = unfinished(&state, &body.job_id).await?;
    match queue.move_to(&task_id(&job.id), position(body.position)).await? {
        // It waits: whatever is stored of it is what was before.
        Some(place) => Ok(Json(QueueJob::at(now(&state, job).await?, Some(place)))),
        None => Err(refusal(&now(&state, job).await?)),
    }
}

async fn pause(State(state): State<AppState>, _: SignedIn, id: JobId) -> Result<Json<Job>, ApiError> {
    let (job, queue) = unfinished(&state, &id).await?;
    let paused = queue.pause(&task_id(&id)).await?;
    let job = now(&state, job).await?;
    if paused { Ok(Json(job)) } else { Err(refusal(&job)) }
}

async fn resume(State(state): State<AppState>, _: SignedIn, id: JobId) -> Result<Json<Job>, ApiError> {
    let (job, queue) = unfinished(&state, &id).await?;
    let resumed = queue.resume(&task_id(&id)).await?;
    let job = now(&state, job).await?;
    match (resumed, job.status) {
        (true, _) => Ok(Json(job)),
        (false, status) if status.is_final() => Err(refusal(&job)),
        (false, _) => Err(ApiError::Conflict("the job is not paused")),
    }
}

/// A job that something can be done about, and the queue to do it on.
async fn unfinished<'a>(state: &'a AppState, id: &JobId) -> Result<(Job, &'a Queue), ApiError> {
    let job = jobs::find(&state.database, id).await?.ok_or(JobId::UNKNOWN)?;
    if job.status.is_final() {
        return Err(refusal(&job));
    }
    Ok((job, state.queue.as_ref().ok_or(ApiError::QueueLost)?))
}

/// The job as it stands now.
async fn now(state: &AppState, job: Job) -> Result<Job, ApiError> {
    current(state, vec![job]).await?.into_iter().next().ok_or(JobId::UNKNOWN)
}

/// Why a job cannot be taken off the queue or moved there.
fn refusal(job: &Job) -> ApiError {
    ApiError::Conflict(match job.status {
        JobStatus::Paused => "the job is paused",
        JobStatus::Queued | JobStatus::Processing => "a worker has taken the job",
        JobStatus::Completed | JobStatus::Failed | JobStatus::Cancelled => "the job has ended already",
    })
}
