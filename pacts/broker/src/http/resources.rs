//! The routes, a family a file.

mod contracts;
mod versions;
mod pacticipants;
mod environments;
mod pacts;
mod verification;

use axum::Router;

use super::server::Broker;

pub fn routes() -> Router<Broker> {
    Router::new().merge(contracts::routes()).merge(environments::routes()).merge(pacticipants::routes()).merge(versions::routes()).merge(pacts::routes()).merge(verification::routes())
}
