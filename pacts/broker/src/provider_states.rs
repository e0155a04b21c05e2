//! How a replay puts the broker into the state that an interaction needs. Whoever reaches this owns the
//! data, so it is compiled with the feature `provider-states` alone, which no release has.

mod query;
mod step;

use std::collections::BTreeMap;

use axum::extract::{Json, State};
use axum::middleware::map_request;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Router, http::StatusCode};
use serde::Deserialize;
use serde_json::json;

use crate::http::Broker;
use crate::shelf::{Shelf, ShelfError};
use step::Step;

/// The states that the Ruby client's pact names, and how each is reached from an empty shelf.
const STATES: &str = include_str!("provider_states/states.json");

/// Why the broker is not in the state that was asked for.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("there is no provider state {0:?}")]
    Unknown(String),
    #[error("the broker could not be put into the state: {0}")]
    Shelf(#[from] ShelfError),
}

/// Every state that can be asked for.
pub fn names() -> impl Iterator<Item = String> {
    table().into_keys()
}

/// Empties the shelf and puts it into a state. The state without a name is the empty shelf.
pub async fn set_up(shelf: &Shelf, name: &str) -> Result<(), StateError> {
    let steps = match name {
        "" => Vec::new(),
        _ => table().remove(name).ok_or_else(|| StateError::Unknown(name.to_owned()))?,
    };
    shelf.empty().await.map_err(ShelfError::Store)?;
    for step in steps {
        shelf.write("provider state", |draft| step.take(draft)).await?;
    }
    Ok(())
}

/// The broker with `POST /_pact/provider-states`, for requests as a V2 pact can say them: see [`query`].
pub fn router(broker: Broker) -> Router {
    let states = post(change).with_state(broker.clone());
    let service = tower_layer::Layer::layer(&map_request(query::restore), crate::http::router(broker));
    Router::new().route("/_pact/provider-states", states).fallback_service(service)
}

/// What verifiers send. A teardown leaves the shelf empty.
#[derive(Deserialize)]
struct Change {
    #[serde(default)]
    state: String,
    #[serde(default)]
    action: String,
}

async fn change(State(broker): State<Broker>, Json(change): Json<Change>) -> Response {
    let name = if change.action == "teardown" { "" } else { &change.state };
    match set_up(&broker.shelf, name).await {
        Ok(()) => Json(json!({})).into_response(),
        Err(error @ StateError::Unknown(_)) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
        Err(error @ StateError::Shelf(_)) => {
            (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
        }
    }
}

fn table() -> BTreeMap<String, Vec<Step>> {
    serde_json::from_str(STATES).expect("the table of states is of steps, as every test of it shows")
}
