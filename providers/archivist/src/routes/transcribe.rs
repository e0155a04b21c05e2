//! Transcriptions: asked for here, done by a worker behind the queue.

use archivist_queue::{Queue, QueueError, QueueName, Task, TaskId, TaskResult};
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use http::header::LOCATION;
use schemars::JsonSchema;
use serde::Serialize;

use crate::auth::SignedIn;
use crate::domain::{Job, JobId, JobStatus, MediaPath, Title, Vod, VodId, VodStatus};
use crate::error::ApiError;
use crate::extract::JsonBody;
use crate::fields::{FieldErrors, Fields, FromFields, JsonField};
use crate::state::AppState;
use crate::storage::vods::{self, NewVod};
use crate::storage::{StorageError, jobs};
use crate::timestamp::Timestamp;

const UNKNOWN: ApiError = ApiError::NotFound("there is no such job");

/// The last place that can be asked for: the queue is not longer than this.
const MAX_POSITION: i64 = 100_000;

pub fn router() -> Router<AppState> {
    Router::new().route("/api/transcribe", post(transcribe)).route("/api/status/{job_id}", get(status))
}

/// A recording by its path or by its VOD, and the place on the queue: 0 is before all others.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Transcribe {
    path: Option<MediaPath>,
    #[schemars(range(min = 0))]
    vod_id: Option<i64>,
    #[schemars(range(min = 0))]
    position: Option<i64>,
}

struct Number(i64);

impl JsonField for Number {
    fn from_json(value: &serde_json::Value) -> Result<Self, String> {
        let number = value.as_i64().filter(|number| (0..=i64::MAX).contains(number));
        number.map(Self).ok_or_else(|| "must be a whole number from 0 on".to_owned())
    }
}

impl FromFields for Transcribe {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (path, vod_id) = (fields.optional("path"), fields.optional::<Number>("vod_id"));
        let position = fields.optional::<Number>("position");
        Some(Self { path, vod_id: vod_id.map(|it| it.0), position: position.map(|it| it.0) })
    }
}

#[derive(Serialize, JsonSchema)]
pub struct Accepted {
    #[schemars(extend("format" = "uuid"))]
    job_id: String,
    vod_id: i64,
    status: JobStatus,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TranscribeBatch {
    #[schemars(length(min = 1, max = 10))]
    paths: Vec<String>,
}

/// What of a batch is queued, and what is not.
#[derive(Serialize, JsonSchema)]
pub struct Batch {
    #[schemars(extend("format" = "uuid"))]
    batch_id: String,
    queued: Vec<QueuedPath>,
    rejected: Vec<RejectedPath>,
}

#[derive(Serialize, JsonSchema)]
pub struct QueuedPath {
    path: MediaPath,
    #[schemars(with = "String", extend("format" = "uuid"))]
    job_id: JobId,
}

#[derive(Serialize, JsonSchema)]
pub struct RejectedPath {
    path: String,
    reason: String,
}

impl From<QueueError> for ApiError {
    fn from(cause: QueueError) -> Self {
        tracing::error!(%cause, "the queue does not answer");
        Self::QueueLost
    }
}

/// Publishes the task once its job is written, and writes the job only where it was published.
async fn transcribe(
    State(state): State<AppState>,
    _: SignedIn,
    JsonBody(body): JsonBody<Transcribe>,
) -> Result<impl IntoResponse, ApiError> {
    let queue = state.queue.as_ref().ok_or(ApiError::QueueLost)?;
    let position = body.position.unwrap_or(MAX_POSITION);
    let vod = recording(&state, &body).await?;
    let file = state.media_root.join(vod.file_path.as_str());
    if !tokio::fs::metadata(&file).await.is_ok_and(|found| found.is_file()) {
        let named = if body.path.is_some() { "path" } else { "vod_id" };
        return Err(FieldErrors::one(named, "its recording is not there").into());
    }
    let list = if position == 0 { QueueName::priority() } else { QueueName::ordinary() };
    let task = Task::transcription(&file.to_string_lossy()).on(list);
    let mut transaction = state.database.begin().await?;
    jobs::create(&mut transaction, task.id.as_str(), VodId(vod.id)).await?;
    publish(queue, &task, position).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    let job_id = task.id.to_string();
    let location = [(LOCATION, format!("/api/status/{job_id}"))];
    let accepted = Accepted { job_id, vod_id: vod.id, status: JobStatus::Queued };
    Ok((StatusCode::ACCEPTED, location, Json(accepted)))
}

async fn publish(queue: &Queue, task: &Task, position: i64) -> Result<(), QueueError> {
    queue.enqueue(std::slice::from_ref(task)).await?;
    if (1..MAX_POSITION).contains(&position) {
        queue.move_to(&task.id, usize::try_from(position).unwrap_or(usize::MAX)).await?;
    }
    Ok(())
}

/// The VOD that is meant; a recording that nobody has archived is archived by this.
async fn recording(state: &AppState, body: &Transcribe) -> Result<Vod, ApiError> {
    match (&body.path, body.vod_id) {
        (None, Some(id)) => vods::find(&state.database, VodId(id)).await?.ok_or(VodId::UNKNOWN),
        (Some(path), None) => {
            if let Some(known) = vods::find_by_path(&state.database, path).await? {
                return Ok(known);
            }
            let name = path.as_str().rsplit('/').next().unwrap_or_default();
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            // A name may be nothing but an ending, or blanks before it.
            let title = if stem.trim().is_empty() { name } else { stem };
            let new = NewVod {
                title: Title(title.chars().take(200).collect()),
                file_path: path.clone(),
                duration: None,
                file_size: None,
                description: None,
                status: VodStatus::Pending,
            };
            let mut transaction = state.database.begin().await?;
            let vod = vods::create(&mut transaction, &new).await?;
            transaction.commit().await.map_err(StorageError::from)?;
            Ok(vod)
        }
        _ => {
            Err(FieldErrors::one("path", "name the recording by path or by vod_id, and by one of them")
                .into())
        }
    }
}

async fn status(
    State(state): State<AppState>,
    _: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<Job>, ApiError> {
    let job = jobs::find(&state.database, &id).await?.ok_or(UNKNOWN)?;
    let queue = state.queue.as_ref().ok_or(ApiError::QueueLost)?;
    let result =
        queue.standings(&[TaskId::new(id.clone())]).await?.pop().and_then(|it| it.told).map(|it| it.result);
    let (status, progress, status_message, error) = standing(result);
    let jobs::Job { id, vod_id, created_at } = job;
    let id = JobId::parse(&id).ok_or(UNKNOWN)?;
    Ok(Json(Job {
        id,
        status,
        progress,
        status_message,
        error,
        vod_id,
        transcription_id: None,
        created_at,
        started_at: None,
        ended_at: None,
    }))
}

/// How a job stands, by the last result that a worker stored of it.
fn standing(result: Option<TaskResult>) -> (JobStatus, u8, Option<String>, Option<String>) {
    match result {
        None => (JobStatus::Queued, 0, None, None),
        Some(TaskResult::Progress(progress)) => {
            (JobStatus::Processing, progress.percent, Some(progress.message), None)
        }
        Some(TaskResult::Retry { reason }) => (JobStatus::Queued, 0, Some(reason), None),
        Some(TaskResult::Success(_)) => (JobStatus::Completed, 100, None, None),
        Some(TaskResult::Failure(failed)) => (JobStatus::Failed, 0, None, Some(failed.message)),
        Some(TaskResult::Revoked { reason }) => (JobStatus::Cancelled, 0, None, Some(reason)),
    }
}
