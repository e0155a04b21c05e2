//! Pieces of a show on a medium.

use axum::Router;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resources::readable;
use crate::station::Station;

/// A piece of a show on a medium.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Reel {
    pub id: i32,
    pub media: i32,
    pub show: i32,
    pub reel_number: i32,
    /// Seconds.
    pub length: i32,
    /// Seconds.
    pub cue: i32,
    /// Numbers on a DVD.
    pub chapter: i32,
    /// Numbers on a DVD.
    pub title: i32,
    pub user_file_name: Option<String>,
    pub asset_reel_links: Vec<i32>,
    pub has_valid_file: bool,
    pub has_invalid_file: bool,
    pub has_processing_file: bool,
    pub playback_asset: Option<i32>,
    pub secondary_audio_programming: i32,
    pub audio_programs: i32,
}

pub(crate) fn router() -> Router<Station> {
    readable::<Reel>("/reels")
}
