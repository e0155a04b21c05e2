//! Provider states over HTTP: the state change that verifiers of pacts send.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{StateError, set_up, tear_down};
use crate::station::Station;

/// A provider state that begins or ends.
#[derive(Deserialize)]
struct StateChange {
    #[serde(default)]
    action: Action,
    #[serde(default)]
    state: String,
    #[serde(default)]
    params: Option<Map<String, Value>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    #[default]
    Setup,
    Teardown,
}

pub(crate) fn router() -> Router<Station> {
    Router::new().route("/_pact/provider-states", post(change))
}

async fn change(State(station): State<Station>, body: Bytes) -> Response {
    let change: StateChange = match serde_json::from_slice(&body) {
        Ok(change) => change,
        Err(error) => {
            return failure(StatusCode::BAD_REQUEST, &format!("the body is no state change: {error}"));
        }
    };
    match change.action {
        Action::Teardown => {
            tear_down(&station);
            Json(json!({})).into_response()
        }
        Action::Setup => match set_up(&station, &change.state, &change.params.unwrap_or_default()) {
            Ok(values) => Json(values).into_response(),
            Err(error @ StateError::Unknown(_)) => failure(StatusCode::NOT_FOUND, &error.to_string()),
            Err(error) => failure(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        },
    }
}

fn failure(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
