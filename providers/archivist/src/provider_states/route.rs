//! `POST /_pact/provider-states`, as Pact's verifiers call it.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::provider_states::{Params, StateError, Values, setup, teardown};
use crate::state::AppState;

/// Pact's state change. It may hold more than is read here.
#[derive(Deserialize)]
struct StateChange {
    #[serde(default)]
    action: StateAction,
    #[serde(default)]
    state: String,
    #[serde(default)]
    params: Option<Map<String, Value>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StateAction {
    #[default]
    Setup,
    Teardown,
}

pub fn router() -> Router<AppState> {
    Router::new().route("/_pact/provider-states", post(change))
}

async fn change(State(state): State<AppState>, Json(change): Json<StateChange>) -> Response {
    let params = Params::from(change.params.unwrap_or_default());
    let changed = match change.action {
        StateAction::Setup => setup(&state, &change.state, &params).await,
        StateAction::Teardown => teardown(&state).await.map(|()| Values::new()),
    };
    match changed {
        Ok(values) => Json(values).into_response(),
        Err(error) => {
            let status = match error {
                StateError::Unknown(_) => StatusCode::NOT_FOUND,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            };
            (status, Json(json!({ "error": error.to_string() }))).into_response()
        }
    }
}
