//! The archived recordings.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use http::header::LOCATION;
use schemars::JsonSchema;
use serde::Serialize;

use crate::auth::SignedIn;
use crate::domain::{Description, FileSize, MediaPath, RunningTime, Title, Vod, VodId, VodStatus};
use crate::error::ApiError;
use crate::extract::JsonBody;
use crate::fields::{Change, FieldErrors, Fields, FromFields, Query, QueryField, at_most};
use crate::jobs::task_id;
use crate::routes::paging;
use crate::state::AppState;
use crate::storage::vods::{self, NewVod, VodChange, VodError, VodFilter};
use crate::storage::{StorageError, jobs};

const MAX_SEARCH: usize = 200;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/vod/create", post(create))
        .route("/api/vod/list", get(list))
        .route("/api/vod/{id}", get(read).put(update).delete(delete))
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CreateVod {
    title: Title,
    file_path: MediaPath,
    duration: Option<RunningTime>,
    file_size: Option<FileSize>,
    description: Option<Description>,
}

impl FromFields for CreateVod {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (title, file_path) = (fields.required("title"), fields.required("file_path"));
        let (duration, file_size) = (fields.optional("duration"), fields.optional("file_size"));
        let description = fields.optional("description");
        Some(Self { title: title?, file_path: file_path?, duration, file_size, description })
    }
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct UpdateVod {
    #[schemars(with = "Title", default, skip_serializing_if = "Option::is_none")]
    title: Option<Title>,
    #[schemars(with = "MediaPath", default, skip_serializing_if = "Option::is_none")]
    file_path: Option<MediaPath>,
    #[schemars(with = "Option<RunningTime>")]
    duration: Change<RunningTime>,
    #[schemars(with = "Option<FileSize>")]
    file_size: Change<FileSize>,
    #[schemars(with = "Option<Description>")]
    description: Change<Description>,
    #[schemars(with = "VodStatus", default, skip_serializing_if = "Option::is_none")]
    status: Option<VodStatus>,
}

impl FromFields for UpdateVod {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            title: fields.change("title"),
            file_path: fields.change("file_path"),
            duration: fields.nullable_change("duration"),
            file_size: fields.nullable_change("file_size"),
            description: fields.nullable_change("description"),
            status: fields.change("status"),
        })
    }
}

#[derive(Serialize, JsonSchema)]
pub struct VodList {
    vods: Vec<Vod>,
    total: i64,
    limit: i64,
    offset: i64,
}

struct SearchText(String);

impl QueryField for SearchText {
    fn from_query(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("must not be empty".to_owned());
        }
        at_most(text, MAX_SEARCH)?;
        // PostgreSQL cannot look for it, and no title or description has it.
        if text.contains('\0') {
            return Err("must not have NUL characters".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

impl From<VodError> for ApiError {
    fn from(error: VodError) -> Self {
        match error {
            VodError::Unknown => VodId::UNKNOWN,
            VodError::Archived => Self::Conflict("a VOD of this file_path is in the archive already"),
            VodError::Waiting => Self::Conflict("jobs of the VOD wait on the queue: remove them first"),
            VodError::Processing => Self::Conflict("the VOD is being processed"),
            VodError::Status { from, to } => {
                let reason = format!("cannot move from {} to {}", from.as_str(), to.as_str());
                FieldErrors::one("status", reason).into()
            }
            VodError::Storage(error) => error.into(),
        }
    }
}

async fn create(
    State(state): State<AppState>,
    _: SignedIn,
    JsonBody(body): JsonBody<CreateVod>,
) -> Result<impl IntoResponse, ApiError> {
    let new = NewVod {
        title: body.title,
        file_path: body.file_path,
        duration: body.duration,
        file_size: body.file_size,
        description: body.description,
        status: VodStatus::Pending,
    };
    let mut transaction = state.database.begin().await?;
    let vod = vods::create(&mut transaction, &new).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    let location = [(LOCATION, format!("/api/vod/{}", vod.id))];
    Ok((StatusCode::CREATED, location, Json(vod)))
}

async fn list(
    State(state): State<AppState>,
    _: SignedIn,
    mut query: Query,
) -> Result<Json<VodList>, ApiError> {
    let page = paging::page(&mut query);
    let status = query.optional("status");
    let text = query.optional("q").map(|SearchText(text)| text);
    query.finish()?;
    let listed = vods::list(&state.database, &VodFilter { status, text }, page).await?;
    let (limit, offset) = (page.limit, page.offset);
    Ok(Json(VodList { vods: listed.items, total: listed.total, limit, offset }))
}

async fn read(State(state): State<AppState>, _: SignedIn, id: VodId) -> Result<Json<Vod>, ApiError> {
    vods::find(&state.database, id).await?.map(Json).ok_or(VodId::UNKNOWN)
}

async fn update(
    State(state): State<AppState>,
    _: SignedIn,
    id: VodId,
    JsonBody(body): JsonBody<UpdateVod>,
) -> Result<Json<Vod>, ApiError> {
    let change = VodChange {
        title: body.title,
        file_path: body.file_path,
        duration: body.duration,
        file_size: body.file_size,
        description: body.description,
        status: body.status,
    };
    let mut transaction = state.database.begin().await?;
    let vod = vods::update(&mut transaction, id, change).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(Json(vod))
}

async fn delete(State(state): State<AppState>, _: SignedIn, id: VodId) -> Result<StatusCode, ApiError> {
    let mut transaction = state.database.begin().await?;
    let jobs = jobs::of(&mut transaction, id).await?;
    vods::delete(&mut transaction, id).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    if let Some(queue) = &state.queue {
        let tasks: Vec<_> = jobs.iter().map(task_id).collect();
        // The VOD is gone whether Redis is there or not: what was told of its jobs expires by itself then.
        if let Err(cause) = queue.forget(&tasks).await {
            tracing::warn!(%cause, "results of deleted jobs are left to expire");
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
