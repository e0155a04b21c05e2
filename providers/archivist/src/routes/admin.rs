//! For admins alone: accounts, the queue tidied up, the record of what was done, and how the service is doing.

pub mod audit;
pub mod cleanup;
pub mod overview;
pub mod users;

use axum::Router;

use crate::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .merge(overview::router())
        .merge(users::router())
        .merge(audit::router())
        .merge(cleanup::router())
}
