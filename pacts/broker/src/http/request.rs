//! What is read of a request: where the client found us, who asks, the names in the address, the body.

use std::convert::Infallible;

use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::request::Parts;
use http::{Method, Uri};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::Failure;
use super::href::Hrefs;
use super::server::Broker;

/// Who does something, for the log: a user's or a token's name.
#[derive(Clone, Debug)]
pub struct Actor(pub String);

impl FromRequestParts<Broker> for Actor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Broker) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_else(|| Self("anonymous".to_owned())))
    }
}

impl FromRequestParts<Broker> for Hrefs {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, broker: &Broker) -> Result<Self, Infallible> {
        Ok(Self::new(&base(broker, parts)))
    }
}

/// The base of every address: the one that was configured, else the one that the client used.
pub fn base(broker: &Broker, parts: &Parts) -> String {
    if let Some(base) = &broker.settings.base_url {
        return base.as_str().trim_end_matches('/').to_owned();
    }
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).or_else(|| parts.uri.host());
    let host = host.filter(|host| is_authority(host)).unwrap_or("localhost");
    format!("http://{host}")
}

/// Whatever else a Host header holds is not put into an answer.
fn is_authority(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte))
}

/// The names in the address, decoded.
#[derive(Debug)]
pub struct Names<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Broker> for Names<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, broker: &Broker) -> Result<Self, Failure> {
        let Path(names) = Path::from_request_parts(parts, broker)
            .await
            .map_err(|error| Failure::Malformed(format!("the address cannot be read: {error}")))?;
        Ok(Self(names))
    }
}

/// A body of JSON. None at all stands for an empty object, as several clients send it.
#[derive(Debug)]
pub struct Json(pub Value);

impl FromRequest<Broker> for Json {
    type Rejection = Failure;

    async fn from_request(request: Request, broker: &Broker) -> Result<Self, Failure> {
        let plain_type =
            request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let patch = request.method() == Method::PATCH;
        let bytes = Bytes::from_request(request, broker).await.map_err(|error| too_large(broker, &error))?;
        let json = plain_type.as_deref().is_none_or(|it| it.contains("json"));
        if (patch && plain_type.is_none()) || (!json && !bytes.is_empty()) {
            return Err(Failure::UnsupportedType("application/json"));
        }
        if bytes.is_empty() {
            return Ok(Self(Value::Object(serde_json::Map::new())));
        }
        let value = serde_json::from_slice(&bytes)
            .map_err(|error| Failure::Malformed(format!("the body is not JSON: {error}")))?;
        Ok(Self(value))
    }
}

/// A body that describes something: all of it where it is put, a part of it where it is patched.
#[derive(Debug)]
pub struct Description {
    pub body: Value,
    pub whole: bool,
}

impl FromRequest<Broker> for Description {
    type Rejection = Failure;

    async fn from_request(request: Request, broker: &Broker) -> Result<Self, Failure> {
        let whole = request.method() == Method::PUT;
        let Json(body) = Json::from_request(request, broker).await?;
        Ok(Self { body, whole })
    }
}

fn too_large(broker: &Broker, error: &BytesRejection) -> Failure {
    match error {
        BytesRejection::FailedToBufferBody(_) => Failure::TooLarge(broker.settings.body_limit),
        other => Failure::Malformed(other.to_string()),
    }
}

/// The Pact Broker takes a known ending off the last segment and reads it as what is accepted.
pub fn without_ending<B>(mut request: http::Request<B>) -> http::Request<B> {
    const ENDINGS: [(&str, &str); 4] = [
        (".json", "application/json"),
        (".csv", "text/csv"),
        (".svg", "image/svg+xml"),
        (".yaml", "text/yaml"),
    ];
    let path = request.uri().path();
    let Some((ending, accept)) = ENDINGS.iter().find(|(ending, _)| path.ends_with(ending)) else {
        return request;
    };
    let mut shorter = path[..path.len() - ending.len()].to_owned();
    if let Some(query) = request.uri().query() {
        shorter.push('?');
        shorter.push_str(query);
    }
    if let Ok(uri) = shorter.parse::<Uri>() {
        *request.uri_mut() = uri;
        request.headers_mut().insert(http::header::ACCEPT, http::HeaderValue::from_static(accept));
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_is_taken_for_what_is_accepted() {
        let request = http::Request::builder().uri("/a/badge.svg?x=1").body(()).unwrap();
        let request = without_ending(request);
        assert_eq!(request.uri(), "/a/badge?x=1");
        assert_eq!(request.headers()["accept"], "image/svg+xml");
    }

    #[test]
    fn a_host_that_is_none_is_not_given_back() {
        assert!(is_authority("[::1]:9292") && is_authority("broker.example.org"));
        assert!(!is_authority("a\"><script>") && !is_authority(""));
    }
}
