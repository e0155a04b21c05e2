//! Files on their way in: begun, sent in segments, closed. Then the server works on them, one step
//! each time a client looks, until they are assets.

use axum::body::Bytes;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::credentials::FrontdoorUser;
use crate::refusal::Refusal;
use crate::resource::{Draft, Id, Resource, Writable, envelope, one};
use crate::resources::Answer;
use crate::resources::asset::Asset;
use crate::segments::MAX_SEGMENT_BYTES;
use crate::station::Station;
use crate::store::Store;
use crate::time::Timestamp;

/// Segments of one file, at most.
const MAX_SEGMENTS: i32 = 10_000;

/// An upload that is idle for longer is given up.
const IDLE_SECONDS: i64 = 4 * 60 * 60;

/// Bytes of what multipart adds to a segment, at most.
const MAX_MULTIPART_OVERHEAD: usize = 64 * 1024;

/// A file on its way into a file store.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct FileUpload {
    pub id: i32,
    pub file_name: String,
    pub destination_store: i32,
    pub state: FileUploadState,
    pub created: Timestamp,
    pub last_modified: Timestamp,
    pub total_segments: i32,
    /// Bytes.
    pub size: i64,
    /// The asset that the file became; null until it has.
    pub asset: Option<i32>,
}

/// How far an upload has come. A number on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub enum FileUploadState {
    Error = 0,
    #[default]
    Uploading = 1,
    UploadingComplete = 2,
    PostProcessing = 3,
    Transferring = 4,
    Finished = 5,
    Timeout = 6,
}

impl FileUploadState {
    const ALL: [Self; 7] = [
        Self::Error,
        Self::Uploading,
        Self::UploadingComplete,
        Self::PostProcessing,
        Self::Transferring,
        Self::Finished,
        Self::Timeout,
    ];
}

impl From<FileUploadState> for i32 {
    fn from(state: FileUploadState) -> Self {
        state as Self
    }
}

impl TryFrom<i32> for FileUploadState {
    type Error = String;

    fn try_from(number: i32) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|state| i32::from(*state) == number);
        known.ok_or_else(|| format!("{number} is no state of a file upload"))
    }
}

impl JsonSchema for FileUploadState {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FileUploadState".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let numbers: Vec<i32> = Self::ALL.into_iter().map(i32::from).collect();
        json_schema!({ "type": "integer", "format": "int32", "enum": numbers })
    }
}

impl Writable for FileUpload {
    const KEPT_BY_SERVER: &'static [&'static str] = &["id", "created", "lastModified", "asset"];
    const NEEDED_TO_CREATE: &'static [&'static str] =
        &["fileName", "destinationStore", "totalSegments", "size"];
}

impl Store {
    /// Moves the upload one step on: what was sent is checked, and becomes an asset.
    fn advance_upload(&mut self, id: i32, now: Timestamp) -> Result<(), Refusal> {
        let upload = self.file_uploads.find(id)?.clone();
        let state = match upload.state {
            FileUploadState::Uploading if upload.last_modified.plus_seconds(IDLE_SECONDS) < now => {
                FileUploadState::Timeout
            }
            FileUploadState::UploadingComplete
                if !self.segments.are_whole(id, upload.total_segments, upload.size) =>
            {
                FileUploadState::Error
            }
            FileUploadState::UploadingComplete => FileUploadState::PostProcessing,
            FileUploadState::PostProcessing => FileUploadState::Transferring,
            FileUploadState::Transferring => FileUploadState::Finished,
            resting => resting,
        };
        if state == upload.state {
            return Ok(());
        }
        let asset = if state == FileUploadState::Finished { Some(self.keep_asset(&upload)?) } else { None };
        if matches!(state, FileUploadState::Finished | FileUploadState::Error | FileUploadState::Timeout) {
            self.segments.forget(id);
        }
        self.file_uploads.put(FileUpload { state, asset, last_modified: now, ..upload })
    }

    /// The asset that a finished upload becomes.
    pub(crate) fn keep_asset(&mut self, upload: &FileUpload) -> Result<i32, Refusal> {
        let id = self.assets.next_id()?;
        self.assets.put(Asset::unlinked(id, &upload.file_name, upload.destination_store, upload.size))?;
        Ok(id)
    }
}

pub(crate) fn router() -> Router<Station> {
    let segment = post(send_segment).layer(DefaultBodyLimit::max(MAX_SEGMENT_BYTES + MAX_MULTIPART_OVERHEAD));
    Router::new()
        .route("/fileuploads", get(list).post(create))
        .route("/fileuploads/{id}", get(read).put(close))
        .route("/fileuploads/{id}/upload", segment)
}

