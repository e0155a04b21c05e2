//! Jobs brought to an end: those that a worker has taken, and those that none has.

use archivist_queue::{Queue, QueueError, TaskId};
use axum::Json;
use axum::extract::State;

use crate::auth::SignedIn;
use crate::domain::{Job, JobId, JobStatus};
use crate::error::ApiError;
use crate::routes::queue::{now, refusal, unfinished};
use crate::state::AppState;

const NOT_TAKEN: ApiError = ApiError::Conflict("no worker has taken the job: remove it");
const NOT_IN_TIME: ApiError =
    ApiError::Conflict("the worker has been told to end the job, and has not done so yet");

/// Ends a job that a worker has taken.
pub async fn stop(State(state): State<AppState>, _: SignedIn, id: JobId) -> Result<Json<Job>, ApiError> {
    let (job, queue) = unfinished(&state, &id).await?;
    let (task, job) = (TaskId::new(id.as_str()), now(&state, job).await?);
    let taken = match job.status {
        JobStatus::Processing => true,
        // As long as it only waits for its turn with a worker, nothing is told of it.
        JobStatus::Queued => is_held(queue, &task).await?,
        JobStatus::Paused => false,
        JobStatus::Completed | JobStatus::Failed | JobStatus::Cancelled => return Err(refusal(&job)),
    };
    if !taken {
        return Err(NOT_TAKEN);
    }
    if !ended(&state, queue, &task).await? {
        return Err(NOT_IN_TIME);
    }
    cancelled(now(&state, job).await?)
}

/// Takes a job that waits or is paused away for good.
pub async fn remove(State(state): State<AppState>, _: SignedIn, id: JobId) -> Result<Json<Job>, ApiError> {
    let (job, queue) = unfinished(&state, &id).await?;
    let task = TaskId::new(id.as_str());
    if queue.withdraw(&task).await? {
        // It is done; this is for a worker that was given the same message a second time.
        if let Err(cause) = queue.revoke(&task, true).await {
            tracing::warn!(%cause, %id, "workers do not hear that a job was removed");
        }
        return cancelled(now(&state, job).await?);
    }
    let job = now(&state, job).await?;
    if job.status != JobStatus::Queued || is_held(queue, &task).await? {
        return Err(refusal(&job));
    }
    // It is nowhere: a worker begins with it at this moment, or the queue has lost it.
    if !ended(&state, queue, &task).await? && !queue.write_off(&task).await? {
        return Err(refusal(&now(&state, job).await?));
    }
    cancelled(now(&state, job).await?)
}

async fn is_held(queue: &Queue, task: &TaskId) -> Result<bool, ApiError> {
    Ok(queue.unacknowledged().await?.iter().any(|held| held.id == *task))
}

/// Tells every worker to end a task, and whether it has ended within the time that a client is let wait.
async fn ended(state: &AppState, queue: &Queue, task: &TaskId) -> Result<bool, ApiError> {
    queue.revoke(task, true).await?;
    match queue.follow(task, state.stop_patience, &mut |_| {}).await {
        Ok(_) => Ok(true),
        Err(QueueError::TimedOut(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// It may have come to another end first.
fn cancelled(job: Job) -> Result<Json<Job>, ApiError> {
    if job.status == JobStatus::Cancelled { Ok(Json(job)) } else { Err(refusal(&job)) }
}
