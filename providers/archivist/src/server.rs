//! The service on a socket: the caller brings listener and shutdown.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::error::ApiError;
use crate::jobs;
use crate::request::observe;
use crate::routes;
use crate::state::AppState;

/// Requests that are under way at shutdown get this long.
const DRAIN: Duration = Duration::from_secs(10);

/// Serves until `shutdown` completes, then finishes what is under way and closes the database.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (database, sockets) = (state.database.clone(), state.sockets.clone());
    let ending = CancellationToken::new();
    // Also where nobody waits for the service any more.
    let _ends = ending.clone().drop_guard();
    let follower = tokio::spawn(jobs::follow(state.clone(), ending.clone()));
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let (begun, draining) = oneshot::channel();
    let told = sockets.clone();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        shutdown.await;
        told.close();
        let _ = begun.send(());
    });
    let all_served = async {
        let outcome = server.await;
        // What was made a socket is no request any more, and the server does not wait for it.
        sockets.close();
        sockets.closed().await;
        outcome
    };
    let outcome = tokio::select! {
        outcome = all_served => outcome,
        () = patience(draining) => {
            tracing::warn!("requests that are still under way are given up");
            Ok(())
        }
    };
    ending.cancel();
    if let Err(cause) = follower.await {
        tracing::error!(%cause, "jobs were not followed to the end");
    }
    database.close().await;
    outcome
}

/// Runs out a while after the shutdown has begun.
async fn patience(draining: oneshot::Receiver<()>) {
    match draining.await {
        Ok(()) => tokio::time::sleep(DRAIN).await,
        Err(_server_is_done) => std::future::pending().await,
    }
}

fn router(state: AppState) -> Router {
    let mut router = Router::new().merge(routes::router());
    #[cfg(any(test, feature = "provider-states"))]
    if state.provider_states.is_some() {
        router = router.merge(crate::provider_states::router());
    }
    router = router
        .fallback(|| async { ApiError::NotFound("there is nothing at this path") })
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed });
    router.layer(from_fn_with_state(state.metrics.clone(), observe)).with_state(state)
}
