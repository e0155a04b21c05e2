//! What has been transcribed: its captions and its summary.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Serialize;

use crate::auth::SignedIn;
use crate::domain::{JobId, MediaPath, SummaryEntry, Transcription};
use crate::error::ApiError;
use crate::fields::Query;
use crate::files::{Beside, beside};
use crate::routes::paging;
use crate::state::AppState;
use crate::storage::transcriptions::{self, StoredTranscription};
use crate::summary;

pub const UNKNOWN: ApiError = ApiError::NotFound("there is no such transcription");
const NO_CAPTIONS: ApiError = ApiError::NotFound("its captions are not there");
const NO_SUMMARY: ApiError = ApiError::NotFound("no summary was made of it yet");

/// Characters of a file's name, at most.
const MAX_NAME: usize = 100;

/// What a name in RFC 8187 may have as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/transcriptions", get(list))
        .route("/api/transcriptions/{id}", get(read))
        .route("/api/transcriptions/{id}/captions.scc", get(scc))
        .route("/api/transcriptions/{id}/captions.vtt", get(vtt))
        .route("/api/transcriptions/{id}/summary", get(read_summary).post(summarize))
}

#[derive(Serialize, JsonSchema)]
pub struct TranscriptionList {
    transcriptions: Vec<Transcription>,
    total: i64,
    limit: i64,
    offset: i64,
}

#[derive(Serialize, JsonSchema)]
pub struct Summary {
    summary: Vec<SummaryEntry>,
}

async fn list(
    State(state): State<AppState>,
    _: SignedIn,
    mut query: Query,
) -> Result<Json<TranscriptionList>, ApiError> {
    let page = paging::page(&mut query);
    query.finish()?;
    let listed = transcriptions::list(&state.database, page).await?;
    let (limit, offset) = (page.limit, page.offset);
    Ok(Json(TranscriptionList { transcriptions: listed.items, total: listed.total, limit, offset }))
}

async fn find(state: &AppState, id: &JobId) -> Result<StoredTranscription, ApiError> {
    transcriptions::find(&state.database, id).await?.ok_or(UNKNOWN)
}

async fn read(
    State(state): State<AppState>,
    _: SignedIn,
    Transcribed(id): Transcribed,
) -> Result<Json<Transcription>, ApiError> {
    Ok(Json(find(&state, &id).await?.transcription))
}

async fn scc(
    State(state): State<AppState>,
    _: SignedIn,
    Transcribed(id): Transcribed,
) -> Result<impl IntoResponse, ApiError> {
    captions(&state, &id, Beside::Scc, ("scc", "text/x-scc")).await
}

async fn vtt(
    State(state): State<AppState>,
    _: SignedIn,
    Transcribed(id): Transcribed,
) -> Result<impl IntoResponse, ApiError> {
    captions(&state, &id, Beside::Vtt, ("vtt", "text/vtt; charset=utf-8")).await
}

async fn captions(
    state: &AppState,
    id: &JobId,
    what: Beside,
    (ending, kind): (&str, &'static str),
) -> Result<impl IntoResponse + use<>, ApiError> {
    let stored = find(state, id).await?;
    let text = beside(&state.media_root, &stored.file_path, what).await.ok_or(NO_CAPTIONS)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CONTENT_DISPOSITION, disposition(&stored.file_path, ending)),
        // What a browser would make of it is for nobody to guess.
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, text))
}

/// The recording's name with another ending: once for old clients, in plain ASCII, and once as it is.
fn disposition(path: &MediaPath, ending: &str) -> HeaderValue {
    let name = path.as_str().rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem: String = stem.trim_start_matches('.').chars().take(MAX_NAME).collect();
    let stem = if stem.is_empty() { "captions" } else { &stem };
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-._ ".contains(c) { c } else { '_' };
    let ascii: String = stem.chars().map(plain).collect();
    let exact = utf8_percent_encode(stem, PLAIN);
    let value = format!("attachment; filename=\"{ascii}.{ending}\"; filename*=UTF-8''{exact}.{ending}");
    HeaderValue::try_from(value).expect("both names are plain ASCII without control characters")
}

async fn read_summary(
    State(state): State<AppState>,
    _: SignedIn,
    Transcribed(id): Transcribed,
) -> Result<Json<Summary>, ApiError> {
    find(&state, &id).await?;
    let summary = transcriptions::summary(&state.database, &id).await?.ok_or(NO_SUMMARY)?;
    Ok(Json(Summary { summary }))
}

async fn summarize(
    State(state): State<AppState>,
    _: SignedIn,
    Transcribed(id): Transcribed,
) -> Result<Json<Summary>, ApiError> {
    let path = find(&state, &id).await?.file_path;
    let written = beside(&state.media_root, &path, Beside::Summary).await;
    let summary = match written.as_deref().map(summary::written) {
        Some(Some(summary)) => summary,
        other => {
            if other.is_some() {
                tracing::warn!(%id, "a worker's summary is none, and is made of the captions instead");
            }
            let captions = beside(&state.media_root, &path, Beside::Vtt).await.ok_or(NO_CAPTIONS)?;
            summary::of_captions(&captions).ok_or(NO_CAPTIONS)?
        }
    };
    if !transcriptions::keep_summary(&state.database, &id, &summary).await? {
        return Err(UNKNOWN);
    }
    Ok(Json(Summary { summary }))
}

/// The transcription of a path, by the name of its job.
pub struct Transcribed(pub JobId);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Transcribed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut http::request::Parts, state: &S) -> Result<Self, ApiError> {
        JobId::from_request_parts(parts, state).await.map(Self).map_err(|_| UNKNOWN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_safe_whatever_the_recording_is_called() {
        for (path, ascii, exact) in [
            ("council/2026-05-12.mp4", "2026-05-12", "2026-05-12"),
            ("a \"b\"; x=y.mp4", "a _b__ x_y", "a%20%22b%22%3B%20x%3Dy"),
            ("r\u{e9}union.final.mov", "r_union.final", "r%C3%A9union.final"),
            ("council/.mp4", "captions", "captions"),
            ("...", "captions", "captions"),
            ("plain", "plain", "plain"),
        ] {
            let value = disposition(&MediaPath::parse(path).unwrap(), "scc");
            let expected = format!("attachment; filename=\"{ascii}.scc\"; filename*=UTF-8''{exact}.scc");
            assert_eq!(value.to_str().unwrap(), expected, "{path}");
        }
    }
}
