//! Recordings, and the captions beside them, sent by a browser: streamed to the disk, and never whole in memory.

mod form;
mod intake;

use axum::extract::{Request, State};
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Serialize;

use crate::auth::SignedIn;
use crate::domain::{FileSize, MediaPath, Title, VodStatus};
use crate::error::ApiError;
use crate::fields::{FieldErrors, Fields, FromFields, JsonField};
use crate::files::Kind;
use crate::state::AppState;
use crate::storage::StorageError;
use crate::storage::vods::{self, NewVod};
use form::{Arrived, receive};
use intake::{FORM_LIMIT, Intake};

/// The route below, which has a pace of its own in place of a deadline.
pub const PATH: &str = "/api/upload";

pub fn router() -> Router<AppState> {
    Router::new().route("/api/upload", post(upload))
}

/// The fields beside the file. Folders that are missing are made.
#[derive(Debug)]
struct Wishes {
    folder: Option<MediaPath>,
    title: Option<Title>,
    replace: bool,
}

struct Switch(bool);

impl JsonField for Switch {
    fn from_json(value: &serde_json::Value) -> Result<Self, String> {
        match crate::fields::text(value)? {
            "true" => Ok(Self(true)),
            "false" => Ok(Self(false)),
            _ => Err("must be true or false".to_owned()),
        }
    }
}

/// A form that is sent with a field left empty means none.
struct FolderName(Option<MediaPath>);

impl JsonField for FolderName {
    fn from_json(value: &serde_json::Value) -> Result<Self, String> {
        let text = crate::fields::text(value)?;
        if text.is_empty() {
            return Ok(Self(None));
        }
        if text.split('/').any(crate::files::is_hidden) {
            return Err("must not have names that begin with a dot".to_owned());
        }
        MediaPath::parse(text).map(|path| Self(Some(path)))
    }
}

impl FromFields for Wishes {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let folder = fields.optional("folder").and_then(|FolderName(path)| path);
        let title = fields.optional("title");
        let replace = fields.optional("replace").is_some_and(|Switch(on)| on);
        Some(Self { folder, title, replace })
    }
}

/// The file as it is now. With a title it is a VOD as well.
#[derive(Serialize, JsonSchema)]
pub struct Uploaded {
    path: MediaPath,
    #[schemars(range(min = 0))]
    size: i64,
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    sha256: String,
    media: bool,
    vod_id: Option<i64>,
}

async fn upload(
    State(state): State<AppState>,
    _: SignedIn,
    request: Request,
) -> Result<impl IntoResponse, ApiError> {
    let (parts, body) = request.into_parts();
    let header = |name| parts.headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    let declared: Option<u64> = header(CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let boundary = header(CONTENT_TYPE).and_then(|kind| multer::parse_boundary(kind).ok());
    let limits = state.files.limits();
    let mut intake = Intake::new(body, limits);
    let outcome = match boundary {
        _ if declared.is_some_and(|length| length > limits.bytes.saturating_add(FORM_LIMIT)) => {
            Err(ApiError::UploadTooLarge { limit: limits.bytes })
        }
        None => Err(ApiError::NotForm),
        Some(boundary) => receive(&state.files, &mut intake, boundary, declared).await,
    };
    match outcome {
        Ok(arrived) => keep(&state, arrived).await,
        Err(error) => Err(intake.refuse(error).await),
    }
}

/// Puts the file into its place, and makes a VOD of it where it has a title: both or neither.
async fn keep(state: &AppState, arrived: Arrived) -> Result<impl IntoResponse + use<>, ApiError> {
    let wishes: Wishes = Fields::new(arrived.fields).into_body()?;
    let path = match &wishes.folder {
        Some(folder) => format!("{}/{}", folder.as_str(), arrived.name),
        None => arrived.name,
    };
    let path = MediaPath::parse(&path).map_err(|reason| FieldErrors::one("folder", reason))?;
    let media = Kind::of_name(path.as_str()).is_some_and(Kind::is_recording);
    if wishes.title.is_some() && !media {
        return Err(FieldErrors::one("title", "must not be given: only a recording is archived").into());
    }
    let staged = state.files.settle(arrived.staged).await?;
    let (size, sha256) = (i64::try_from(staged.size()).unwrap_or(i64::MAX), staged.sha256());
    let vod_id = match wishes.title {
        None => {
            state.files.publish(staged, &path, wishes.replace).await?;
            None
        }
        Some(title) => {
            let mut transaction = state.database.begin().await?;
            let new = NewVod {
                title,
                file_path: path.clone(),
                duration: None,
                file_size: Some(FileSize(size)),
                description: None,
                status: VodStatus::Pending,
            };
            let vod = vods::create(&mut transaction, &new).await?;
            let published = state.files.publish(staged, &path, wishes.replace).await?;
            if let Err(error) = transaction.commit().await {
                published.withdraw();
                return Err(StorageError::from(error).into());
            }
            Some(vod.id)
        }
    };
    let location = vod_id.map_or_else(|| folder_of(&path), |id| format!("/api/vod/{id}"));
    let uploaded = Uploaded { path, size, sha256, media, vod_id };
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(uploaded)))
}

/// Where the file is listed.
fn folder_of(path: &MediaPath) -> String {
    let folder = path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
    format!("/api/browse?path={}", utf8_percent_encode(folder, NON_ALPHANUMERIC))
}
