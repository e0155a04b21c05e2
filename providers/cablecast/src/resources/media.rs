//! Tapes, discs and files that reels are on.

use axum::Router;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resources::readable;
use crate::station::Station;
use crate::time::Timestamp;

/// A tape, a disc or a file that reels are on.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Media {
    pub id: i32,
    pub creation_date: Timestamp,
    pub disposition_date: Option<Timestamp>,
    pub disposition: Option<i32>,
    pub format: i32,
    pub location: i32,
    pub media_name: String,
    pub pre_assigned_device: Option<i32>,
    pub pre_assigned_device_slot: Option<i32>,
    pub override_aspect_ratio: Option<i32>,
    pub network_stream: Option<i32>,
}

pub(crate) fn router() -> Router<Station> {
    readable::<Media>("/media")
}
