//! The routes, a family a file.

mod audit;
mod contracts;
mod dashboard;
mod diagnostic;
mod documents;
mod environments;
mod for_verification;
mod integrations;
mod matrix;
mod metrics;
mod pacticipants;
mod pacts;
mod provider_states;
mod relationships;
mod results;
mod verification;
mod versions;
mod webhooks;

use axum::Router;

use super::server::Broker;

pub fn routes() -> Router<Broker> {
    Router::new()
        .merge(contracts::routes())
        .merge(environments::routes())
        .merge(matrix::routes())
        .merge(pacticipants::routes())
        .merge(versions::routes())
        .merge(pacts::routes())
        .merge(verification::routes())
        .merge(relationships::routes())
        .merge(results::routes())
        .merge(for_verification::routes())
        .merge(dashboard::routes())
        .merge(documents::routes())
        .merge(integrations::routes())
        .merge(provider_states::routes())
        .merge(audit::routes())
        .merge(diagnostic::routes())
        .merge(metrics::routes())
        .merge(webhooks::routes())
}
