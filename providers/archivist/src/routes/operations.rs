//! For whoever runs the service: its health, its numbers and its document.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use http::header::{CONTENT_TYPE, RETRY_AFTER};

use crate::document;
use crate::error::{ApiError, OUTAGE_RETRY, seconds};
use crate::health::{self, HealthStatus};
use crate::metrics;
use crate::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/health", get(health))
        .route("/metrics", get(numbers))
        .route("/openapi.json", get(openapi))
}

async fn health(State(state): State<AppState>) -> Response {
    let health = health::examine(&state).await;
    match health.status {
        HealthStatus::Healthy | HealthStatus::Degraded => Json(health).into_response(),
        HealthStatus::Unhealthy => {
            let retry = [(RETRY_AFTER, seconds(OUTAGE_RETRY))];
            (StatusCode::SERVICE_UNAVAILABLE, retry, Json(health)).into_response()
        }
    }
}

async fn numbers(State(state): State<AppState>) -> Result<impl IntoResponse, ApiError> {
    let text = metrics::render(&state).await.map_err(|cause| {
        tracing::error!(%cause, "the metrics cannot be written");
        ApiError::Internal
    })?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text))
}

async fn openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], document::json())
}
