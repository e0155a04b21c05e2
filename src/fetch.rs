//! Fetches a pact, or a part of a document, over HTTP, within bounds.

use std::thread;
use std::time::Duration;

use reqwest::header::ACCEPT;
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Url};

/// What a fetch may come to.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// What is asked for, as `Accept` says it.
    pub accept: &'static str,
    pub max_bytes: u64,
    /// For all of it.
    pub within: Duration,
}

/// Redirects, one after another.
const MAX_REDIRECTS: usize = 5;

/// The bytes at `url`. An error says what went wrong, and nothing that may be a secret.
/// It waits, on a thread of its own, so that it may be called from anywhere.
pub fn fetch(url: &Url, bounds: Bounds) -> Result<Vec<u8>, String> {
    // It fails where another provider of cryptography is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let wait = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|error| error.to_string())?.block_on(ask(url, bounds))
    };
    thread::scope(|scope| scope.spawn(wait).join())
        .unwrap_or_else(|_| Err("countersign itself failed, which is a defect of it".to_owned()))
}

async fn ask(url: &Url, bounds: Bounds) -> Result<Vec<u8>, String> {
    let lost = |error| lost(error, bounds.within);
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
    let client = Client::builder().timeout(bounds.within).redirect(Policy::custom(follow)).build();
    let request = client.map_err(|error| error.to_string())?.get(url.clone());
    let request = request.header(ACCEPT, bounds.accept);
    let mut answer = request.send().await.map_err(lost)?;
    if !answer.status().is_success() {
        return Err(format!("it is answered {}", answer.status()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(lost)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > bounds.max_bytes {
            return Err(format!("it has more than {} bytes", bounds.max_bytes));
        }
    }
    Ok(bytes)
}

/// Without what may be a secret.
#[must_use]
pub fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // It fails only for URLs that can have neither.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.into()
}

fn lost(error: reqwest::Error, within: Duration) -> String {
    match error.without_url() {
        error if error.is_timeout() => format!("it is not answered within {} s", within.as_secs().max(1)),
        error if error.is_connect() => "it takes no connection".to_owned(),
        error if error.is_redirect() => {
            let reason = std::error::Error::source(&error).map(ToString::to_string);
            format!("its redirect is not followed: {}", reason.unwrap_or_default())
        }
        _ => "the connection was lost".to_owned(),
    }
}
