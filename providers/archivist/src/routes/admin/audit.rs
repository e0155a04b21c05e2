//! `GET /api/admin/audit`.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use schemars::JsonSchema;
use serde::Serialize;

use crate::auth::Admin;
use crate::error::ApiError;
use crate::fields::Query;
use crate::routes::paging;
use crate::state::AppState;
use crate::storage::audit::{self, Entry};

pub fn router() -> Router<AppState> {
    Router::new().route("/api/admin/audit", get(list))
}

#[derive(Serialize, JsonSchema)]
pub struct AuditList {
    entries: Vec<Entry>,
    total: i64,
    limit: i64,
    offset: i64,
}

async fn list(
    State(state): State<AppState>,
    _: Admin,
    mut query: Query,
) -> Result<Json<AuditList>, ApiError> {
    let page = paging::page(&mut query);
    query.finish()?;
    let listed = audit::list(&state.database, page).await?;
    let (limit, offset) = (page.limit, page.offset);
    Ok(Json(AuditList { entries: listed.items, total: listed.total, limit, offset }))
}
