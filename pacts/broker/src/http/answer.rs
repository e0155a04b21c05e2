//! What the broker says back: HAL, and errors in the shape that the client asked for.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use crate::draft::Refusal;
use crate::page;
use crate::shelf::ShelfError;
use crate::store::StoreError;

const HAL: &str = "application/hal+json;charset=utf-8";
const PROBLEM: &str = "application/problem+json;charset=utf-8";

/// An answer that is no error.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    content_type: &'static str,
    body: Vec<u8>,
    headers: HeaderMap,
}

pub type Answered = Result<Answer, Failure>;

impl Answer {
    pub fn ok(body: &Value) -> Self {
        Self::hal(StatusCode::OK, body)
    }

    /// 201 with the address of what was made.
    pub fn created(body: &Value, location: &str) -> Self {
        Self::hal(StatusCode::CREATED, body).with(LOCATION, location)
    }

    /// 201 for what is new, 200 for what was there.
    pub fn stored(new: bool, body: &Value, location: &str) -> Self {
        if new { Self::created(body, location) } else { Self::ok(body) }
    }

    /// The same, of what was made by it.
    pub fn made(self, location: &str) -> Self {
        Self { status: StatusCode::CREATED, ..self }.with(LOCATION, location)
    }

    pub fn no_content() -> Self {
        Self { body: Vec::new(), ..Self::hal(StatusCode::NO_CONTENT, &Value::Null) }
    }

    pub fn text(content_type: &'static str, body: String) -> Self {
        let headers = HeaderMap::new();
        Self { status: StatusCode::OK, content_type, body: body.into_bytes(), headers }
    }

    pub fn hal(status: StatusCode, body: &Value) -> Self {
        Self { status, content_type: HAL, body: body.to_string().into_bytes(), headers: HeaderMap::new() }
    }

