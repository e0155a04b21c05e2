//! The service: settings, routes, and its end.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::answer::{Failure, finish};
use super::auth::{Accounts, guard};
use super::request::{base, without_ending};
use super::{browser, index, resources};
use crate::page;
use crate::shelf::Shelf;
use crate::webhook::{Calls, Worker};

/// 10 MiB: the largest pacts that are known stay far below.
const BODY_LIMIT: usize = 10 << 20;

#[derive(Clone, Debug)]
pub struct Settings {
    /// What addresses start with where clients find the broker elsewhere than it listens.
    pub base_url: Option<Url>,
    /// Bytes of a request's body.
    pub body_limit: usize,
    /// Who may read, and who may write.
    pub accounts: Accounts,
    /// How webhooks are called, and whom they may call.
    pub calls: Calls,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: None,
            body_limit: BODY_LIMIT,
            accounts: Accounts::default(),
            calls: Calls::default(),
        }
    }
}

/// What every route has at hand. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Broker {
    pub shelf: Arc<Shelf>,
    pub settings: Arc<Settings>,
}

impl Broker {
    #[must_use]
    pub fn new(shelf: Shelf, settings: Settings) -> Self {
        Self { shelf: shelf.into(), settings: settings.into() }
    }
}

/// Serves until `shutdown` completes, finishes what is under way and closes the database. The calls that
/// webhooks owe are made as long as it serves; who drops it ends both.
pub async fn serve(
    listener: TcpListener,
    broker: Broker,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let shelf = Arc::clone(&broker.shelf);
    let base = match &broker.settings.base_url {
        Some(base) => base.to_string(),
        None => format!("http://{}", listener.local_addr()?),
    };
    let worker = Worker { shelf: Arc::clone(&shelf), calls: broker.settings.calls.clone(), base };
    let ended = CancellationToken::new();
    let serving = async {
        let outcome = axum::serve(listener, router(broker)).with_graceful_shutdown(shutdown).await;
        ended.cancel();
        outcome
    };
    let (outcome, ()) = tokio::join!(serving, worker.run(ended.clone()));
    shelf.close().await;
    outcome
}

pub fn router(broker: Broker) -> Router {
    let routes = Router::new()
        .merge(index::routes())
        .merge(resources::routes())
        .merge(page::routes())
        .fallback(|| async { Failure::not_found("there is nothing at this address") })
        .method_not_allowed_fallback(|request: Request| async move {
            Failure::NotAllowed(request.method().to_string(), "GET")
        })
        .layer(DefaultBodyLimit::max(broker.settings.body_limit))
        .layer(from_fn_with_state(broker.clone(), browser::lead_to_page))
        .layer(from_fn_with_state(broker.clone(), guard))
        .layer(from_fn(browser::refuse_other_sites))
        .layer(from_fn_with_state(broker.clone(), around))
        .with_state(broker);
    // Before the routes are looked at: the address itself changes.
    Router::new().fallback_service(tower_layer::Layer::layer(
        &axum::middleware::map_request(|request: Request| async { without_ending(request) }),
        routes,
    ))
}

async fn around(State(broker): State<Broker>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let base = base(&broker, &parts);
    finish(base, Request::from_parts(parts, body), next).await
}
