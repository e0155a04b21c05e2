//! Why the server does not do what it was asked, and how that looks on the wire.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

/// Every way to be refused. The message is all a client learns.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{0}")]
    BadRequest(String),
    #[error("this needs a Frontdoor user: send its name and password with Basic")]
    Unauthorized,
    #[error("there is no {resource} {id}")]
    NoSuchResource { resource: &'static str, id: String },
    #[error("there is nothing at {path}")]
    NoSuchPath { path: String },
    #[error("{path} does not know this method")]
    NoSuchMethod { path: String },
    #[error("the request took too long to arrive")]
    TooSlow,
    #[error("the body has more than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the body must be {wanted}: say so in Content-Type")]
    UnsupportedMediaType { wanted: &'static str },
    #[error("the server holds all the {what} it can: delete some, or start it anew")]
    Full { what: &'static str },
}

impl Refusal {
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::BadRequest(message.into())
    }

    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::NoSuchResource { .. } | Self::NoSuchPath { .. } => StatusCode::NOT_FOUND,
            Self::NoSuchMethod { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Full { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(json!({ "message": self.to_string() }));
        let mut response = (self.status(), body).into_response();
        if self == Self::Unauthorized {
            let challenge = HeaderValue::from_static("Basic realm=\"Cablecast\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