    /// A value that no header can hold is left out: it would be a name, and the body has it too.
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.headers, self.body).into_response();
        let headers = response.headers_mut();
        if self.status == StatusCode::NO_CONTENT {
            headers.remove(CONTENT_TYPE);
        } else {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        }
        response
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The body is no JSON, or not of the shape.
    #[error("{0}")]
    Malformed(String),
    #[error("the request's body is larger than {0} bytes")]
    TooLarge(usize),
    #[error("give a user name and password, or a token")]
    Unauthenticated,
    #[error("this account may only read")]
    Forbidden,
    #[error("a page of another site may not change anything here")]
    CrossSite,
    #[error("{0} is not allowed here")]
    NotAllowed(String, &'static str),
    #[error("send {0}")]
    UnsupportedType(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ShelfError> for Failure {
    fn from(error: ShelfError) -> Self {
        match error {
            ShelfError::Store(error) => Self::Store(error),
            ShelfError::Refused(refusal) => Self::Refused(refusal),
        }
    }
}

impl Failure {
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::Refused(Refusal::NotFound(what.into()))
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Refused(Refusal::Invalid(_) | Refusal::Wrong(_)) | Self::Malformed(_) => {
                StatusCode::BAD_REQUEST
            }
            Self::Refused(Refusal::NotFound(_)) => StatusCode::NOT_FOUND,
            Self::Refused(Refusal::Conflict(_)) => StatusCode::CONFLICT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NotAllowed(..) => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Store(StoreError::Unavailable(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(StoreError::Broken(_)) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// As the Pact Broker says it: `errors` by field or in a list, else one `error`.
    fn plain(&self) -> Value {
        match self {
            Self::Refused(Refusal::Invalid(fields)) => {
                let fields: Map<String, Value> =
                    fields.iter().map(|(name, messages)| (name.clone(), json!(messages))).collect();
                json!({ "errors": fields })
            }
            Self::Refused(Refusal::Wrong(messages)) => json!({ "errors": messages }),
            // What the database says is for the log of the server, not for whoever asks.
            Self::Store(StoreError::Unavailable(_)) => {
                json!({ "error": "the database does not answer; try again" })
            }
            Self::Store(StoreError::Broken(_)) => {
                json!({ "error": "the database holds what cannot be read" })
            }
            other => json!({ "error": other.to_string() }),
        }
    }

    /// For people, in one sentence.
    fn in_words(&self) -> String {
        self.plain()["error"].as_str().map_or_else(|| self.to_string(), str::to_owned)
    }

    /// RFC 9457.
    fn problem(&self, base: &str) -> Value {
        let status = self.status();
        let (kind, title) = match self {
            Self::Refused(Refusal::Invalid(_) | Refusal::Wrong(_)) => {
                ("validation-error", "Validation errors")
            }
            Self::Refused(Refusal::NotFound(_)) => ("not-found", "Not found"),
            Self::Refused(Refusal::Conflict(_)) => ("conflict", "Conflict"),
            Self::Malformed(_) => ("malformed-request", "Malformed request"),
            _ => ("error", status.canonical_reason().unwrap_or("Error")),
        };
        let kind = format!("{base}/problems/{kind}");
        let mut problem = json!({ "title": title, "type": kind, "status": status.as_u16(), "instance": "/" });
        match self {
            Self::Refused(Refusal::Invalid(fields)) => {
                problem["errors"] =
                    fields.iter().flat_map(|field| field_problems(&kind, title, field)).collect();
            }
            Self::Refused(Refusal::Wrong(messages)) => {
                let each = messages.iter();
                problem["errors"] =
                    each.map(|detail| json!({ "type": kind, "title": title, "detail": detail })).collect();
            }
            _ => problem["detail"] = self.plain()["error"].clone(),
        }
        problem
    }
}

fn field_problems<'a>(
    kind: &'a str,
    title: &'a str,
    (name, messages): &'a (String, Vec<String>),
) -> impl Iterator<Item = Value> + 'a {
    let pointer = format!("/{}", name.replace('.', "/"));
    let problem = move |detail| json!({ "type": kind, "title": title, "detail": detail, "pointer": pointer });
    messages.iter().map(problem)
}

/// What a failure carries until it is known how the client wants to hear it.
#[derive(Clone)]
struct Told(std::sync::Arc<Failure>);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Self::Store(error) = &self {
            tracing::error!(%error, "the database failed a request");
        }
        response.extensions_mut().insert(Told(self.into()));
        response
    }
}

/// Gives every answer its headers, and every failure the shape that the client accepts.
pub async fn finish(base: String, request: Request, next: Next) -> Response {
    let wants_problem = request
        .headers()
        .get_all(ACCEPT)
        .iter()
        .any(|accept| accept.to_str().is_ok_and(|accept| accept.contains("application/problem+json")));
    let in_browser = page::wanted(request.headers());
    let mut response = next.run(request).await;
    if let Some(Told(failure)) = response.extensions_mut().remove::<Told>() {
        let (content_type, body) =
            if wants_problem { (PROBLEM, failure.problem(&base)) } else { (HAL, failure.plain()) };
        let mut told = if in_browser {
            page::trouble(&base, failure.status(), &failure.in_words())
        } else {
            let mut told = (failure.status(), body.to_string()).into_response();
            told.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
            told
        };
        match &*failure {
            Failure::NotAllowed(_, allowed) => {
                told.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
            }
            Failure::Store(StoreError::Unavailable(_)) => {
                told.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Failure::Unauthenticated => {
                let realm = HeaderValue::from_static("Basic realm=\"Restricted area\"");
                told.headers_mut().insert(http::header::WWW_AUTHENTICATE, realm);
            }
            _ => {}
        }
        response = told;
    }
    let headers = response.headers_mut();
    headers.insert("x-pact-broker-version", HeaderValue::from_static(VERSION));
    headers.insert(VARY, HeaderValue::from_static("Accept"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

/// The version of the Pact Broker whose API this is, and ours.
const VERSION: &str = concat!("2.120.0-countersign-", env!("CARGO_PKG_VERSION"));