async fn list(_: FrontdoorUser, State(station): State<Station>) -> Answer {
    let store = station.store();
    Ok(Json(envelope(FileUpload::MANY, &store.file_uploads.iter().collect::<Vec<_>>())))
}

async fn read(_: FrontdoorUser, State(station): State<Station>, id: Id<FileUpload>) -> Answer {
    let mut store = station.store();
    store.advance_upload(id.value, station.now())?;
    store.file_uploads.find(id.value).map(one)
}

async fn create(_: FrontdoorUser, State(station): State<Station>, draft: Draft<FileUpload>) -> Answer {
    let mut store = station.store();
    let now = station.now();
    let id = store.file_uploads.next_id()?;
    let blank = FileUpload { id, created: now, last_modified: now, ..FileUpload::default() };
    let upload = FileUpload { state: FileUploadState::Uploading, ..draft.create(&blank)? };
    check(&store, &upload)?;
    let answer = one(&upload);
    store.file_uploads.put(upload)?;
    Ok(answer)
}

fn check(store: &Store, upload: &FileUpload) -> Result<(), Refusal> {
    if upload.file_name.is_empty() || upload.file_name.contains(['/', '\\', '\0']) {
        return Err(Refusal::bad("fileName must be the name of a file, without a folder"));
    }
    if store.file_stores.get(upload.destination_store).is_none() {
        return Err(Refusal::bad(format!("there is no fileStore {}", upload.destination_store)));
    }
    if !(1..=MAX_SEGMENTS).contains(&upload.total_segments) {
        return Err(Refusal::bad(format!("totalSegments must be from 1 to {MAX_SEGMENTS}")));
    }
    if upload.size < 0 {
        return Err(Refusal::bad("size must not be negative"));
    }
    Ok(())
}

/// The only change a client makes: every segment was sent.
async fn close(
    _: FrontdoorUser,
    State(station): State<Station>,
    id: Id<FileUpload>,
    draft: Draft<FileUpload>,
) -> Answer {
    let mut store = station.store();
    let current = store.file_uploads.find(id.value)?.clone();
    let state = draft.change(&current)?.state;
    let closes = (current.state, state) == (FileUploadState::Uploading, FileUploadState::UploadingComplete);
    if state != current.state && !closes {
        return Err(Refusal::bad("a client only takes an upload from state 1 to state 2"));
    }
    let upload = FileUpload { state, last_modified: station.now(), ..current };
    let answer = one(&upload);
    store.file_uploads.put(upload)?;
    Ok(answer)
}

async fn send_segment(
    _: FrontdoorUser,
    State(station): State<Station>,
    id: Id<FileUpload>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<StatusCode, Refusal> {
    station.store().file_uploads.find(id.value)?;
    let form = form.map_err(|_| Refusal::UnsupportedMediaType { wanted: "multipart/form-data" })?;
    let segment = Segment::from_form(form).await?;
    let mut store = station.store();
    store.advance_upload(id.value, station.now())?;
    let upload = store.file_uploads.find(id.value)?;
    if upload.state != FileUploadState::Uploading {
        return Err(Refusal::bad("the upload takes no more segments"));
    }
    if !(0..upload.total_segments).contains(&segment.index) {
        return Err(Refusal::bad("segment must be from 0 to one less than totalSegments"));
    }
    store.segments.put(id.value, segment.index, segment.bytes)?;
    store.file_uploads.find_mut(id.value)?.last_modified = station.now();
    Ok(StatusCode::OK)
}

/// One piece of a file, as the form brings it.
struct Segment {
    index: i32,
    bytes: Bytes,
}

impl Segment {
    async fn from_form(mut form: Multipart) -> Result<Self, Refusal> {
        let (mut index, mut bytes) = (None, None);
        while let Some(part) = form.next_field().await.map_err(|error| unread(&error))? {
            match part.name().unwrap_or_default() {
                "segment" => {
                    let text = part.text().await.map_err(|error| unread(&error))?;
                    index = Some(
                        text.trim().parse().map_err(|_| Refusal::bad("segment must be a whole number"))?,
                    );
                }
                "file" => bytes = Some(part.bytes().await.map_err(|error| unread(&error))?),
                _ => {}
            }
        }
        let bytes: Bytes = bytes.ok_or_else(|| Refusal::bad("the form has no part \"file\""))?;
        if bytes.len() > MAX_SEGMENT_BYTES {
            return Err(Refusal::TooLarge { limit: MAX_SEGMENT_BYTES });
        }
        Ok(Self { index: index.ok_or_else(|| Refusal::bad("the form has no part \"segment\""))?, bytes })
    }
}

fn unread(error: &MultipartError) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Refusal::TooLarge { limit: MAX_SEGMENT_BYTES }
    } else {
        Refusal::bad("the form cannot be read")
    }
}
