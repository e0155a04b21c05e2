//! What every request gets, whatever its route: an id, a log line, a count, a deadline, and an answer in the
//! one shape even when the handler panics.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use http::HeaderValue;
use http::header::X_CONTENT_TYPE_OPTIONS;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use tracing::Instrument;

use crate::error::ApiError;
use crate::metrics::Metrics;
use crate::routes::upload;

/// A request that takes longer is given up.
const DEADLINE: Duration = Duration::from_secs(30);

/// A body that may be large has a pace in place of a deadline.
fn deadline(route: &str) -> Duration {
    if route == upload::PATH { Duration::MAX } else { DEADLINE }
}

/// The name of one request in the log and in its answer: 32 hexadecimal digits.
#[derive(Clone, Copy, Debug)]
pub struct RequestId(u128);

impl RequestId {
    fn generate() -> Self {
        let mut bytes = [0; 16];
        // An id names a log line and guards nothing: without randomness, all requests share one.
        let _ = getrandom::fill(&mut bytes);
        Self(u128::from_ne_bytes(bytes))
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

impl Serialize for RequestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for RequestId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RequestId".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9a-f]{32}$" })
    }
}

/// The outermost layer. The log has the route's template and never the query or a header: tokens
/// travel in those.
pub async fn observe(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let _in_flight = metrics.begun();
    let id = RequestId::generate();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let limit = deadline(&route);
    let span = tracing::info_span!("request", %id, %method, %route);
    async move {
        let started = Instant::now();
        let response = shape(guard(limit, next.run(request)).await, id);
        let (status, took) = (response.status(), started.elapsed());
        metrics.answered(&method, &route, status, took);
        tracing::info!(status = status.as_u16(), milliseconds = took.as_millis(), "answered");
        response
    }
    .instrument(span)
    .await
}

/// The handler's answer, or the error that stands for a handler that panics or does not end.
async fn guard(deadline: Duration, handler: impl Future<Output = Response>) -> Response {
    match tokio::time::timeout(deadline, AssertUnwindSafe(handler).catch_unwind()).await {
        Ok(Ok(response)) => response,
        Ok(Err(_panic)) => {
            tracing::error!("the handler panicked");
            ApiError::Internal.into_response()
        }
        Err(_elapsed) => ApiError::Deadline.into_response(),
    }
}

/// Writes the body of an error, and the id on every answer.
fn shape(mut response: Response, id: RequestId) -> Response {
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        let written = error.into_response_for(id);
        // What the router already said stays, such as `Allow` on a 405.
        let mut headers = std::mem::take(response.headers_mut());
        response = written;
        headers.remove(http::header::CONTENT_LENGTH);
        response.headers_mut().extend(headers);
    }
    let value = HeaderValue::try_from(id.to_string()).expect("hexadecimal digits are a header value");
    response.headers_mut().insert("x-request-id", value);
    // A browser takes what is sent for what it is said to be, whatever is in it.
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    async fn answer(deadline: Duration, handler: impl Future<Output = Response>) -> (u16, Value) {
        let response = shape(guard(deadline, handler).await, RequestId::generate());
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["error"]["request_id"], id);
        (status, body)
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_that_does_not_say_why() {
        let handler = async { panic!("the secret of the handler") };
        let (status, body) = answer(Duration::from_mins(1), handler).await;
        assert_eq!((status, &body["error"]["type"]), (500, &Value::from("InternalError")));
        assert!(!body.to_string().contains("secret"));
    }

    #[tokio::test]
    async fn a_handler_that_does_not_end_is_given_up() {
        let (status, body) = answer(Duration::ZERO, std::future::pending()).await;
        assert_eq!((status, &body["error"]["type"]), (503, &Value::from("TimeoutError")));
    }

    #[test]
    fn every_request_has_its_own_id() {
        assert_ne!(RequestId::generate().to_string(), RequestId::generate().to_string());
        assert_eq!(RequestId(7).to_string(), format!("{:0>32}", 7));
    }
}
