//! How handlers get at a request: JSON bodies, queries and ids in paths, each with our own errors.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use futures::StreamExt;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde_json::Value;

use crate::domain::{JobId, UserId, VodId};
use crate::error::ApiError;
use crate::fields::{FieldErrors, Fields, FromFields, Query};

/// Bytes of a body, at most.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// Bytes that are read and dropped beyond the limit: a client that is still sending when the
/// connection closes never sees the 413.
const DRAIN_LIMIT: usize = 8 * BODY_LIMIT;
/// A body has to be here within this time.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// A JSON body, read field by field.
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: FromFields> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let declared = is_json(&parts);
        let bytes = read(body, BODY_DEADLINE).await?;
        if !declared {
            return Err(ApiError::NotJson);
        }
        let value = serde_json::from_slice(&bytes)
            .map_err(|error| ApiError::MalformedJson { line: error.line(), column: error.column() })?;
        match value {
            Value::Object(members) => Ok(Self(Fields::new(members).into_body()?)),
            _ => Err(FieldErrors::one("body", "must be an object").into()),
        }
    }
}

fn is_json(parts: &Parts) -> bool {
    let value = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

async fn read(body: Body, deadline: Duration) -> Result<Bytes, ApiError> {
    tokio::time::timeout(deadline, collect(body)).await.unwrap_or(Err(ApiError::SlowBody))
}

async fn collect(body: Body) -> Result<Bytes, ApiError> {
    let mut stream = body.into_data_stream();
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(chunk) = stream.next().await {
        // The client went away: nobody reads this answer.
        let chunk = chunk.map_err(|_| ApiError::SlowBody)?;
        seen += chunk.len();
        if seen <= BODY_LIMIT {
            kept.extend_from_slice(&chunk);
        } else if seen > DRAIN_LIMIT {
            break;
        }
    }
    if seen > BODY_LIMIT { Err(ApiError::BodyTooLarge) } else { Ok(kept.into()) }
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

/// The `{id}` of a path. Whatever is no id names nothing.
async fn path_id<S: Send + Sync>(parts: &mut Parts, state: &S) -> Option<i64> {
    let Path(text) = Path::<String>::from_request_parts(parts, state).await.ok()?;
    // `parse` alone would take "+7", a second name of the same thing.
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

impl<S: Send + Sync> FromRequestParts<S> for VodId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        path_id(parts, state).await.map(Self).ok_or(Self::UNKNOWN)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for UserId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        path_id(parts, state).await.map(Self).ok_or(Self::UNKNOWN)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for JobId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Self::UNKNOWN)?;
        Self::parse(&text).ok_or(Self::UNKNOWN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;

    fn chunks(count: usize) -> Body {
        let chunk = Bytes::from(vec![b' '; BODY_LIMIT]);
        Body::from_stream(stream::iter((0..count).map(move |_| Ok::<_, std::io::Error>(chunk.clone()))))
    }

    #[tokio::test]
    async fn a_body_that_does_not_end_is_given_up() {
        let body = Body::from_stream(stream::pending::<std::io::Result<Bytes>>());
        assert!(matches!(read(body, Duration::ZERO).await, Err(ApiError::SlowBody)));
    }

    #[tokio::test]
    async fn a_body_may_be_as_large_as_the_limit() {
        assert_eq!(read(chunks(1), BODY_DEADLINE).await.unwrap().len(), BODY_LIMIT);
        assert!(matches!(read(chunks(2), BODY_DEADLINE).await, Err(ApiError::BodyTooLarge)));
    }

    #[tokio::test]
    async fn an_endless_body_is_not_read_for_ever() {
        assert!(matches!(read(chunks(usize::MAX), BODY_DEADLINE).await, Err(ApiError::BodyTooLarge)));
    }
}
