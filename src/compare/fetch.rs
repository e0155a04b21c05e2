//! Fetches a pact over HTTP, within bounds.

use std::time::Duration;

use countersign_letter::MAX_BYTES;
use reqwest::header::ACCEPT;
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Url};

/// For all of it.
const WITHIN: Duration = Duration::from_secs(30);
/// Redirects, one after another.
const MAX_REDIRECTS: usize = 5;

/// The bytes at `url`. An error says what went wrong, and nothing that may be a secret.
pub(super) fn fetch(url: &Url) -> Result<Vec<u8>, String> {
    // It fails where another provider of cryptography is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(ask(url))
}

async fn ask(url: &Url) -> Result<Vec<u8>, String> {
    let scheme = url.scheme().to_owned();
    let follow = move |attempt: Attempt<'_>| {
        if attempt.url().scheme() != scheme {
            attempt.error("it leads to another scheme")
        } else if attempt.previous().len() > MAX_REDIRECTS {
            attempt.error("it leads on and on")
        } else {
            attempt.follow()
        }
    };
    let client = Client::builder().timeout(WITHIN).redirect(Policy::custom(follow)).build();
    let request = client.map_err(|error| error.to_string())?.get(url.clone());
    let request = request.header(ACCEPT, "application/hal+json, application/json, */*;q=0.1");
    let mut answer = request.send().await.map_err(lost)?;
    if !answer.status().is_success() {
        return Err(format!("it is answered {}", answer.status()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(lost)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > MAX_BYTES {
            return Err(format!("it has more than {MAX_BYTES} bytes"));
        }
    }
    Ok(bytes)
}

/// Without what may be a secret.
pub(super) fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // It fails only for URLs that can have neither.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.into()
}

fn lost(error: reqwest::Error) -> String {
    match error.without_url() {
        error if error.is_timeout() => format!("it is not answered within {} s", WITHIN.as_secs()),
        error if error.is_connect() => "it takes no connection".to_owned(),
        error if error.is_redirect() => {
            let reason = std::error::Error::source(&error).map(ToString::to_string);
            format!("its redirect is not followed: {}", reason.unwrap_or_default())
        }
        _ => "the connection was lost".to_owned(),
    }
}
