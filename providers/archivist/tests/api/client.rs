//! The client of the tests. Every exchange is held against `openapi/archivist.yaml` as well.

use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::Duration;

use countersign_openapi::{Document, HttpRequest, HttpResponse, LoadOptions, Violation};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;

pub use reqwest::Method;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/archivist.yaml");

/// A request that is being put together.
pub struct Request<'a> {
    base: String,
    client: &'a reqwest::Client,
    message: HttpRequest,
}

pub fn client() -> reqwest::Client {
    // Nothing here is encrypted, but the client is not built without it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().timeout(Duration::from_mins(1)).build().unwrap()
}

impl<'a> Request<'a> {
    /// To whatever listens there.
    pub fn to(address: SocketAddr, client: &'a reqwest::Client, method: &Method, target: &str) -> Self {
        Self::at(format!("http://{address}"), client, method, target)
    }

    /// To whatever is served below this URL.
    pub fn at(base: String, client: &'a reqwest::Client, method: &Method, target: &str) -> Self {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        let message = HttpRequest {
            method: method.to_string(),
            path: path.to_owned(),
            query,
            ..HttpRequest::default()
        };
        Self { base, client, message }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.message.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    pub fn json(self, body: impl Into<Value>) -> Self {
        self.raw("application/json", body.into().to_string())
    }

    pub fn raw(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.message.body = Some(body.into());
        self.header(CONTENT_TYPE.as_str(), content_type)
    }

    pub async fn send(self) -> Reply {
        self.attempt().await.unwrap()
    }

    /// To somebody who may not be there.
    pub async fn attempt(self) -> reqwest::Result<Reply> {
        let response = self.transmit().await?;
        hold(&self.message, &response);
        Ok(Reply { response })
    }

    async fn transmit(&self) -> reqwest::Result<HttpResponse> {
        let query = self.message.query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
        let url = format!("{}{}{query}", self.base, self.message.path);
        let method: Method = self.message.method.parse().unwrap();
        let mut request = self.client.request(method, url);
        for (name, value) in &self.message.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &self.message.body {
            request = request.body(body.clone());
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        let body = response.bytes().await?.to_vec();
        Ok(HttpResponse { status, headers, body: (!body.is_empty()).then_some(body) })
    }
}

/// What an operation of the document promises has to hold for every answer. A request that was
/// taken must be one that the document allows.
fn hold(request: &HttpRequest, response: &HttpResponse) {
    static LOADED: LazyLock<Document> =
        LazyLock::new(|| Document::load(DOCUMENT.as_ref(), &LoadOptions::default()).unwrap());
    if LOADED.operation(&request.method, &request.path).is_none() {
        assert!([404, 405].contains(&response.status), "{} answers, undocumented", request.path);
        return;
    }
    let mut broken: Vec<Violation> = LOADED.check_response(request, response);
    if response.status < 400 {
        broken.extend(LOADED.check_request(request));
    }
    assert!(broken.is_empty(), "{} {}: {broken:#?}", request.method, request.path);
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    response: HttpResponse,
}

impl Reply {
    pub fn status(&self) -> u16 {
        self.response.status
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.header(name)
    }

    /// The body as JSON; null where there is none.
    pub fn json(&self) -> Value {
        self.response.body.as_deref().map_or(Value::Null, |body| serde_json::from_slice(body).unwrap())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(self.response.body.as_deref().unwrap_or_default()).unwrap()
    }

    /// The body of an answer of this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status(), status, "{}", self.json());
        self.json()
    }

    /// The `error` of an answer of this status and type.
    #[track_caller]
    pub fn expect_error(&self, status: u16, kind: &str) -> Value {
        let error = self.expect(status)["error"].clone();
        assert_eq!(error["type"], kind, "{error}");
        assert_eq!(error["request_id"].as_str(), self.header("x-request-id"));
        error
    }

    /// The reasons of an answer that names fields.
    #[track_caller]
    pub fn expect_fields(&self) -> Value {
        self.expect_error(422, "ValidationError")["details"]["fields"].clone()
    }
}
