//! What every request gets, whatever its route: an id, a log line, a deadline, and an answer in the
//! one shape even when the handler panics.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use http::HeaderValue;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use tracing::Instrument;

use crate::error::ApiError;

/// A request that takes longer is given up.
const DEADLINE: Duration = Duration::from_secs(30);

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
pub async fn observe(request: Request, next: Next) -> Response {
    let id = RequestId::generate();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", %id, method = %request.method(), route);
    async move {
        let started = Instant::now();
        let response = shape(run(request, next).await, id);
        let status = response.status().as_u16();
        tracing::info!(status, milliseconds = started.elapsed().as_millis(), "answered");
        response
    }
    .instrument(span)
    .await
}

async fn run(request: Request, next: Next) -> Response {
    let handled = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(DEADLINE, handled).await {
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
    response
}
