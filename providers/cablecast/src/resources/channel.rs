//! Channels that schedule items run on.

use axum::Router;
use axum::routing::get;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resources::{list, readable};
use crate::station::Station;

/// A channel that schedule items run on.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Channel {
    pub id: i32,
    pub name: String,
    pub primary_location: i32,
    pub live_streams: Vec<i32>,
    pub primary_output: Option<i32>,
    pub interstitial_dwell: Option<i32>,
    pub channel_contact_info: Option<i32>,
    /// Spelt as the server spells it.
    pub automation_overriden: bool,
    pub branding_config: Option<String>,
    pub squeeze_back_enabled: bool,
    pub squeeze_back_channel: Option<i32>,
    pub squeeze_back_block: Option<i32>,
}

pub(crate) fn router() -> Router<Station> {
    Router::new().route("/channels", get(list::<Channel>)).merge(readable::<Channel>("/channels"))
}
