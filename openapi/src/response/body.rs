//! The body of a response: there where the document promises one, of a type it declares.

use serde_json::Value;

use super::Answer;
use crate::body::{Content, Media, Side};
use crate::conceal::clip;
use crate::exchange::{HttpRequest, HttpResponse};
use crate::judge::{Broken, Judge};
use crate::media_type::MediaType;
use crate::pointer::JsonPointer;
use crate::violation::{Code, Place, Violation};

impl Judge<'_> {
    pub(super) fn check_response_body(
        &self,
        answer: &Answer,
        request: &HttpRequest,
        response: &HttpResponse,
    ) -> Vec<Violation> {
        let bytes = response.body.as_deref().unwrap_or_default();
        let header = response.header("content-type");
        if answer.content.is_empty() {
            return if bytes.is_empty() { Vec::new() } else { vec![self.unknown_body(answer, bytes)] };
        }
        if bytes.is_empty() && is_bodiless(request, response) {
            return Vec::new();
        }
        let Some(header) = header else { return self.check_untyped(&answer.content, bytes) };
        let actual = MediaType::parse(header);
        match actual.as_ref().and_then(|actual| Some((actual, answer.content.choose(actual)?))) {
            Some((actual, media)) if bytes.is_empty() && !actual.may_be_empty() => {
                vec![self.missing_body(media)]
            }
            Some((actual, media)) => self.check_body(Side::RESPONSE, media, actual, bytes),
            None => vec![self.undeclared_type(&answer.content, header)],
        }
    }

    /// Nothing says what the body is.
    fn check_untyped(&self, content: &Content, bytes: &[u8]) -> Vec<Violation> {
        let media = content.only();
        if bytes.is_empty() {
            let promised =
                content.media.iter().find(|media| !media.range.as_ref().is_some_and(MediaType::may_be_empty));
            return promised.map(|media| self.missing_body(media)).into_iter().collect();
        }
        let mut violations = vec![self.untyped_body(content)];
        if let Some(media) = media
            && let Some(range) = &media.range
        {
            violations.append(&mut self.check_body(Side::RESPONSE, media, range, bytes));
        }
        violations
    }

    pub(crate) fn unknown_body(&self, answer: &Answer, bytes: &[u8]) -> Violation {
        self.violation(Broken {
            code: Code::ResponseBodyUnknown,
            at: Place::ResponseBody(JsonPointer::root()),
            rule: &answer.spot,
            keyword: Some("content"),
            expected: Value::Null,
            actual: Some(Value::from(format!("{} bytes", bytes.len()))),
            message: "the document declares no body for this answer".to_owned(),
        })
    }

    pub(crate) fn missing_body(&self, media: &Media) -> Violation {
        self.violation(Broken {
            code: Code::ResponseBodyMissing,
            at: Place::ResponseBody(JsonPointer::root()),
            rule: &media.spot,
            keyword: Some("content"),
            expected: Value::from(media.key.as_str()),
            actual: None,
            message: format!("the document declares a body of type {:?} and there is none", media.key),
        })
    }

    fn untyped_body(&self, content: &Content) -> Violation {
        self.violation(Broken {
            code: Code::ResponseContentTypeMissing,
            at: Place::ResponseHeader("Content-Type".to_owned()),
            rule: &content.spot,
            keyword: Some("content"),
            expected: content.keys(),
            actual: None,
            message: "the answer has a body and no Content-Type".to_owned(),
        })
    }

    pub(crate) fn undeclared_type(&self, content: &Content, header: &str) -> Violation {
        let shown = clip(header);
        self.violation(Broken {
            code: Code::ResponseContentTypeIncompatible,
            at: Place::ResponseHeader("Content-Type".to_owned()),
            rule: &content.spot,
            keyword: Some("content"),
            expected: content.keys(),
            message: format!(
                "the document declares no body of type {:?} for this answer",
                shown.as_str().unwrap_or_default()
            ),
            actual: Some(shown),
        })
    }
}

/// Whether HTTP itself forbids a body (RFC 9110).
fn is_bodiless(request: &HttpRequest, response: &HttpResponse) -> bool {
    request.method.eq_ignore_ascii_case("HEAD") || matches!(response.status, 100..=199 | 204 | 304)
}
