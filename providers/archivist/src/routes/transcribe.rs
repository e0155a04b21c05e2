//! Recordings handed to the workers behind the queue, one or several, and how such a job stands.

pub mod publish;

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use http::header::LOCATION;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::auth::SignedIn;
use crate::domain::{Job, JobId, JobStatus, MediaPath, VodId};
use crate::error::ApiError;
use crate::extract::JsonBody;
use crate::fields::{FieldErrors, Fields, FromFields, JsonField, whole};
use crate::files::recording;
use crate::routes::queue::Position;
use crate::state::AppState;
use crate::storage::{jobs, vods};
use publish::{Order, publish};

/// Recordings of a batch, at most.
const MAX_BATCH: usize = 10;

const NOT_THERE: &str = "its recording is not there";

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/transcribe", post(transcribe))
        .route("/api/transcribe/batch", post(batch))
        .route("/api/status/{job_id}", get(status))
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
    fn from_json(value: &Value) -> Result<Self, String> {
        let number = whole(value).filter(|number| *number >= 0);
        number.map(Self).ok_or_else(|| "must be a whole number from 0 on".to_owned())
    }
}

impl FromFields for Transcribe {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (path, vod_id) = (fields.optional("path"), fields.optional::<Number>("vod_id"));
        let position = fields.optional::<Position>("position");
        Some(Self { path, vod_id: vod_id.map(|it| it.0), position: position.map(|it| it.0) })
    }
}

#[derive(Serialize, JsonSchema)]
pub struct Accepted {
    #[schemars(with = "String", extend("format" = "uuid"))]
    job_id: JobId,
    vod_id: i64,
    status: JobStatus,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TranscribeBatch {
    #[schemars(length(min = 1, max = 10))]
    paths: Vec<String>,
}

struct Paths(Vec<String>);

impl JsonField for Paths {
    fn from_json(value: &Value) -> Result<Self, String> {
        let paths = value.as_array().ok_or("must be a list of paths")?;
        if !(1..=MAX_BATCH).contains(&paths.len()) {
            return Err(format!("must have from 1 to {MAX_BATCH} paths"));
        }
        let texts: Option<Vec<String>> = paths.iter().map(|path| path.as_str().map(str::to_owned)).collect();
        texts.map(Self).ok_or_else(|| "must be a list of strings".to_owned())
    }
}

impl FromFields for TranscribeBatch {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let Paths(paths) = fields.required("paths")?;
        Some(Self { paths })
    }
}

/// What of a batch is queued, and what is not.
#[derive(Serialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "clients know the batch by this name")]
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

async fn transcribe(
    State(state): State<AppState>,
    _: SignedIn,
    JsonBody(body): JsonBody<Transcribe>,
) -> Result<impl IntoResponse, ApiError> {
    let queue = state.queue.as_ref().ok_or(ApiError::QueueLost)?;
    let (path, named) = match (body.path, body.vod_id) {
        (Some(path), None) => (path, "path"),
        (None, Some(id)) => {
            let vod = vods::find(&state.database, VodId(id)).await?.ok_or(VodId::UNKNOWN)?;
            (vod.file_path, "vod_id")
        }
        _ => {
            let reason = "name the recording by path or by vod_id, and by one of them";
            return Err(FieldErrors::one("path", reason).into());
        }
    };
    let file = recording(&state.media_root, &path).await;
    let file = file.ok_or_else(|| FieldErrors::one(named, NOT_THERE))?;
    let order = Order { path, file, vod: body.vod_id.map(VodId) };
    let jobs = publish(&state, queue, std::slice::from_ref(&order), body.position).await?;
    let Job { id: job_id, vod_id, status, .. } = jobs.into_iter().next().ok_or(ApiError::Internal)?;
    let location = [(LOCATION, format!("/api/status/{job_id}"))];
    Ok((StatusCode::ACCEPTED, location, Json(Accepted { job_id, vod_id, status })))
}

async fn batch(
    State(state): State<AppState>,
    _: SignedIn,
    JsonBody(body): JsonBody<TranscribeBatch>,
) -> Result<impl IntoResponse, ApiError> {
    let queue = state.queue.as_ref().ok_or(ApiError::QueueLost)?;
    let (mut orders, mut rejected, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for path in body.paths {
        match judge(&state, &path, &mut seen).await {
            Ok(order) => orders.push(order),
            Err(reason) => rejected.push(RejectedPath { path, reason }),
        }
    }
    let jobs = publish(&state, queue, &orders, None).await?;
    let queued = orders.into_iter().zip(jobs);
    let queued: Vec<_> = queued.map(|(order, job)| QueuedPath { path: order.path, job_id: job.id }).collect();
    let batch_id = Uuid::new_v4().to_string();
    tracing::info!(%batch_id, queued = queued.len(), rejected = rejected.len(), "a batch is queued");
    Ok((StatusCode::ACCEPTED, Json(Batch { batch_id, queued, rejected })))
}

/// Whether a path of a batch can be transcribed, whatever the others are.
async fn judge(state: &AppState, path: &str, seen: &mut BTreeSet<String>) -> Result<Order, String> {
    let path = MediaPath::parse(path)?;
    if !seen.insert(path.as_str().to_owned()) {
        return Err("is listed twice".to_owned());
    }
    let file = recording(&state.media_root, &path).await.ok_or(NOT_THERE)?;
    Ok(Order { path, file, vod: None })
}

async fn status(State(state): State<AppState>, _: SignedIn, id: JobId) -> Result<Json<Job>, ApiError> {
    let job = jobs::find(&state.database, &id).await?.ok_or(JobId::UNKNOWN)?;
    let current = crate::jobs::current(&state, vec![job]).await?;
    current.into_iter().next().map(Json).ok_or(JobId::UNKNOWN)
}
