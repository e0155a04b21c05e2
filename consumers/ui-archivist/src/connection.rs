//! The one place that speaks HTTP: time-outs, the size limit, no redirects, no retries, the token in its header.
//!
//! Nothing is ever sent twice. A person is looking at the page: they see at once why it did not work and press
//! the button again, knowing what a silent second `POST` could do.

use std::fmt;
use std::time::Duration;

use reqwest::header::{
    AUTHORIZATION, CONNECTION, RETRY_AFTER, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Upgraded};
use serde::de::DeserializeOwned;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role as SocketRole, WebSocketConfig};
use url::Url;

use crate::{AccessToken, Error, Malformed};

/// How long and how much the UI waits for.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Until the connection stands.
    pub connect: Duration,
    /// Until the whole answer is there.
    pub answer: Duration,
    /// Until the answer to a call that publishes is there. The Archivist answers after some twenty seconds, however
    /// long the rest takes.
    pub publishing: Duration,
    /// The longest body or event that is read, in bytes.
    pub max_body: usize,
    /// Between two signs of life while events are open. The Archivist gives one several times a minute.
    pub silence: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(15),
            publishing: Duration::from_secs(30),
            max_body: 8 << 20,
            silence: Duration::from_mins(1),
        }
    }
}

/// An Archivist, seen by someone who is not signed in. Cloning shares the connections.
#[derive(Clone)]
pub struct Archivist {
    client: Client,
    base: Url,
    limits: Limits,
}

/// An Archivist, seen by a signed-in user: the calls that need a token stand here, so none can lack it.
#[derive(Debug, Clone)]
pub struct SignedIn {
    archivist: Archivist,
    token: AccessToken,
}

impl Archivist {
    /// Makes ready to talk to the Archivist at `base`, such as `https://station.example.org/archivist`.
    ///
    /// # Errors
    /// [`Error::Address`] if `base` is not an `http` or `https` address free of user name and password.
    pub fn new(base: &str, limits: Limits) -> Result<Self, Error> {
        let base = parse_base(base)?;
        // Only the first call in a process takes effect; whichever provider is installed by then will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(limits.connect)
            .timeout(limits.answer)
            // A redirect could carry the token to another host.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never());
        if base.scheme() == "http" {
            // Redirects being off, nothing will ever be checked against the system's certificates: do not load them.
            client = client.tls_certs_only([]);
        }
        let client = client.build().map_err(|source| Error::Setup { source })?;
        Ok(Self { client, base, limits })
    }

    /// Takes up the session that `token` stands for. Whether it still lasts shows at the first call.
    #[must_use]
    pub fn resume(&self, token: AccessToken) -> SignedIn {
        SignedIn { archivist: self.clone(), token }
    }

    pub(crate) fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        url.path_segments_mut().expect("parse_base refuses what has no path").pop_if_empty().extend(path);
        self.client.request(method, url)
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer, Error> {
        let response = request.send().await.map_err(Error::from_transport)?;
        self.read(response).await
    }

    async fn read(&self, response: Response) -> Result<Answer, Error> {
        let status = response.status();
        let retry_after = retry_after(&response);
        let body = read_limited(response, self.limits.max_body).await?;
        Ok(Answer { status, retry_after, body })
    }
}

