//! The request of an expectation: it is judged as one that is sent, with more said of what the
//! document leaves open.

use serde_json::Value;

use super::standard;
use crate::body::Side;
use crate::conceal::{clip, hidden};
use crate::exchange::HttpRequest;
use crate::judge::{Broken, Judge};
use crate::media_type::MediaType;
use crate::operation::{RequestBody, Rules};
use crate::parameter::Location;
use crate::pointer::JsonPointer;
use crate::response::Answer;
use crate::route::Found;
use crate::violation::{Code, Place, Violation};

impl Judge<'_> {
    /// What the request breaks. Where a refusal is expected of it, only what leads to the operation
    /// is judged, and the media types. A path that is wrong is told alone: which operation is meant
    /// is then open.
    pub fn check_expected_request(
        &self,
        rules: &Rules,
        found: &Found<'_>,
        request: &HttpRequest,
        (answer, refused): (Option<&Answer>, bool),
    ) -> Vec<Violation> {
        let mut violations = self.check_parameters(rules, found, request);
        if violations.iter().any(|one| one.code == Code::RequestPathIncompatible) {
            violations.retain(|one| one.code == Code::RequestPathIncompatible);
            return violations;
        }
        if refused {
            violations.clear();
        } else {
            violations.extend(rules.security.as_ref().and_then(|security| security.check(self, request)));
            violations.extend(self.unknown_headers(rules, request));
        }
        violations.extend(self.check_expected_accept(rules, answer, request));
        violations.extend(self.check_expected_body(rules, request, refused));
        violations
    }

    fn check_expected_accept(
        &self,
        rules: &Rules,
        answer: Option<&Answer>,
        request: &HttpRequest,
    ) -> Option<Violation> {
        let accept = request.header("accept").filter(|accept| !accept.trim().is_empty())?;
        if rules.produces.is_empty() && rules.answers.iter().all(|answer| answer.content.is_empty()) {
            return Some(self.violation(Broken {
                code: Code::RequestAcceptUnknown,
                at: Place::RequestHeader("Accept".to_owned()),
                rule: &rules.spot.join("responses"),
                keyword: Some("content"),
                expected: Value::Null,
                actual: Some(clip(accept)),
                message: "no declared answer has a body, and the request says what it accepts".to_owned(),
            }));
        }
        // What an answer without a body is of, need not be accepted.
        let has_body = !rules.produces.is_empty() || answer.is_some_and(|answer| !answer.content.is_empty());
        if has_body { self.check_accept(rules, request) } else { None }
    }

    fn unknown_headers(&self, rules: &Rules, request: &HttpRequest) -> Vec<Violation> {
        let mut told: Vec<&str> = Vec::new();
        let mut violations = Vec::new();
        for (name, value) in &request.headers {
            let declared = rules.parameters.iter().any(|parameter| {
                parameter.location == Location::Header && parameter.name.eq_ignore_ascii_case(name)
            });
            let key = || rules.security.as_ref().is_some_and(|it| it.holds_key(Location::Header, name));
            let known = declared || standard::is_of_requests(name) || key();
            if known || told.iter().any(|told| told.eq_ignore_ascii_case(name)) {
                continue;
            }
            told.push(name);
            violations.push(self.violation(Broken {
                code: Code::RequestHeaderUnknown,
                at: Place::RequestHeader(name.clone()),
                rule: &rules.spot,
                keyword: Some("parameters"),
                expected: Value::Null,
                actual: Some(if self.is_secret(name) { hidden() } else { clip(value) }),
                message: format!("the operation declares no header {name:?}"),
            }));
        }
        violations
    }

    fn check_expected_body(&self, rules: &Rules, request: &HttpRequest, refused: bool) -> Vec<Violation> {
        let body = rules.body.as_ref().filter(|body| !body.content.is_empty());
        let mut violations = Vec::new();
        let header = request.header("content-type");
        let Some(body) = body else {
            violations.extend(header.and_then(|header| self.check_type_without_body(rules, header)));
            if !refused {
                violations.extend(self.check_request_body(rules, request));
            }
            return violations;
        };
        let sent = request.body.as_deref().filter(|body| !body.is_empty());
        let Some(header) = header else {
            match sent {
                Some(_) if refused => violations.push(self.untyped_request_body(body)),
                Some(bytes) => violations.extend(self.check_untyped_body(body, bytes)),
                None if !refused => violations.extend(self.check_request_body(rules, request)),
                None => {}
            }
            return violations;
        };
        let actual = MediaType::parse(header);
        match actual.as_ref().and_then(|actual| Some((actual, body.content.choose_alike(actual)?))) {
            None => violations.push(self.wrong_type(&body.content, header)),
            Some((actual, (media, exact))) => {
                if !exact {
                    violations.push(self.similar_type(body, header));
                }
                match sent {
                    _ if refused => {}
                    Some(_) if media.schema.is_none() => violations.push(self.shapeless_body(body)),
                    Some(bytes) => violations.extend(self.check_body(Side::REQUEST, media, actual, bytes)),
                    None => violations.extend(self.check_request_body(rules, request)),
                }
            }
        }
        violations
    }

    /// A body that does not say what it is, is what the operation takes: JSON, if there is a choice.
    fn check_untyped_body(&self, body: &RequestBody, bytes: &[u8]) -> Vec<Violation> {
        let mut violations = vec![self.untyped_request_body(body)];
        match body.content.only() {
            Some(media) if media.schema.is_none() => violations.push(self.shapeless_body(body)),
            Some(media) => {
                let range = media.range.as_ref();
                violations.extend(
                    range
                        .map(|range| self.check_body(Side::REQUEST, media, range, bytes))
                        .into_iter()
                        .flatten(),
                );
            }
            None => {}
        }
        violations
    }

    /// A request says of what type its body is, and the operation declares none.
    fn check_type_without_body(&self, rules: &Rules, header: &str) -> Option<Violation> {
        if rules.consumes.is_empty() {
            return Some(self.unknown_type(rules, header));
        }
        let taken = MediaType::parse(header).is_some_and(|it| rules.consumes.choose_alike(&it).is_some());
        (!taken).then(|| self.wrong_type(&rules.consumes, header))
    }

    fn unknown_type(&self, rules: &Rules, header: &str) -> Violation {
        self.violation(Broken {
            code: Code::RequestContentTypeUnknown,
            at: Place::RequestHeader("Content-Type".to_owned()),
            rule: &rules.spot,
            keyword: Some("requestBody"),
            expected: Value::Null,
            actual: Some(clip(header)),
            message: "the operation declares no request body, and the request says of what type it is"
                .to_owned(),
        })
    }

    fn similar_type(&self, body: &RequestBody, header: &str) -> Violation {
        let shown = clip(header);
        self.violation(Broken {
            code: Code::RequestContentTypeSimilar,
            at: Place::RequestHeader("Content-Type".to_owned()),
            rule: &body.content.spot,
            keyword: Some("content"),
            expected: body.content.keys(),
            message: format!(
                "the operation declares no body of type {:?}, only one that is much like it",
                shown.as_str().unwrap_or_default()
            ),
            actual: Some(shown),
        })
    }

    fn shapeless_body(&self, body: &RequestBody) -> Violation {
        self.violation(Broken {
            code: Code::RequestBodyUnknown,
            at: Place::RequestBody(JsonPointer::root()),
            rule: &body.content.spot,
            keyword: Some("schema"),
            expected: Value::Null,
            actual: None,
            message: "the operation does not say what the request body is made of".to_owned(),
        })
    }
}
