//! Whether the broker lives, and whether its database does.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use serde_json::json;

use crate::http::HEARTBEAT;
use crate::http::answer::Answer;
use crate::http::href::{Hrefs, link};
use crate::http::server::Broker;

const DEPENDENCIES: &str = "/diagnostic/status/dependencies";

pub fn routes() -> Router<Broker> {
    Router::new().route(HEARTBEAT, get(heartbeat)).route(DEPENDENCIES, get(dependencies))
}

async fn heartbeat(hrefs: Hrefs) -> Answer {
    Answer::ok(&json!({ "ok": true, "_links": { "self": link(hrefs.at(&[HEARTBEAT])) } }))
}

async fn dependencies(State(broker): State<Broker>, hrefs: Hrefs) -> Response {
    let asked = broker.shelf.read(|_| ()).await;
    let links = json!({ "self": link(hrefs.at(&[DEPENDENCIES])) });
    let Err(error) = asked else {
        return Answer::ok(&json!({ "database": { "ok": true }, "_links": links })).into_response();
    };
    tracing::error!(%error, "the database does not answer");
    // What it says is for the log: it may name hosts and users.
    let body = json!({ "database": { "ok": false }, "_links": links });
    Answer::hal(StatusCode::SERVICE_UNAVAILABLE, &body).into_response()
}
