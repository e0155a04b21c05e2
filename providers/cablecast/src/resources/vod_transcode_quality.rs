//! Renditions that VODs are transcoded to.

use axum::Router;
use axum::routing::get;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resources::{list, readable};
use crate::station::Station;

/// A rendition that VODs are transcoded to.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct VodTranscodeQuality {
    pub id: i32,
    pub name: String,
    /// Id of the VOD configuration.
    pub vod_provider: i32,
    /// The settings as JSON text.
    pub settings_hash: String,
    pub description_template: String,
}

pub(crate) fn router() -> Router<Station> {
    Router::new().route("/vodtranscodequalities", get(list::<VodTranscodeQuality>)).merge(readable::<
        VodTranscodeQuality,
    >(
        "/vodtranscodequalities",
    ))
}
