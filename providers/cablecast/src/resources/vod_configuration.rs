//! How a location makes its VODs.

use axum::Router;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resources::{Located, located};
use crate::station::Station;

/// How a location makes its VODs.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct VodConfiguration {
    pub id: i32,
    pub location: i32,
    pub provider_name: String,
    pub default_quality: i32,
    pub embed_template: String,
    pub vod_control_module_set: i32,
    pub vod_transcode_qualities: Vec<i32>,
    pub maximum_resolution: i32,
    pub secondary_audio_programming: i32,
    pub primary_audio_label: Option<String>,
    pub primary_audio_lang_code: Option<String>,
    pub secondary_audio_label: Option<String>,
    pub secondary_audio_lang_code: Option<String>,
    pub exclude_mp4_from_sync: bool,
}

impl Located for VodConfiguration {
    fn location(&self) -> i32 {
        self.location
    }
}

pub(crate) fn router() -> Router<Station> {
    located::<VodConfiguration>("/vodconfigurations")
}
