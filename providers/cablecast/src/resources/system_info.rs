//! What the server says of itself.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::resource::envelope;
use crate::resources::Answer;
use crate::station::Station;
use crate::time::Timestamp;

/// What the server says of itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "the members are the vendor's")]
pub struct SystemInfo {
    #[serde(rename = "hardwareID")]
    pub hardware_id: String,
    pub cablecast_version: String,
    pub cablecast_friendly_version: String,
    pub site_name: String,
    pub database_backups_configured: bool,
    pub software_metrics_configured: bool,
    pub updates_available: bool,
    pub base_url_for_embeds: Option<String>,
    pub update_in_progress: bool,
    pub server_update_statuses: Vec<Map<String, Value>>,
    pub active_release_status: Option<String>,
    pub timestamp: Timestamp,
}

pub(crate) fn router() -> Router<Station> {
    Router::new().route("/systeminfo", get(read))
}

async fn read(State(station): State<Station>) -> Answer {
    let info = SystemInfo {
        hardware_id: "0000-0000-0000".to_owned(),
        cablecast_version: "7.9.0".to_owned(),
        cablecast_friendly_version: "7.9".to_owned(),
        site_name: "Harbor Community Media".to_owned(),
        base_url_for_embeds: Some(crate::HOST.to_owned()),
        timestamp: station.now(),
        ..SystemInfo::default()
    };
    Ok(Json(envelope("systemInfo", &info)))
}
