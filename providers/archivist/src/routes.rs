//! The HTTP surface: one file for each area, with its bodies, its `router()` and its handlers.

pub mod admin;
pub mod auth;
pub mod cablecast;
pub mod files;
pub mod operations;
pub mod paging;
pub mod publish;
pub mod queue;
pub mod socket;
pub mod transcribe;
pub mod transcriptions;
pub mod upload;
pub mod vod;

use axum::Router;

use crate::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .merge(auth::router())
        .merge(vod::router())
        .merge(transcribe::router())
        .merge(transcriptions::router())
        .merge(cablecast::router())
        .merge(publish::router())
        .merge(files::router())
        .merge(upload::router())
        .merge(queue::router())
        .merge(socket::router())
        .merge(admin::router())
        .merge(operations::router())
}
