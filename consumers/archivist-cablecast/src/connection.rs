//! The one place that speaks HTTP: time-outs, attempts, the size limit, no redirects, the password in its header.

use std::fmt;
use std::time::Duration;

use chrono::Utc;
use reqwest::header::{ACCEPT, RETRY_AFTER};
use reqwest::{Client, Method, Request, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::retry::parse_retry_after;
use crate::{Absence, Credentials, Error, Malformed, Retry};

/// How long, how much and how often.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until the connection stands.
    pub connect: Duration,
    /// Until the whole answer of one attempt is there.
    pub answer: Duration,
    /// The longest body that is read, in bytes.
    pub max_body: usize,
    /// How many items are asked for at once.
    pub page_size: u32,
    /// How many pages a list may have.
    pub max_pages: u32,
    pub retry: Retry,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_mins(1),
            max_body: 8 << 20,
            page_size: 100,
            max_pages: 1000,
            retry: Retry::default(),
        }
    }
}

/// A station's Cablecast server. Cloning shares the connections.
#[derive(Clone)]
pub struct Cablecast {
    client: Client,
    base: Url,
    credentials: Credentials,
    limits: Limits,
    /// Whether calls that anyone may make are signed as well.
    uncached: bool,
}

impl Cablecast {
    /// Makes ready to talk to the server at `address`, such as `https://station.example.org`.
    ///
    /// # Errors
    ///
    /// [`Error::Address`] if it is not a plain `http` or `https` address.
    pub fn new(address: &str, credentials: Credentials, limits: Limits) -> Result<Self, Error> {
        let base = parse_address(address)?;
        // Only the first call in a process takes effect; whichever provider is installed by then will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(limits.connect)
            .timeout(limits.answer)
            // A redirect could carry the password to another host.
            .redirect(reqwest::redirect::Policy::none())
            // reqwest's own second attempts would be counted nowhere.
            .retry(reqwest::retry::never());
        if base.scheme() == "http" {
            // Nothing will be checked against the system's certificates, and loading them takes long.
            client = client.tls_certs_only([]);
        }
        let client = client.build().map_err(|source| Error::Setup { source })?;
        Ok(Self { client, base, credentials, limits, uncached: false })
    }

    /// The same server, asked with credentials in every call: it answers anybody else from a cache that may be
    /// minutes old. For whoever looks whether something is there before creating it.
    #[must_use]
    pub fn uncached(&self) -> Self {
        Self { uncached: true, ..self.clone() }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// A call anyone may make. Without credentials the server may answer from its cache.
    pub(crate) fn open(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        url.path_segments_mut().expect("parse_address refuses what has no path").extend(path);
        let request = self.client.request(method, url).header(ACCEPT, "application/json");
        if self.uncached { self.credentials.sign(request) } else { request }
    }

    /// A call that needs the credentials.
    pub(crate) fn signed(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let request = self.open(method, path);
        if self.uncached { request } else { self.credentials.sign(request) }
    }

    pub(crate) async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Error> {
        let body = self.body(request).await?;
        serde_json::from_slice(&body).map_err(|fault| Error::Malformed(Malformed::body(&fault)))
    }

    /// The body of a successful answer, after as many attempts as the call may have.
    pub(crate) async fn body(&self, request: RequestBuilder) -> Result<Vec<u8>, Error> {
        let mut request = request.build().map_err(|source| Error::Setup { source })?;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let again = request.method().is_idempotent().then(|| request.try_clone()).flatten();
            let absence = match self.attempt(request).await? {
                Ok(body) => return Ok(body),
                Err(absence) => absence,
            };
            let wait = self.limits.retry.wait(attempts, absence.retry_after(), rand::random());
            let (Some(next), Some(wait)) = (again, wait) else {
                return Err(Error::Unavailable { absence, attempts });
            };
            tokio::time::sleep(wait).await;
            request = next;
        }
    }

    /// One attempt: what came of it, unless another attempt would end the same.
    async fn attempt(&self, request: Request) -> Result<Result<Vec<u8>, Absence>, Error> {
        let response = match self.client.execute(request).await {
            Ok(response) => response,
            Err(source) => return Ok(Err(Absence::from_transport(source))),
        };
        let status = response.status();
        if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            let retry_after = retry_after(&response);
            return Ok(Err(Absence::Status { status: status.as_u16(), retry_after }));
        }
        let body = match read_limited(response, self.limits.max_body).await {
            Ok(Some(body)) => body,
            Ok(None) => return Err(Error::TooLarge { limit: self.limits.max_body }),
            Err(source) => return Ok(Err(Absence::from_transport(source))),
        };
        if status.is_success() { Ok(Ok(body)) } else { Err(refusal(status, &body)) }
    }
}

impl fmt::Debug for Cablecast {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Cablecast")
            .field("base", &self.base.as_str())
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// The server does not document what it says with an error; this is what servers of its kind say.
#[derive(Deserialize)]
struct Said {
    message: String,
}

fn refusal(status: StatusCode, body: &[u8]) -> Error {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Error::Unauthorized,
        StatusCode::NOT_FOUND => Error::NotFound,
        refused if refused.is_client_error() => Error::Rejected {
            status: refused.as_u16(),
            message: serde_json::from_slice(body).ok().map(|said: Said| said.message),
        },
        other => Error::Malformed(Malformed::Status(other.as_u16())),
    }
}

fn parse_address(address: &str) -> Result<Url, Error> {
    let shown = address.rsplit_once('@').map_or(address.to_owned(), |(_, host)| format!("…@{host}"));
    let refuse = |reason| Error::Address { address: shown.clone(), reason };
    let mut base = Url::parse(address).map_err(|_| refuse("it is not a URL; write https://HOST"))?;
    if !matches!(base.scheme(), "http" | "https") {
        return Err(refuse("it is neither http nor https; write https://HOST"));
    }
    if !base.username().is_empty() || base.password().is_some() {
        return Err(refuse("it holds a user name or password; give them as credentials"));
    }
    if base.path() != "/" || base.query().is_some() || base.fragment().is_some() {
        return Err(refuse("it goes on after the host; write https://HOST"));
    }
    base.set_path("/cablecastapi/v1");
    Ok(base)
}

fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    parse_retry_after(value, Utc::now())
}

/// The whole body, or `None` if it is longer than the limit.
async fn read_limited(mut response: Response, limit: usize) -> reqwest::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_refused_for_its_reason_and_never_shows_a_password() {
        for (address, reason) in [
            ("station", "not a URL"),
            ("ftp://station.example.org", "neither http nor https"),
            ("https://admin:s3cret@station.example.org", "user name or password"),
            ("//admin:s3cret@station.example.org", "not a URL"),
            ("https://station.example.org/cablecastapi/v1", "after the host"),
            ("https://station.example.org/?a=b", "after the host"),
        ] {
            let refused = Cablecast::new(address, Credentials::new("a", "b"), Limits::default()).unwrap_err();
            let text = refused.to_string();
            assert!(text.contains(reason), "{text}");
            assert!(!text.contains("s3cret"), "{text}");
        }
    }
}
