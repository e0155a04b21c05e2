//! The wire: one client a run, one request at a time, an answer read within bounds.

use std::error::Error as _;
use std::time::Duration;

use countersign_openapi::HttpResponse;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use url::Url;

use crate::replay::Target;

/// Kept short: a provider that closes idle connections would otherwise fail the next request.
const IDLE: Duration = Duration::from_secs(1);

/// Bytes of a body that is shown beside something else; a longer one is not.
const EXCERPT: usize = 500;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Silence {
    pub reason: String,
    /// Nobody listens there: not one answer that went wrong, but no provider.
    pub refused: bool,
}

/// A client that goes to the given host and nowhere else: no proxy, no redirect, no retry.
pub(crate) fn client(target: &Target) -> Result<Client, String> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Another thread may have been faster, which is just as well.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
    let mut builder = Client::builder()
        .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
        .no_proxy()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .pool_idle_timeout(IDLE);
    let encrypted = |url: &Url| url.scheme() == "https";
    if !target.url.as_ref().is_some_and(encrypted) && !target.states.as_ref().is_some_and(encrypted) {
        // Reading the machine's certificates takes longer than a small replay.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| deepest(&error))
}

/// Sends a request and reads its answer, of which at most `max_body` bytes.
pub(crate) async fn send(
    client: &Client,
    request: reqwest::Request,
    within: Duration,
    max_body: usize,
) -> Result<HttpResponse, Silence> {
    let answer = async {
        let response = client.execute(request).await.map_err(|error| silence(&error))?;
        read(response, max_body).await
    };
    match tokio::time::timeout(within, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(Silence {
            reason: format!("nothing within {within:?}; raise the request time-out if that is too short"),
            refused: false,
        }),
    }
}

async fn read(mut response: Response, max_body: usize) -> Result<HttpResponse, Silence> {
    let mut body = Vec::new();
    let too_large = response.content_length().is_some_and(|length| length > max_body as u64);
    while !too_large && let Some(chunk) = response.chunk().await.map_err(|error| silence(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > max_body {
            break;
        }
    }
    if too_large || body.len() > max_body {
        let reason = format!("its body is larger than {max_body} bytes; let the interaction ask for less");
        return Err(Silence { reason, refused: false });
    }
    Ok(HttpResponse {
        status: response.status().as_u16(),
        headers: pairs(response.headers()),
        body: (!body.is_empty()).then_some(body),
    })
}

/// The beginning of a body as a report shows it; nothing of one that is empty.
pub(crate) async fn excerpt(response: Response) -> String {
    let body = read(response, EXCERPT).await.ok().and_then(|answer| answer.body).unwrap_or_default();
    let text = String::from_utf8_lossy(&body);
    if text.trim().is_empty() { String::new() } else { format!(" with {}", text.trim()) }
}

pub(crate) fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

pub(crate) fn silence(error: &reqwest::Error) -> Silence {
    let refused = error.is_connect();
    let why = deepest(error);
    let reason = if refused { format!("cannot connect to the provider: {why}") } else { why };
    Silence { reason, refused }
}

/// The innermost cause says what happened; the layers around it say where in the client, and may
/// show the URL with its secrets.
fn deepest(error: &reqwest::Error) -> String {
    let mut text = None;
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = Some(inner.to_string());
        cause = inner.source();
    }
    text.unwrap_or_else(|| "the request failed".to_owned())
}
