//! What an exchange breaks of a document: which rule, where in the exchange, where in the document.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::pointer::JsonPointer;

/// One broken promise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Violation {
    pub code: Code,
    pub severity: Severity,
    /// Where in the exchange.
    pub at: Place,
    /// Where in the value of the parameter or header that `at` names.
    pub within: JsonPointer,
    /// Where in the document the broken rule stands.
    pub rule: Position,
    /// The JSON Schema keyword that failed, where a schema was judged.
    pub keyword: Option<String>,
    /// What the rule asks for: the keyword's value, the declared media types, the declared statuses.
    pub expected: Value,
    /// What the exchange had instead; `None` where it had nothing. Cut to a readable size.
    pub actual: Option<Value>,
    /// A lowercase fragment, such as `"duration" is required`.
    pub message: String,
}

/// How much a violation weighs. A warning breaks no contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Info,
}

/// Where in an exchange something stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    RequestMethod,
    RequestPath,
    RequestPathParameter(String),
    RequestQuery(String),
    RequestHeader(String),
    RequestCookie(String),
    RequestBody(JsonPointer),
    ResponseStatus,
    ResponseHeader(String),
    ResponseBody(JsonPointer),
    MessagePayload(JsonPointer),
    MessageHeaders(JsonPointer),
}

/// A place in a source file. `line` counts from 1 and is missing where the source has no lines of
/// its own (a document built in memory).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Position {
    pub file: Arc<str>,
    pub pointer: JsonPointer,
    pub line: Option<usize>,
}

/// The dotted ids of violations. Those that the OpenAPI-Pact comparator has keep its name, so that
/// its users recognise them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(into = "&'static str")]
pub enum Code {
    MessageContentTypeIncompatible,
    MessagePayloadIncompatible,
    MessagePayloadUnknown,
    MessagePayloadUnvalidatable,
    MessageHeadersIncompatible,
    MessageHeadersUnvalidatable,
    RequestPathOrMethodUnknown,
    RequestPathIncompatible,
    RequestQueryIncompatible,
    RequestQueryUnknown,
    RequestHeaderIncompatible,
    RequestHeaderUnknown,
    RequestCookieIncompatible,
    RequestBodyIncompatible,
    RequestBodyUnknown,
    RequestBodyUnvalidatable,
    RequestContentTypeIncompatible,
    RequestContentTypeMissing,
    RequestContentTypeUnknown,
    RequestContentTypeSimilar,
    RequestAcceptIncompatible,
    RequestAcceptUnknown,
    RequestAuthorizationMissing,
    ResponseStatusUnknown,
    ResponseStatusDefault,
    ResponseBodyIncompatible,
    ResponseBodyUnknown,
    ResponseBodyMissing,
    ResponseBodyUnvalidatable,
    ResponseContentTypeIncompatible,
    ResponseContentTypeMissing,
    ResponseContentTypeUnknown,
    ResponseContentTypeSimilar,
    ResponseHeaderIncompatible,
    ResponseHeaderUndefined,
    ResponseHeaderUnknown,
}

impl Code {
    /// The id as reports show it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MessageContentTypeIncompatible => "message.content-type.incompatible",
            Self::MessagePayloadIncompatible => "message.payload.incompatible",
            Self::MessagePayloadUnknown => "message.payload.unknown",
            Self::MessagePayloadUnvalidatable => "message.payload.unvalidatable",
            Self::MessageHeadersIncompatible => "message.headers.incompatible",
            Self::MessageHeadersUnvalidatable => "message.headers.unvalidatable",
            Self::RequestPathOrMethodUnknown => "request.path-or-method.unknown",
            Self::RequestPathIncompatible => "request.path.incompatible",
            Self::RequestQueryIncompatible => "request.query.incompatible",
            Self::RequestQueryUnknown => "request.query.unknown",
            Self::RequestHeaderIncompatible => "request.header.incompatible",
            Self::RequestHeaderUnknown => "request.header.unknown",
            Self::RequestCookieIncompatible => "request.cookie.incompatible",
            Self::RequestBodyIncompatible => "request.body.incompatible",
            Self::RequestBodyUnknown => "request.body.unknown",
            Self::RequestBodyUnvalidatable => "request.body.unvalidatable",
            Self::RequestContentTypeIncompatible => "request.content-type.incompatible",
            Self::RequestContentTypeMissing => "request.content-type.missing",
            Self::RequestContentTypeUnknown => "request.content-type.unknown",
            Self::RequestContentTypeSimilar => "request.content-type.similar",
            Self::RequestAcceptIncompatible => "request.accept.incompatible",
            Self::RequestAcceptUnknown => "request.accept.unknown",
            Self::RequestAuthorizationMissing => "request.authorization.missing",
            Self::ResponseStatusUnknown => "response.status.unknown",
            Self::ResponseStatusDefault => "response.status.default",
            Self::ResponseBodyIncompatible => "response.body.incompatible",
            Self::ResponseBodyUnknown => "response.body.unknown",
            Self::ResponseBodyMissing => "response.body.missing",
            Self::ResponseBodyUnvalidatable => "response.body.unvalidatable",
            Self::ResponseContentTypeIncompatible => "response.content-type.incompatible",
            Self::ResponseContentTypeMissing => "response.content-type.missing",
            Self::ResponseContentTypeUnknown => "response.content-type.unknown",
            Self::ResponseContentTypeSimilar => "response.content-type.similar",
            Self::ResponseHeaderIncompatible => "response.header.incompatible",
            Self::ResponseHeaderUndefined => "response.header.undefined",
            Self::ResponseHeaderUnknown => "response.header.unknown",
        }
    }
}

impl Code {
    /// How much a violation of this id weighs, unless the rule could not be judged.
    ///
    /// A warning is what breaks no promise: a parameter or body that the document does not speak
    /// of, a media type that is not quite the declared one, and all that was not checked.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::MessagePayloadUnknown
            | Self::MessagePayloadUnvalidatable
            | Self::MessageHeadersUnvalidatable
            | Self::RequestQueryUnknown
            | Self::RequestHeaderUnknown
            | Self::RequestBodyUnknown
            | Self::RequestBodyUnvalidatable
            | Self::RequestContentTypeMissing
            | Self::RequestContentTypeUnknown
            | Self::RequestContentTypeSimilar
            | Self::RequestAcceptUnknown
            | Self::ResponseStatusDefault
            | Self::ResponseContentTypeUnknown
            | Self::ResponseContentTypeSimilar
            | Self::ResponseHeaderUndefined
            | Self::ResponseBodyUnvalidatable => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

impl Place {
    /// Whether this is a place in the request, and not in the response nor in a message.
    #[must_use]
    pub const fn is_request(&self) -> bool {
        !matches!(
            self,
            Self::ResponseStatus
                | Self::ResponseHeader(_)
                | Self::ResponseBody(_)
                | Self::MessagePayload(_)
                | Self::MessageHeaders(_)
        )
    }
}

impl From<Code> for &'static str {
    fn from(code: Code) -> Self {
        code.as_str()
    }
}
