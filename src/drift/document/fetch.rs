//! The document that a running service publishes of itself.

use std::sync::Arc;
use std::time::Duration;

use countersign_openapi::{Document, LoadOptions};
use reqwest::header::{ACCEPT, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};

use super::{Loaded, OriginError};

/// What became of asking.
#[derive(Debug)]
pub enum Fetched {
    Published(Box<Loaded>),
    /// The service runs and publishes none there.
    None,
}

impl Fetched {
    /// Asks `url`, which belongs to a service that runs. Nothing is followed to another place: a document
    /// from elsewhere would not be the service's own.
    pub async fn from(
        url: &Url,
        headers: &HeaderMap,
        within: Duration,
        options: &LoadOptions,
    ) -> Result<Self, OriginError> {
        let shown = shown(url);
        let unfetched = |reason: String| OriginError::Unfetched { shown: shown.clone(), reason };
        let client = Client::builder()
            .timeout(within)
            .redirect(Policy::none())
            .build()
            .map_err(|error| unfetched(error.to_string()))?;
        let request =
            client.get(url.clone()).headers(headers.clone()).header(ACCEPT, "application/json, */*;q=0.1");
        let answer = request.send().await.map_err(|error| unfetched(lost(error)))?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(Self::None),
            other => return Err(unfetched(format!("it is answered {other}"))),
        }
        let text = text(answer, options.max_bytes).await.map_err(unfetched)?;
        let document = Document::from_text(&shown, &text, options)
            .map_err(|source| OriginError::Document { shown: shown.clone(), source: Box::new(source) })?;
        Ok(Self::Published(Box::new(Loaded { document: Arc::new(document), shown, elsewhere: None })))
    }
}

/// Without what may be a secret.
fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // It fails only for URLs that can have neither.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.into()
}

async fn text(mut answer: reqwest::Response, limit: u64) -> Result<String, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(lost)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() as u64 > limit {
            return Err(format!("it has more than {limit} bytes"));
        }
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

fn lost(error: reqwest::Error) -> String {
    match error.without_url() {
        error if error.is_timeout() => "it is not answered in time".to_owned(),
        error if error.is_connect() => "it takes no connection".to_owned(),
        _ => "the connection was lost".to_owned(),
    }
}
