//! Publishing at the station, and how far that has come.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::future::join_all;
use http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::Value;

use crate::auth::SignedIn;
use crate::domain::{JobId, Publication, PublicationStatus};
use crate::error::{ApiError, ErrorType};
use crate::extract::JsonBody;
use crate::fields::{Fields, FromFields, JsonField, Query};
use crate::routes::paging;
use crate::routes::transcriptions::Transcribed;
use crate::state::AppState;
use crate::station::publish;
use crate::storage::publications;

const MAX_BATCH: usize = 20;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/vod/publish/{transcription_id}", post(one))
        .route("/api/vod/batch-publish", post(batch))
        .route("/api/vod/sync-status", get(sync_status))
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PublishBatch {
    transcription_ids: TranscriptionIds,
}

struct TranscriptionIds(Vec<JobId>);

impl JsonSchema for TranscriptionIds {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TranscriptionIds".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array", "minItems": 1, "maxItems": MAX_BATCH, "uniqueItems": true,
            "items": { "type": "string", "format": "uuid" },
        })
    }
}

impl JsonField for TranscriptionIds {
    fn from_json(value: &Value) -> Result<Self, String> {
        let ids = value.as_array().ok_or("must be a list of ids of transcriptions")?;
        if !(1..=MAX_BATCH).contains(&ids.len()) {
            return Err(format!("must have from 1 to {MAX_BATCH} ids"));
        }
        let wrong = |_| "must be a list of ids of transcriptions".to_owned();
        let ids: Vec<JobId> =
            ids.iter().map(|id| JobId::from_json(id).map_err(wrong)).collect::<Result<_, _>>()?;
        if (1..ids.len()).any(|at| ids[..at].contains(&ids[at])) {
            return Err("must not have an id twice".to_owned());
        }
        Ok(Self(ids))
    }
}

impl FromFields for PublishBatch {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { transcription_ids: fields.required("transcription_ids")? })
    }
}

/// What came of one transcription of a batch: a publication, or an error.
#[derive(Serialize, JsonSchema)]
pub struct Outcome {
    #[schemars(with = "String", extend("format" = "uuid"))]
    transcription_id: JobId,
    publication: Option<Publication>,
    error: Option<OutcomeError>,
}

#[derive(Serialize, JsonSchema)]
pub struct OutcomeError {
    r#type: ErrorType,
    message: String,
}

#[derive(Serialize, JsonSchema)]
pub struct PublishedBatch {
    outcomes: Vec<Outcome>,
}

#[derive(Serialize, JsonSchema)]
pub struct SyncCounts {
    /// Transcriptions that nobody has begun to publish.
    #[schemars(range(min = 0))]
    unpublished: i64,
    #[schemars(range(min = 0))]
    publishing: i64,
    #[schemars(range(min = 0))]
    interrupted: i64,
    #[schemars(range(min = 0))]
    published: i64,
}

#[derive(Serialize, JsonSchema)]
pub struct SyncStatus {
    publications: Vec<Publication>,
    counts: SyncCounts,
    total: i64,
    limit: i64,
    offset: i64,
}

async fn one(
    State(state): State<AppState>,
    _: SignedIn,
    Transcribed(id): Transcribed,
) -> Result<(StatusCode, Json<Publication>), ApiError> {
    let publication = publish::publish(&state, &id).await?;
    let status = match publication.status {
        PublicationStatus::Published => StatusCode::OK,
        PublicationStatus::Publishing | PublicationStatus::Interrupted => StatusCode::ACCEPTED,
    };
    Ok((status, Json(publication)))
}

async fn batch(
    State(state): State<AppState>,
    _: SignedIn,
    JsonBody(body): JsonBody<PublishBatch>,
) -> Result<Json<PublishedBatch>, ApiError> {
    state.station()?;
    let TranscriptionIds(ids) = body.transcription_ids;
    let outcomes = join_all(ids.into_iter().map(|id| outcome(&state, id))).await;
    Ok(Json(PublishedBatch { outcomes }))
}

async fn outcome(state: &AppState, id: JobId) -> Outcome {
    let (publication, error) = match publish::publish(state, &id).await {
        Ok(publication) => (Some(publication), None),
        Err(error) => {
            let (r#type, message) = (error.kind(), error.message().into_owned());
            (None, Some(OutcomeError { r#type, message }))
        }
    };
    Outcome { transcription_id: id, publication, error }
}

async fn sync_status(
    State(state): State<AppState>,
    _: SignedIn,
    mut query: Query,
) -> Result<Json<SyncStatus>, ApiError> {
    let page = paging::page(&mut query);
    query.finish()?;
    state.station.as_ref().ok_or(ApiError::NoStation)?;
    let listed = publications::list(&state.database, page).await?;
    let publications::Counts { unpublished, publishing, interrupted, published } =
        publications::count(&state.database).await?;
    let counts = SyncCounts { unpublished, publishing, interrupted, published };
    let (total, limit, offset) = (listed.total, page.limit, page.offset);
    Ok(Json(SyncStatus { publications: listed.items, counts, total, limit, offset }))
}
