//! Answers of the proxy's own, where the service gives none.

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};

use super::body::AnswerBody;
use super::failure::Failure;

/// By it a client knows that an answer is not the service's (RFC 9209).
const PROXY_STATUS: HeaderName = HeaderName::from_static("proxy-status");

/// What a client is told that gets no answer.
pub(super) fn apology(failure: &Failure) -> Response<AnswerBody> {
    let mut response = plain(failure.status(), format!("countersign proxy: failed to {failure}\n"));
    let status = format!("countersign; error={}", failure.error_type());
    if let Ok(status) = HeaderValue::from_str(&status) {
        response.headers_mut().insert(PROXY_STATUS, status);
    }
    response
}

pub(super) fn plain(status: StatusCode, text: String) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::own(text));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    response
}
