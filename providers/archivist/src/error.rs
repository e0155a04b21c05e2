//! Every error a client can get, and the one shape it is shown in.

use std::borrow::Cow;
use std::time::Duration;

use archivist_queue::QueueError;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{CONNECTION, RETRY_AFTER, SEC_WEBSOCKET_VERSION, UPGRADE, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::auth::PasswordError;
use crate::extract::BODY_LIMIT;
use crate::fields::FieldErrors;
use crate::request::RequestId;
use crate::storage::StorageError;

/// How long a client should leave a service alone that cannot answer. Lost connections are back
/// within this time.
pub const OUTAGE_RETRY: Duration = Duration::from_secs(5);

/// What went wrong, in the client's terms. The cause is in the log, never in the answer.
#[derive(Clone, Debug)]
pub enum ApiError {
    MalformedJson {
        line: usize,
        column: usize,
    },
    NotSignedIn,
    WrongCredentials,
    AdminOnly,
    NotFound(&'static str),
    MethodNotAllowed,
    SlowBody,
    Conflict(&'static str),
    BodyTooLarge,
    UploadTooLarge {
        limit: u64,
    },
    NotJson,
    NotForm,
    BrokenForm,
    FileType {
        allowed: Vec<&'static str>,
    },
    Validation(FieldErrors),
    TooManyFailures {
        retry_after: Duration,
    },
    TooManySockets,
    UpgradeRequired,
    Internal,
    DatabaseLost,
    QueueLost,
    FilesLost,
    DiskFull,
    Deadline,
    /// The service is run without a station.
    NoStation,
    StationLost,
    /// The station answered, and wrongly.
    Station(&'static str),
}

/// The name of an error, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub enum ErrorType {
    BadRequestError,
    AuthenticationError,
    AuthorizationError,
    NotFoundError,
    MethodNotAllowedError,
    RequestTimeoutError,
    ConflictError,
    PayloadTooLargeError,
    UnsupportedMediaTypeError,
    ValidationError,
    RateLimitError,
    UpgradeRequiredError,
    InternalError,
    DatabaseError,
    QueueError,
    StorageError,
    TimeoutError,
    CablecastError,
    CablecastUnavailable,
}

/// The body of every answer that is an error.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Error")]
pub struct ErrorDocument {
    error: ErrorBody,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ErrorBody {
    r#type: ErrorType,
    message: Cow<'static, str>,
    details: Map<String, Value>,
    request_id: RequestId,
}

impl ApiError {
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::MalformedJson { .. } | Self::BrokenForm => StatusCode::BAD_REQUEST,
            Self::NotSignedIn | Self::WrongCredentials => StatusCode::UNAUTHORIZED,
            Self::AdminOnly => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::SlowBody => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::BodyTooLarge | Self::UploadTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson | Self::NotForm | Self::FileType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Validation(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyFailures { .. } | Self::TooManySockets => StatusCode::TOO_MANY_REQUESTS,
            Self::UpgradeRequired => StatusCode::UPGRADE_REQUIRED,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Station(_) => StatusCode::BAD_GATEWAY,
            Self::DatabaseLost
            | Self::QueueLost
            | Self::FilesLost
            | Self::Deadline
            | Self::NoStation
            | Self::StationLost => StatusCode::SERVICE_UNAVAILABLE,
            Self::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        }
    }

    pub const fn kind(&self) -> ErrorType {
        match self {
            Self::MalformedJson { .. } | Self::BrokenForm => ErrorType::BadRequestError,
            Self::NotSignedIn | Self::WrongCredentials => ErrorType::AuthenticationError,
            Self::AdminOnly => ErrorType::AuthorizationError,
            Self::NotFound(_) => ErrorType::NotFoundError,
            Self::MethodNotAllowed => ErrorType::MethodNotAllowedError,
            Self::SlowBody => ErrorType::RequestTimeoutError,
            Self::Conflict(_) => ErrorType::ConflictError,
            Self::BodyTooLarge | Self::UploadTooLarge { .. } => ErrorType::PayloadTooLargeError,
            Self::NotJson | Self::NotForm | Self::FileType { .. } => ErrorType::UnsupportedMediaTypeError,
            Self::Validation(_) => ErrorType::ValidationError,
            Self::TooManyFailures { .. } | Self::TooManySockets => ErrorType::RateLimitError,
            Self::UpgradeRequired => ErrorType::UpgradeRequiredError,
            Self::Internal => ErrorType::InternalError,
            Self::DatabaseLost => ErrorType::DatabaseError,
            Self::QueueLost => ErrorType::QueueError,
            Self::FilesLost | Self::DiskFull => ErrorType::StorageError,
            Self::Deadline => ErrorType::TimeoutError,
            Self::Station(_) => ErrorType::CablecastError,
            Self::NoStation | Self::StationLost => ErrorType::CablecastUnavailable,
        }
    }

    pub fn message(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::MalformedJson { .. } => "the body is not JSON",
            Self::NotSignedIn => "sign in first",
            Self::WrongCredentials => "wrong user name or password",
            Self::AdminOnly => "this takes the role admin",
            Self::NotFound(message) | Self::Conflict(message) | Self::Station(message) => message,
            Self::MethodNotAllowed => "this path does not have that method",
            Self::SlowBody => "the body took too long to arrive",
            Self::BodyTooLarge => "the body is too large",
            Self::UploadTooLarge { .. } => "the file is too large",
            Self::NotJson => "send the body as application/json",
            Self::NotForm => "send the body as multipart/form-data",
            Self::BrokenForm => "the body is no whole multipart/form-data",
            Self::FileType { .. } => "files of this type, by name or content, are not taken",
            Self::Validation(errors) if errors.len() == 1 => "1 field cannot be taken",
            Self::Validation(errors) => return format!("{} fields cannot be taken", errors.len()).into(),
            Self::TooManyFailures { .. } => "too many failed attempts to sign in",
            Self::TooManySockets => "too many sockets of this user are open",
            Self::UpgradeRequired => "open a WebSocket here: this is no handshake of version 13",
            Self::Internal => "the service failed; its log has the request id",
            Self::DatabaseLost => "the database does not answer",
            Self::QueueLost => "the queue does not answer",
            Self::FilesLost => "the folder of the recordings cannot be used",
            Self::DiskFull => "the disk of the recordings is full",
            Self::Deadline => "the service took too long",
            Self::NoStation => "this service has no Cablecast server: none is configured",
            Self::StationLost => "the Cablecast server does not answer",
        })
    }

    fn details(&self) -> Map<String, Value> {
        let details = match self {
            Self::MalformedJson { line, column } => json!({ "line": line, "column": column }),
            Self::BodyTooLarge => json!({ "limit_bytes": BODY_LIMIT }),
            Self::UploadTooLarge { limit } => json!({ "limit_bytes": limit }),
            Self::FileType { allowed } => json!({ "allowed": allowed }),
            Self::Validation(errors) => serde_json::to_value(errors).unwrap_or_default(),
            _ => Value::Null,
        };
        match details {
            Value::Object(details) => details,
            _ => Map::new(),
        }
    }

    const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyFailures { retry_after } => Some(*retry_after),
            Self::TooManySockets
            | Self::DatabaseLost
            | Self::QueueLost
            | Self::FilesLost
            | Self::Deadline
            | Self::NoStation
            | Self::StationLost => Some(OUTAGE_RETRY),
            _ => None,
        }
    }

    /// The answer, once the request has its id.
    pub fn into_response_for(self, request_id: RequestId) -> Response {
        let body =
            ErrorBody { r#type: self.kind(), message: self.message(), details: self.details(), request_id };
        let mut response = (self.status(), Json(ErrorDocument { error: body })).into_response();
        if let Some(wait) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, seconds(wait));
        }
        let headers = response.headers_mut();
        match self.status() {
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            StatusCode::UPGRADE_REQUIRED => {
                headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
                headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
                headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
            }
            _ => {}
        }
        response
    }
}

/// Whole seconds, rounded up: a client that waits exactly so long is not too early.
pub fn seconds(duration: Duration) -> HeaderValue {
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    HeaderValue::from(seconds.max(1))
}

/// Handlers do not know the request's id: the error travels as an extension of the response, and
/// `request::observe` writes the body.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(cause) => {
                tracing::error!(%cause, "the database does not answer");
                Self::DatabaseLost
            }
            StorageError::Broken(cause) => {
                tracing::error!(%cause, "the database holds what the service cannot read");
                Self::Internal
            }
        }
    }
}

impl From<QueueError> for ApiError {
    fn from(cause: QueueError) -> Self {
        tracing::error!(%cause, "the queue cannot be used");
        Self::QueueLost
    }
}

impl From<FieldErrors> for ApiError {
    fn from(errors: FieldErrors) -> Self {
        Self::Validation(errors)
    }
}

impl From<PasswordError> for ApiError {
    fn from(cause: PasswordError) -> Self {
        tracing::error!(%cause, "a password could not be judged");
        Self::Internal
    }
}
