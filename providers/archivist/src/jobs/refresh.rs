//! Jobs brought up to date: what the queue tells of them is written down, and told to whoever listens.

use archivist_queue::{Queue, QueueError, Standing, Success, TaskId, TaskResult};

use super::JobError;
use super::fold::{fit, fold};
use crate::domain::{Job, JobId, JobStatus, RunningTime, VodId, VodStatus};
use crate::state::AppState;
use crate::storage::transcriptions::{self, NewTranscription};
use crate::storage::vods::{self, VodError};
use crate::storage::{StorageError, jobs};
use crate::timestamp::Timestamp;

/// A service that has none cannot know more than one that has lost it.
const NO_QUEUE: QueueError = QueueError::Unavailable("there is none");

/// The name of a job on the queue.
pub fn task_id(id: &JobId) -> TaskId {
    TaskId::new(id.as_str())
}

/// The jobs as they stand now, in their order. What has ended is known without the queue; a job that is gone
/// since, with its VOD, is left out.
pub async fn current(state: &AppState, jobs: Vec<Job>) -> Result<Vec<Job>, JobError> {
    let ids: Vec<TaskId> =
        jobs.iter().filter(|job| !job.status.is_final()).map(|job| task_id(&job.id)).collect();
    let mut standings = standings(state, &ids).await?.into_iter();
    let mut current = Vec::with_capacity(jobs.len());
    for job in jobs {
        let standing = if job.status.is_final() { None } else { standings.next() };
        match standing {
            Some(standing) => current.extend(keep(state, job, &standing).await?.map(|kept| kept.job)),
            None => current.push(job),
        }
    }
    Ok(current)
}

/// Looks at jobs that were just heard of, and tells how they stand, whoever wrote that down first. Ids of no job
/// here are passed over: others use the queue as well.
pub(super) async fn heard(state: &AppState, ids: &[JobId]) -> Result<(), JobError> {
    let tasks: Vec<TaskId> = ids.iter().map(task_id).collect();
    let standings = standings(state, &tasks).await?;
    for (id, standing) in ids.iter().zip(standings) {
        let Some(job) = jobs::find(&state.database, id).await? else { continue };
        if let Some(Kept { job, changed: false }) = keep(state, job, &standing).await? {
            state.events.tell(&job);
        }
    }
    Ok(())
}

async fn standings(state: &AppState, ids: &[TaskId]) -> Result<Vec<Standing>, QueueError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let queue: &Queue = state.queue.as_ref().ok_or(NO_QUEUE)?;
    let standings = queue.standings(ids).await?;
    Ok(standings.into_iter().map(|standing| fit(standing, &state.media_root)).collect())
}

struct Kept {
    job: Job,
    changed: bool,
}

/// Writes down how a job stands, where that is new. Several may do so at once, also of several services on one
/// database: what is decided is decided while the job is locked. Nothing where the job is gone.
async fn keep(state: &AppState, job: Job, standing: &Standing) -> Result<Option<Kept>, StorageError> {
    if fold(&job, standing, Timestamp::now()).is_none() {
        return Ok(Some(Kept { job, changed: false }));
    }
    let mut transaction = state.database.begin().await?;
    let vod = match vods::lock(&mut transaction, VodId(job.vod_id)).await {
        Ok(vod) => vod,
        Err(VodError::Storage(error)) => return Err(error),
        Err(_) => return Ok(None),
    };
    let Some(job) = jobs::lock(&mut transaction, &job.id).await? else { return Ok(None) };
    let now = Timestamp::now();
    let Some(next) = fold(&job, standing, now) else {
        return Ok(Some(Kept { job, changed: false }));
    };
    jobs::write(&mut transaction, &next).await?;
    if let Some(success) = success(standing).filter(|_| next.status == JobStatus::Completed) {
        let new =
            NewTranscription { created_at: next.ended_at.unwrap_or(now), ..transcription(success, now) };
        transcriptions::create(&mut transaction, &next.id, new).await?;
    }
    if let Some(to) = destination(&mut transaction, vod.status, &next).await? {
        vods::follow(&mut transaction, &vod, to, next.transcription_id.as_ref()).await?;
    }
    transaction.commit().await?;
    state.events.tell(&next);
    Ok(Some(Kept { job: next, changed: true }))
}

/// Where a job takes its VOD.
///
/// One that was cancelled leaves the VOD as if it had never been asked for: nothing was wrong with the recording,
/// so it does not stay `failed`, which is on the way from `processing` to `pending`. While another job of the VOD is
/// still worked on, that one decides.
async fn destination(
    transaction: &mut sqlx::AnyConnection,
    vod: VodStatus,
    job: &Job,
) -> Result<Option<VodStatus>, StorageError> {
    let to = match job.status {
        JobStatus::Processing => VodStatus::Processing,
        JobStatus::Completed => VodStatus::Completed,
        JobStatus::Failed => VodStatus::Failed,
        JobStatus::Cancelled if vod == VodStatus::Processing => VodStatus::Pending,
        JobStatus::Queued | JobStatus::Paused | JobStatus::Cancelled => return Ok(None),
    };
    let worked_on = jobs::any(transaction, VodId(job.vod_id), JobStatus::Processing).await?;
    let decided = worked_on && matches!(to, VodStatus::Failed | VodStatus::Pending);
    Ok((!decided).then_some(to))
}

fn success(standing: &Standing) -> Option<&Success> {
    match &standing.told.as_ref()?.result {
        TaskResult::Success(success) => Some(success),
        _ => None,
    }
}

/// Of what a worker told, what can be.
fn transcription(success: &Success, created_at: Timestamp) -> NewTranscription {
    NewTranscription {
        segments: success.segments.and_then(|segments| i64::try_from(segments).ok()),
        duration: success.duration.filter(|it| it.is_finite() && *it >= 0.0).map(RunningTime),
        created_at,
    }
}
