//! The state of a VOD on its own, which clients poll.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::{Id, envelope};
use crate::resources::Answer;
use crate::resources::vod::{Vod, VodState};
use crate::station::Station;

/// The state of a VOD on its own, for polling.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct VodStatus {
    /// The id of the VOD.
    pub id: i32,
    pub vod_state: VodState,
    #[schemars(range(min = 0, max = 1))]
    pub percent_complete: f64,
    pub error_message: Option<String>,
}

impl VodStatus {
    fn of(vod: &Vod) -> Self {
        Self {
            id: vod.id,
            vod_state: vod.vod_state,
            percent_complete: vod.percent_complete,
            error_message: vod.error_message.clone(),
        }
    }
}

pub(crate) fn router() -> Router<Station> {
    Router::new().route("/vodstatuses/{id}", get(read))
}

async fn read(State(station): State<Station>, id: Id<Vod>) -> Answer {
    let mut store = station.store();
    let answer = Json(envelope("vodStatus", &VodStatus::of(store.vods.find(id.value)?)));
    store.advance_vod(id.value, station.now());
    Ok(answer)
}