impl SignedIn {
    pub(crate) fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        self.archivist.request(method, path).header(AUTHORIZATION, self.token.header())
    }

    pub(crate) const fn limits(&self) -> &Limits {
        &self.archivist.limits
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer, Error> {
        self.archivist.send(request).await
    }

    /// Opens a socket over the client that all requests go through: bound by the same limits, and as silent about
    /// the token.
    pub(crate) async fn open_socket(
        &self,
        path: &[&str],
        protocol: &str,
    ) -> Result<(WebSocketStream<Upgraded>, Limits), Error> {
        let key = generate_key();
        let request = self
            .archivist
            .request(Method::GET, path)
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, "websocket")
            .header(SEC_WEBSOCKET_VERSION, "13")
            .header(SEC_WEBSOCKET_KEY, &key)
            .header(SEC_WEBSOCKET_PROTOCOL, self.token.subprotocols(protocol));
        let response = request.send().await.map_err(Error::from_transport)?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(self.archivist.read(response).await?.refused());
        }
        let says = |name, value: &str| response.headers().get(name).is_some_and(|it| it == value);
        // What a client has to make sure of: RFC 6455, section 4.1.
        if !says(SEC_WEBSOCKET_ACCEPT, &derive_accept_key(key.as_bytes()))
            || !says(SEC_WEBSOCKET_PROTOCOL, protocol)
        {
            let status = response.status().as_u16();
            return Err(Error::Malformed { status, fault: Malformed::Handshake });
        }
        let limits = self.archivist.limits;
        let upgraded = response.upgrade().await.map_err(Error::from_transport)?;
        let largest = Some(limits.max_body);
        let config = WebSocketConfig::default().max_message_size(largest).max_frame_size(largest);
        Ok((WebSocketStream::from_raw_socket(upgraded, SocketRole::Client, Some(config)).await, limits))
    }
}

impl fmt::Debug for Archivist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archivist").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// An answer that was read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as `T`, if the status is the one that stands for success.
    pub(crate) fn json<T: DeserializeOwned>(self, success: StatusCode) -> Result<T, Error> {
        let answer = self.expect(success)?;
        serde_json::from_slice(&answer.body).map_err(|fault| answer.malformed(Malformed::body(&fault)))
    }

    /// The body as text, if the status is the one that stands for success.
    pub(crate) fn text(self, success: StatusCode) -> Result<String, Error> {
        let answer = self.expect(success)?;
        let status = answer.status.as_u16();
        String::from_utf8(answer.body).map_err(|_| Error::Malformed { status, fault: Malformed::Text })
    }

    /// Nothing, if the status is the one that stands for success: the UI shows nothing of the body.
    pub(crate) fn done(self, success: StatusCode) -> Result<(), Error> {
        self.expect(success).map(drop)
    }

    pub(crate) fn malformed(&self, fault: Malformed) -> Error {
        Error::Malformed { status: self.status.as_u16(), fault }
    }

    fn expect(self, success: StatusCode) -> Result<Self, Error> {
        if self.status == success { Ok(self) } else { Err(self.refused()) }
    }

    /// What an answer without success says.
    fn refused(self) -> Error {
        if self.status.is_client_error() || self.status.is_server_error() {
            return Error::from_refusal(self.status, self.retry_after, &self.body);
        }
        self.malformed(Malformed::Status)
    }
}

fn parse_base(text: &str) -> Result<Url, Error> {
    let refuse = |reason| Error::Address { address: without_userinfo(text), reason };
    let url = Url::parse(text).map_err(|_| refuse("it is not a URL; write http://HOST or https://HOST"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("it is neither http nor https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("it holds a user name or password; sign in instead"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("it ends in a query or fragment; leave them out"));
    }
    Ok(url)
}

/// An address as it may be shown: whatever could be a password is cut out, also where the URL cannot be parsed.
fn without_userinfo(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, host)) => format!("…@{host}"),
        None => text.to_owned(),
    }
}

/// The Archivist promises whole seconds; the header's other form, a date, counts as not said.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

async fn read_limited(mut response: Response, limit: usize) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Error::from_transport)? {
        if body.len() + chunk.len() > limit {
            return Err(Error::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_refused_for_its_reason_and_never_shows_a_password() {
        for (address, reason) in [
            ("archivist", "not a URL"),
            ("ftp://archivist.example.org", "neither http nor https"),
            ("https://ed:s3cret@archivist.example.org", "user name or password"),
            ("//ed:s3cret@archivist.example.org", "not a URL"),
            ("https://archivist.example.org/?a=b", "query or fragment"),
        ] {
            let error = Archivist::new(address, Limits::default()).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn a_base_with_a_path_keeps_it() {
        for base in ["http://h/archivist", "http://h/archivist/"] {
            let archivist = Archivist::new(base, Limits::default()).unwrap();
            let request = archivist.request(Method::GET, &["api", "vod", "7"]).build().unwrap();
            assert_eq!(request.url().as_str(), "http://h/archivist/api/vod/7");
        }
    }
}
