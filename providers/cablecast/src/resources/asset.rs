//! The files the server knows.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::credentials::FrontdoorUser;
use crate::query::Parameters;
use crate::resource::{Resource, envelope, json};
use crate::resources::Answer;
use crate::station::Station;

/// A file the server knows.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Asset {
    pub id: i32,
    pub path: String,
    pub url: String,
    pub extension: String,
    /// Such as valid or unlinked.
    pub file_status: String,
    pub file_type: FileType,
    pub has_captions: bool,
    pub has_multiple_audio_program: bool,
    /// Bytes.
    pub size: i64,
    pub thumbnail_state: ThumbnailState,
    pub thumbnail_url: Option<String>,
    pub vods: Vec<i32>,
    pub reels: Vec<i32>,
    pub file_stores: Vec<i32>,
    pub asset_infos: Vec<i32>,
    pub asset_logs: Vec<i32>,
    pub asset_thumbnails: Vec<i32>,
    pub file_store_assets: Vec<i32>,
}

/// What kind of file an asset is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileType {
    #[default]
    Unknown,
    Video,
    Audio,
    Image,
    Caption,
    Document,
    HlsManifest,
}

/// How far the still of an asset has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ThumbnailState {
    #[default]
    None,
    Processing,
    Complete,
    Error,
    Skip,
}

/// What a probe found out about an asset.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct AssetInfo {
    pub id: i32,
    pub frame_count: f64,
    pub frame_rate: f64,
}

impl FileType {
    /// By the extension, which is all the server has to go by.
    fn of(extension: &str) -> Self {
        match extension.to_ascii_lowercase().as_str() {
            ".mp4" | ".mov" | ".mpg" | ".m4v" | ".ts" => Self::Video,
            ".mp3" | ".wav" | ".m4a" => Self::Audio,
            ".jpg" | ".jpeg" | ".png" | ".gif" => Self::Image,
            ".scc" | ".vtt" | ".srt" => Self::Caption,
            ".pdf" | ".txt" | ".doc" | ".docx" => Self::Document,
            ".m3u8" => Self::HlsManifest,
            _ => Self::Unknown,
        }
    }

    const fn can_be_played(self) -> bool {
        matches!(self, Self::Video | Self::Audio)
    }
}

impl Asset {
    /// A file of `size` bytes in a file store, not yet linked to a reel.
    pub(crate) fn unlinked(id: i32, path: &str, file_store: i32, size: i64) -> Self {
        let extension = path.rfind('.').map_or("", |dot| &path[dot..]);
        Self {
            id,
            path: path.to_owned(),
            url: format!("{}/store-{file_store}/{}", crate::HOST, path.replace(' ', "%20")),
            extension: extension.to_owned(),
            file_status: "unlinked".to_owned(),
            file_type: FileType::of(extension),
            size,
            file_stores: vec![file_store],
            ..Self::default()
        }
    }
}

pub(crate) fn router() -> Router<Station> {
    Router::new().route("/assets", get(list))
}

/// What `GET /assets` filters by.
struct Filter<'a> {
    statuses: Vec<&'a str>,
    playback_only: bool,
}

impl<'a> Filter<'a> {
    fn from_query(query: &'a Parameters) -> Self {
        let playback = |purpose: &str| purpose.eq_ignore_ascii_case("playback");
        Self {
            statuses: query.all("status_type[]").collect(),
            playback_only: query.text("purpose_type").is_some_and(playback),
        }
    }

    fn lets(&self, asset: &Asset) -> bool {
        let status = |wanted: &&str| asset.file_status.eq_ignore_ascii_case(wanted);
        (self.statuses.is_empty() || self.statuses.iter().any(status))
            && (!self.playback_only || asset.file_type.can_be_played())
    }
}

/// Newest first, whether that is asked for or not: ids grow with time.
async fn list(_: FrontdoorUser, State(station): State<Station>, query: Parameters) -> Answer {
    let page = station.page(&query)?;
    let filter = Filter::from_query(&query);
    let store = station.store();
    let (meta, assets) = page.cut(store.assets.iter().rev().filter(|asset| filter.lets(asset)).collect());
    let infos: Vec<_> = assets.iter().flat_map(|asset| store.asset_infos.those(&asset.asset_infos)).collect();
    let mut body = envelope(Asset::MANY, &assets);
    body.insert("meta".to_owned(), json(&meta));
    body.insert(AssetInfo::MANY.to_owned(), json(&infos));
    Ok(Json(body))
}
