//! `GET /api/admin` and `GET /api/admin/status`: the archive in numbers, and the service itself.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::Serialize;

use crate::auth::Admin;
use crate::domain::VodStatus;
use crate::error::ApiError;
use crate::health::{self, Health};
use crate::state::AppState;
use crate::storage::{DatabaseEngine, users, vods};
use crate::timestamp::Timestamp;

pub fn router() -> Router<AppState> {
    Router::new().route("/api/admin", get(overview)).route("/api/admin/status", get(status))
}

#[derive(Serialize, JsonSchema)]
pub struct AdminOverview {
    users: i64,
    admins: i64,
    sessions: i64,
    vods: VodCounts,
}

#[derive(Default, Serialize, JsonSchema)]
pub struct VodCounts {
    total: i64,
    pending: i64,
    processing: i64,
    completed: i64,
    failed: i64,
}

#[derive(Serialize, JsonSchema)]
pub struct AdminStatus {
    health: Health,
    database: DatabaseEngine,
    started_at: Timestamp,
    uptime_seconds: i64,
}

impl FromIterator<(VodStatus, i64)> for VodCounts {
    fn from_iter<T: IntoIterator<Item = (VodStatus, i64)>>(counts: T) -> Self {
        let mut all = Self::default();
        for (status, count) in counts {
            all.total += count;
            match status {
                VodStatus::Pending => all.pending += count,
                VodStatus::Processing => all.processing += count,
                VodStatus::Completed => all.completed += count,
                VodStatus::Failed => all.failed += count,
            }
        }
        all
    }
}

async fn overview(State(state): State<AppState>, _: Admin) -> Result<Json<AdminOverview>, ApiError> {
    Ok(Json(AdminOverview {
        users: users::count(&state.database).await?,
        admins: users::count_admins(&state.database).await?,
        sessions: state.sessions.count().await?,
        vods: vods::count_by_status(&state.database).await?.into_iter().collect(),
    }))
}

async fn status(State(state): State<AppState>, _: Admin) -> Json<AdminStatus> {
    Json(AdminStatus {
        health: health::examine(&state).await,
        database: state.database.engine(),
        started_at: state.started.at,
        uptime_seconds: i64::try_from(state.started.clock.elapsed().as_secs()).unwrap_or(i64::MAX),
    })
}
