//! Sends requests, within limits of time and size, and again only where that changes nothing.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use url::Url;

use super::access::{Access, Credentials};
use super::error::ClientError;
use super::resource::Resource;

/// Bytes of an answer, at most: what a pact may have.
const MAX_BYTES: usize = 128 << 20;
/// How long is waited before each further try.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];
/// A broker that asks for more patience than this is told of at once.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Asks one broker.
#[derive(Debug)]
pub struct Client {
    pub(super) access: Access,
    http: reqwest::Client,
}

impl Client {
    /// A client; nothing is asked yet.
    pub fn new(access: Access) -> Result<Self, ClientError> {
        // It fails where another provider of cryptography is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A redirect is not followed: it would carry credentials, or lose a body, behind one's back.
        let mut builder = reqwest::Client::builder()
            .timeout(access.timeout)
            .redirect(Policy::none())
            .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")));
        if let Some(pem) = &access.ca {
            let certificates = reqwest::Certificate::from_pem_bundle(pem)
                .map_err(|_| ClientError::Unusable("its CA file is no PEM of certificates".to_owned()))?;
            if certificates.is_empty() {
                return Err(ClientError::Unusable("its CA file holds no certificate".to_owned()));
            }
            builder = builder.tls_certs_merge(certificates);
        }
        let http = builder.build().map_err(|error| ClientError::Unusable(error.to_string()))?;
        Ok(Self { access, http })
    }

    /// Where every relation begins.
    pub async fn index(&self) -> Result<Resource, ClientError> {
        let index = self.ask(Method::GET, self.access.base.clone(), None).await?;
        if index.body["_links"].is_object() {
            Ok(index)
        } else {
            Err(index.misspoken("it has no links".into()))
        }
    }

    pub async fn get(&self, href: &str) -> Result<Resource, ClientError> {
        self.ask(Method::GET, self.access.at(href)?, None).await
    }

    pub async fn post(&self, href: &str, body: &Value) -> Result<Resource, ClientError> {
        self.ask(Method::POST, self.access.at(href)?, Some(body)).await
    }

    pub async fn put(&self, href: &str, body: &Value) -> Result<Resource, ClientError> {
        self.ask(Method::PUT, self.access.at(href)?, Some(body)).await
    }

    pub async fn patch(&self, href: &str, body: &Value) -> Result<Resource, ClientError> {
        self.ask(Method::PATCH, self.access.at(href)?, Some(body)).await
    }

    pub async fn delete(&self, href: &str) -> Result<Resource, ClientError> {
        self.ask(Method::DELETE, self.access.at(href)?, None).await
    }

    /// Follows a relation of the index.
    pub async fn follow(&self, relation: &str, names: &[(&str, &str)]) -> Result<Resource, ClientError> {
        let href = self.index().await?.link(relation, names)?;
        self.get(&href).await
    }

    pub(super) async fn ask(
        &self,
        method: Method,
        url: Url,
        body: Option<&Value>,
    ) -> Result<Resource, ClientError> {
        // To put the same twice leaves it as once; what a POST did nobody knows.
        let safe = matches!(method, Method::GET | Method::PUT);
        let mut pauses = PAUSES.iter();
        loop {
            let sent = self.request(&method, &url, body).send().await;
            let pause = match &sent {
                Ok(response) if safe && may_pass(response.status()) => wished(response),
                Err(error) if error.is_connect() || (safe && !error.is_builder()) => Some(Duration::ZERO),
                _ => None,
            };
            match (pause, pauses.next()) {
                (Some(wished), Some(pause)) => tokio::time::sleep(wished.max(*pause)).await,
                _ => return self.read(&method, &url, sent).await,
            }
        }
    }

    fn request(&self, method: &Method, url: &Url, body: Option<&Value>) -> RequestBuilder {
        let request = self
            .http
            .request(method.clone(), url.clone())
            .header(ACCEPT, "application/hal+json, application/json;q=0.9, */*;q=0.1");
        let request = match &self.access.credentials {
            Credentials::Nobody => request,
            Credentials::Basic { username, password } => request.basic_auth(username, Some(password)),
            Credentials::Bearer(token) => request.bearer_auth(token),
        };
        match body {
            Some(body) if *method == Method::PATCH => {
                request.json(body).header(CONTENT_TYPE, "application/merge-patch+json")
            }
            Some(body) => request.json(body),
            None => request,
        }
    }

    async fn read(
        &self,
        method: &Method,
        url: &Url,
        sent: Result<Response, reqwest::Error>,
    ) -> Result<Resource, ClientError> {
        let address = shown(url);
        let lost = |error: reqwest::Error| ClientError::Unreachable {
            address: address.clone(),
            reason: self.reason(error),
        };
        let mut response = sent.map_err(lost)?;
        let status = response.status();
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_BYTES {
                let reason = format!("it has more than {MAX_BYTES} bytes");
                return Err(ClientError::Misspoken { address, reason });
            }
        }
        let body = serde_json::from_slice(&bytes);
        if !status.is_success() {
            let body = body.unwrap_or_default();
            let told = Resource { address: String::new(), body }.errors();
            let (method, status) = (method.to_string(), status.as_u16());
            return Err(ClientError::Refused { method, address, status, told });
        }
        match body {
            Ok(body) => Ok(Resource { address, body }),
            Err(_) if bytes.is_empty() => Ok(Resource { address, body: Value::Null }),
            Err(error) => Err(ClientError::Misspoken { address, reason: format!("it is no JSON ({error})") }),
        }
    }

    /// Without the address, which may hold what is secret.
    fn reason(&self, error: reqwest::Error) -> String {
        match error.without_url() {
            error if error.is_timeout() => {
                format!("nothing came within {} s", self.access.timeout.as_secs_f64())
            }
            error => innermost(&error),
        }
    }
}

/// What an error comes from in the end: "connection refused", "invalid peer certificate".
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

fn may_pass(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

/// How long the broker wants to be left alone; `None` where that is too long.
fn wished(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER).and_then(|it| it.to_str().ok()?.parse().ok());
    let wished = seconds.map_or(Duration::ZERO, Duration::from_secs);
    (wished <= LONGEST_PAUSE).then_some(wished)
}

fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.to_string()
}
