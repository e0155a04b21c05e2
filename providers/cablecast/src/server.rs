//! The server as a whole: the API under its prefix, whatever the case of the path and with or
//! without a slash at its end.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn, map_request};
use axum::response::{IntoResponse, Response};
use http::header::{ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN};
use http::{HeaderValue, Uri};
use tokio::net::TcpListener;

use crate::refusal::Refusal;
use crate::resource::MAX_JSON_BYTES;
use crate::resources;
use crate::station::Station;

/// Where the API begins.
pub const PREFIX: &str = "/cablecastapi/v1";

/// How long a request may take, sending its body included.
const REQUEST_TIME: Duration = Duration::from_secs(30);

/// Serves `station` on `listener` until `shutdown` comes, then lets running requests finish.
///
/// Fails where [`may_listen_on`] does.
pub async fn serve(
    listener: TcpListener,
    station: Station,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    may_listen_on(listener.local_addr()?, &station)?;
    axum::serve(listener, router(station)).with_graceful_shutdown(shutdown).await
}

/// Whether the station may be reached at `address`: one that offers provider states only on a
/// loopback address, since they let anyone change everything.
pub fn may_listen_on(address: SocketAddr, station: &Station) -> io::Result<()> {
    if offers_provider_states(station) && !address.ip().is_loopback() {
        let message =
            format!("provider states are for loopback addresses: {address} is none, use 127.0.0.1 or [::1]");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    Ok(())
}

#[cfg(any(test, feature = "provider-states"))]
fn offers_provider_states(station: &Station) -> bool {
    station.settings().provider_states
}

#[cfg(not(any(test, feature = "provider-states")))]
const fn offers_provider_states(_: &Station) -> bool {
    false
}

/// The whole server.
fn router(station: Station) -> Router {
    let api = Router::new()
        .nest(PREFIX, resources::router())
        .fallback(nothing_there)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(MAX_JSON_BYTES));
    let api = with_provider_states(api, &station).with_state(station);
    // Layers run after the route is chosen, so the path is made canonical by a router around it.
    Router::new()
        .fallback_service(api)
        .layer(from_fn(in_time))
        .layer(from_fn(open_to_browsers))
        .layer(map_request(with_canonical_path))
}

#[cfg(any(test, feature = "provider-states"))]
fn with_provider_states(api: Router<Station>, station: &Station) -> Router<Station> {
    if station.settings().provider_states { api.merge(crate::provider_states::router()) } else { api }
}

#[cfg(not(any(test, feature = "provider-states")))]
fn with_provider_states(api: Router<Station>, _: &Station) -> Router<Station> {
    api
}

async fn nothing_there(uri: Uri) -> Refusal {
    Refusal::NoSuchPath { path: uri.path().to_owned() }
}

async fn no_such_method(uri: Uri) -> Refusal {
    Refusal::NoSuchMethod { path: uri.path().to_owned() }
}

/// Lower case, no slash at the end: the vendor's server tells no difference.
async fn with_canonical_path(mut request: Request) -> Request {
    let path = request.uri().path().to_ascii_lowercase();
    let path = match path.trim_end_matches('/') {
        "" => "/",
        trimmed => trimmed,
    };
    let canonical = match request.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = request.uri().clone().into_parts();
    // A path that was valid stays so; should it not, the request goes on as it came.
    if let Ok(path_and_query) = canonical.parse() {
        parts.path_and_query = Some(path_and_query);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

async fn in_time(request: Request, next: Next) -> Response {
    tokio::time::timeout(REQUEST_TIME, next.run(request))
        .await
        .unwrap_or_else(|_| Refusal::TooSlow.into_response())
}

/// The headers that the vendor's server sends by default: pages of any origin may read.
async fn open_to_browsers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET,HEAD"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("Content-Type"));
    response
}
