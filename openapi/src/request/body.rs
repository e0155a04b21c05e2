//! The body of a request: there where it has to be, and of a type that the operation takes.

use serde_json::Value;

use crate::body::{Content, Side};
use crate::conceal::clip;
use crate::exchange::HttpRequest;
use crate::judge::{Broken, Judge};
use crate::media_type::MediaType;
use crate::operation::{RequestBody, Rules};
use crate::pointer::JsonPointer;
use crate::sources::Spot;
use crate::violation::{Code, Place, Violation};

impl Judge<'_> {
    pub(crate) fn check_request_body(&self, rules: &Rules, request: &HttpRequest) -> Vec<Violation> {
        let sent = request.body.as_deref().filter(|body| !body.is_empty());
        match (&rules.body, sent) {
            (None, None) => Vec::new(),
            (None, Some(bytes)) => vec![self.undeclared_body(&rules.spot, bytes)],
            (Some(body), Some(bytes)) => self.check_sent(body, request, bytes),
            // A typed but empty body, such as a form without fields, is there and is judged as it is.
            (Some(body), None) if request.body.is_some() && may_be_empty(body, request) => {
                self.check_sent(body, request, &[])
            }
            (Some(body), None) => {
                if body.required {
                    vec![self.missing_request_body(body)]
                } else {
                    Vec::new()
                }
            }
        }
    }

    fn check_sent(&self, body: &RequestBody, request: &HttpRequest, bytes: &[u8]) -> Vec<Violation> {
        if body.content.is_empty() {
            return Vec::new();
        }
        let Some(header) = request.header("content-type") else {
            let mut violations = vec![self.untyped_request_body(body)];
            if let Some(media) = body.content.only()
                && let Some(range) = &media.range
            {
                violations.extend(self.check_body(Side::REQUEST, media, range, bytes));
            }
            return violations;
        };
        let actual = MediaType::parse(header);
        match actual.as_ref().and_then(|actual| Some((actual, body.content.choose(actual)?))) {
            Some((actual, media)) => self.check_body(Side::REQUEST, media, actual, bytes),
            None => vec![self.wrong_type(&body.content, header)],
        }
    }

    fn undeclared_body(&self, operation: &Spot, bytes: &[u8]) -> Violation {
        self.violation(Broken {
            code: Code::RequestBodyUnknown,
            at: Place::RequestBody(JsonPointer::root()),
            rule: operation,
            keyword: Some("requestBody"),
            expected: Value::Null,
            actual: Some(Value::from(format!("{} bytes", bytes.len()))),
            message: "the operation declares no request body".to_owned(),
        })
    }

    fn missing_request_body(&self, body: &RequestBody) -> Violation {
        self.violation(Broken {
            code: Code::RequestBodyIncompatible,
            at: Place::RequestBody(JsonPointer::root()),
            rule: &body.spot.join("required"),
            keyword: Some("required"),
            expected: Value::Bool(true),
            actual: None,
            message: "a request body is required".to_owned(),
        })
    }

    pub(crate) fn untyped_request_body(&self, body: &RequestBody) -> Violation {
        self.violation(Broken {
            code: Code::RequestContentTypeMissing,
            at: Place::RequestHeader("Content-Type".to_owned()),
            rule: &body.content.spot,
            keyword: Some("content"),
            expected: body.content.keys(),
            actual: None,
            message: "the request has a body and no Content-Type".to_owned(),
        })
    }

    pub(crate) fn wrong_type(&self, content: &Content, header: &str) -> Violation {
        self.violation(Broken {
            code: Code::RequestContentTypeIncompatible,
            at: Place::RequestHeader("Content-Type".to_owned()),
            rule: &content.spot,
            keyword: Some("content"),
            expected: content.keys(),
            actual: Some(clip(header)),
            message: format!(
                "the operation takes no body of type {:?}",
                clip(header).as_str().unwrap_or_default()
            ),
        })
    }
}

/// Whether no bytes at all are a body of the type that the request says it has.
fn may_be_empty(body: &RequestBody, request: &HttpRequest) -> bool {
    let actual = request.header("content-type").and_then(MediaType::parse);
    actual.is_some_and(|actual| actual.may_be_empty() && body.content.choose(&actual).is_some())
}
