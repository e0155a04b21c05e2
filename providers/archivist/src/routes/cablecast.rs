//! The station's shows, and which transcription belongs to which of them.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::auth::SignedIn;
use crate::domain::{JobId, Link, Show, ShowId};
use crate::error::ApiError;
use crate::extract::JsonBody;
use crate::fields::{Fields, FromFields, Query, QueryField, at_most};
use crate::health::{self, Check};
use crate::routes::paging;
use crate::routes::transcriptions::{Transcribed, UNKNOWN};
use crate::state::AppState;
use crate::station::link;
use crate::station::suggest::{self, Recording, Suggestion};
use crate::storage::{links, transcriptions};

const MAX_SEARCH: usize = 200;
/// More than these nobody looks at.
const MAX_SUGGESTIONS: usize = 10;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/cablecast/shows", get(shows))
        .route("/api/cablecast/suggestions/{transcription_id}", get(suggestions))
        .route("/api/cablecast/link/{transcription_id}", get(read).post(create).delete(delete))
        .route("/api/cablecast/health", get(health))
}

#[derive(Serialize, JsonSchema)]
pub struct ShowList {
    shows: Vec<Show>,
    total: i64,
    limit: i64,
    offset: i64,
}

#[derive(Serialize, JsonSchema)]
pub struct SuggestionList {
    #[schemars(with = "String", extend("format" = "uuid"))]
    transcription_id: JobId,
    #[schemars(length(max = 10))]
    suggestions: Vec<Suggestion>,
    /// The show that publishing links by itself.
    sure: Option<i32>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LinkShow {
    show_id: ShowId,
}

impl FromFields for LinkShow {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { show_id: fields.required("show_id")? })
    }
}

struct Words(String);

impl QueryField for Words {
    fn from_query(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("must not be empty".to_owned());
        }
        at_most(text, MAX_SEARCH)?;
        if text.contains('\0') {
            return Err("must not have NUL characters".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

async fn shows(
    State(state): State<AppState>,
    _: SignedIn,
    mut query: Query,
) -> Result<Json<ShowList>, ApiError> {
    let page = paging::page(&mut query);
    let search = query.optional("search").map(|Words(words)| words);
    query.finish()?;
    let found = state.station()?.shows(search).await?;
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let (limit, offset) = (page.limit, page.offset);
    let [skip, take] = [offset, limit].map(|number| usize::try_from(number).unwrap_or(usize::MAX));
    let shows = found.iter().skip(skip).take(take).map(Show::from).collect();
    Ok(Json(ShowList { shows, total, limit, offset }))
}

async fn suggestions(
    State(state): State<AppState>,
    _: SignedIn,
    Transcribed(id): Transcribed,
) -> Result<Json<SuggestionList>, ApiError> {
    let station = state.station()?;
    let stored = transcriptions::find(&state.database, &id).await?.ok_or(UNKNOWN)?;
    let of = &stored.transcription;
    let taken = links::taken(&state.database, of.vod_id).await?;
    let shows = station.shows(None).await?;
    let free = shows.iter().filter(|show| !taken.contains(&show.id.0));
    let duration = of.duration.map(|duration| duration.0);
    let recording = Recording::new(&of.title.0, stored.file_path.as_str(), duration);
    let mut suggestions = suggest::suggest(&recording, free);
    let sure = suggest::sure(&suggestions).map(|sure| sure.show.id);
    suggestions.truncate(MAX_SUGGESTIONS);
    Ok(Json(SuggestionList { transcription_id: id, suggestions, sure }))
}

async fn read(
    State(state): State<AppState>,
    _: SignedIn,
    Transcribed(id): Transcribed,
) -> Result<Json<Link>, ApiError> {
    state.station()?;
    link::read(&state, &id).await.map(Json)
}

async fn create(
    State(state): State<AppState>,
    _: SignedIn,
    Transcribed(id): Transcribed,
    JsonBody(body): JsonBody<LinkShow>,
) -> Result<Json<Link>, ApiError> {
    link::link(&state, &id, body.show_id).await.map(Json)
}

async fn delete(
    State(state): State<AppState>,
    _: SignedIn,
    Transcribed(id): Transcribed,
) -> Result<StatusCode, ApiError> {
    state.station()?;
    link::unlink(&state, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Also where there is no station: this is who says so.
async fn health(State(state): State<AppState>, _: SignedIn) -> Json<Check> {
    Json(health::cablecast(&state).await)
}
