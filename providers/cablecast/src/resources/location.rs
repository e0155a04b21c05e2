//! Headends, and how they reach their devices.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resource::{Id, Resource, envelope, json};
use crate::resources::Answer;
use crate::station::Station;
use crate::store::Store;

/// A headend.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Location {
    pub id: i32,
    pub name: String,
    pub vod_configurations: Vec<i32>,
    pub router_control_module_set: Option<i32>,
}

/// How a location reaches a device.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ControlModuleSet {
    pub id: i32,
    pub server: i32,
    pub name: String,
    pub control_module: String,
    pub location: i32,
    pub port_setting: String,
}

pub(crate) fn router() -> Router<Station> {
    Router::new().route("/locations", get(list)).route("/locations/{id}", get(read))
}

async fn list(State(station): State<Station>) -> Answer {
    let store = station.store();
    let mut body = envelope(Location::MANY, &store.locations.iter().collect::<Vec<_>>());
    body.insert(ControlModuleSet::MANY.to_owned(), json(&control_module_sets(&store, None)));
    Ok(Json(body))
}

async fn read(State(station): State<Station>, id: Id<Location>) -> Answer {
    let store = station.store();
    let mut body = envelope(Location::ONE, store.locations.find(id.value)?);
    body.insert(ControlModuleSet::MANY.to_owned(), json(&control_module_sets(&store, Some(id.value))));
    Ok(Json(body))
}

fn control_module_sets(store: &Store, location: Option<i32>) -> Vec<&ControlModuleSet> {
    let here = |set: &&ControlModuleSet| location.is_none_or(|location| set.location == location);
    store.control_module_sets.iter().filter(here).collect()
}
