//! The folders of the media root, to choose a recording from.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::Serialize;

use crate::auth::SignedIn;
use crate::domain::MediaPath;
use crate::error::ApiError;
use crate::fields::{FieldErrors, Query, QueryField};
use crate::files::{FileError, FolderEntry, Kind};
use crate::routes::paging;
use crate::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new().route("/api/browse", get(browse))
}

/// A page of a folder. The root has the path `""`, and no parent.
#[derive(Serialize, JsonSchema)]
pub struct Folder {
    path: String,
    parent: Option<String>,
    entries: Vec<FolderEntry>,
    total: i64,
    limit: i64,
    offset: i64,
}

/// Nothing is the root.
struct FolderPath(Option<MediaPath>);

impl QueryField for FolderPath {
    fn from_query(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(Self(None)) } else { MediaPath::parse(text).map(|path| Self(Some(path))) }
    }
}

impl From<FileError> for ApiError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::NoFolder => Self::NotFound("there is no such folder"),
            FileError::NotAFolder => FieldErrors::one("path", "must be a folder, not a file").into(),
            FileError::BadFolder => {
                let reason = "must be a folder inside the media root, with names that its disk takes";
                FieldErrors::one("folder", reason).into()
            }
            FileError::BadName => FieldErrors::one("file", "must have a shorter name").into(),
            FileError::OtherDisk => {
                FieldErrors::one("folder", "must be on the same disk as the media root").into()
            }
            FileError::Taken => Self::Conflict(
                "a file of this name is in the folder already: choose another name, or send replace=true",
            ),
            FileError::TooLarge => Self::Internal,
            FileError::Full => Self::DiskFull,
            FileError::Disk(cause) => {
                tracing::error!(%cause, "the media root cannot be used");
                Self::FilesLost
            }
        }
    }
}

/// The types that are taken, for the answer that names them.
pub fn unknown_type() -> ApiError {
    ApiError::FileType { allowed: Kind::endings() }
}

async fn browse(
    State(state): State<AppState>,
    _: SignedIn,
    mut query: Query,
) -> Result<Json<Folder>, ApiError> {
    let page = paging::page(&mut query);
    let path = query.optional("path").and_then(|FolderPath(path)| path);
    query.finish()?;
    let count = |number| usize::try_from(number).unwrap_or(usize::MAX);
    let listing = state.files.list(path.as_ref(), count(page.offset), count(page.limit)).await?;
    let path = path.as_ref().map(MediaPath::as_str);
    Ok(Json(Folder {
        parent: path.map(|path| path.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned()),
        path: path.unwrap_or_default().to_owned(),
        entries: listing.entries,
        total: i64::try_from(listing.total).unwrap_or(i64::MAX),
        limit: page.limit,
        offset: page.offset,
    }))
}
