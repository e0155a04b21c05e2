//! The UI on a socket: the caller brings listener and shutdown. Here is what every answer carries, whatever it is.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::trouble::{Trouble, explain};
use super::{Ui, asked, pages, shell, sites};

/// Requests that are under way at shutdown get this long.
const DRAIN: Duration = Duration::from_secs(10);

/// Own style, own script, own forms, nobody else's anything.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

/// Serves until `shutdown` completes, then finishes what is under way.
pub async fn serve(
    listener: TcpListener,
    ui: Ui,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let live = ui.live.clone();
    // Also where nobody waits for the UI any more.
    let _ends = live.ending().drop_guard();
    let (begun, draining) = oneshot::channel();
    let server = axum::serve(listener, router(ui)).with_graceful_shutdown(async move {
        shutdown.await;
        // Who watches would be waited for without end.
        live.ending().cancel();
        let _ = begun.send(());
    });
    tokio::select! {
        outcome = server => outcome,
        () = patience(draining) => {
            tracing::warn!("requests that are still under way are given up");
            Ok(())
        }
    }
}

/// Runs out a while after the shutdown has begun.
async fn patience(draining: oneshot::Receiver<()>) {
    match draining.await {
        Ok(()) => tokio::time::sleep(DRAIN).await,
        Err(_server_is_done) => std::future::pending().await,
    }
}

fn router(ui: Ui) -> Router {
    Router::new()
        .merge(pages::routes())
        .merge(shell::routes())
        .merge(super::live::routes())
        .fallback(async || Trouble::NoPage)
        .method_not_allowed_fallback(async || Trouble::NoPage)
        .layer(DefaultBodyLimit::max(asked::LONGEST_FORM))
        .layer(from_fn(sites::refuse_others))
        .layer(from_fn_with_state(ui.clone(), explain))
        .layer(from_fn(guard))
        .with_state(ui)
}

/// What a browser is told about every answer.
async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What a page shows is for whoever is signed in now.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
