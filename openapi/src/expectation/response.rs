//! The answer of an expectation: the part of an answer that a consumer uses.

use serde_json::Value;

use super::{Expectation, standard};
use crate::body::Media;
use crate::conceal::{clip, hidden};
use crate::exchange::{HttpRequest, HttpResponse};
use crate::judge::{Broken, Judge};
use crate::media_type::{Encoding, MediaType, accepts};
use crate::operation::Rules;
use crate::pointer::JsonPointer;
use crate::response::{Answer, StatusKey};
use crate::schema::{Manner, Promise, Undeclared};
use crate::violation::{Code, Place, Violation};

impl Judge<'_> {
    /// What the expected answer breaks of `answer`, and what the document promises of it.
    pub fn check_expected_response(
        &self,
        rules: &Rules,
        answer: &Answer,
        expectation: &Expectation<'_>,
        undeclared: Undeclared,
    ) -> (Vec<Violation>, Vec<Promise>) {
        let Expectation { request, response, leeways } = expectation;
        let mut violations = Vec::new();
        if answer.status == StatusKey::Default {
            violations.push(self.only_by_default(rules, response.status));
        }
        violations.extend(self.check_expected_headers(answer, response));
        let media = self.expected_media(rules, answer, (request, response), &mut violations);
        let bytes = response.body.as_deref();
        let mut promises = Vec::new();
        match (bytes, media) {
            (Some([]), _) => violations.extend(self.expected_nothing(answer)),
            (None, _) | (Some(b"null"), Ok(None)) | (Some(_), Err(Incompatible)) => {}
            (Some(bytes), Ok(None)) => violations.push(self.unknown_body(answer, bytes)),
            (Some(bytes), Ok(Some((media, _)))) if media.schema.is_none() => {
                violations.push(self.shapeless_answer(media, bytes));
            }
            (Some(bytes), Ok(Some((media, actual)))) => {
                let manner = Manner { undeclared, leeways };
                let (broken, met) = self.check_part_of_body(media, &actual, bytes, manner);
                violations.extend(broken);
                promises = met;
            }
        }
        (violations, promises)
    }

    fn check_expected_headers(&self, answer: &Answer, response: &HttpResponse) -> Vec<Violation> {
        let mut told: Vec<&str> = Vec::new();
        let mut violations = Vec::new();
        for (name, value) in &response.headers {
            if name.eq_ignore_ascii_case("content-type")
                || told.iter().any(|told| told.eq_ignore_ascii_case(name))
            {
                continue;
            }
            told.push(name);
            let declared = answer.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
            match declared {
                Some(header) => violations.extend(self.check_values_of(header, response)),
                None => violations.push(self.undeclared_header(answer, name, value)),
            }
        }
        violations
    }

    fn undeclared_header(&self, answer: &Answer, name: &str, value: &str) -> Violation {
        let (code, message) = if standard::is_of_responses(name) {
            (
                Code::ResponseHeaderUndefined,
                format!("the document does not declare the standard header {name:?} for this answer"),
            )
        } else {
            (Code::ResponseHeaderUnknown, format!("the document declares no header {name:?} for this answer"))
        };
        let secret = self.is_secret(name) || name.eq_ignore_ascii_case("set-cookie");
        self.violation(Broken {
            code,
            at: Place::ResponseHeader(name.to_owned()),
            rule: &answer.spot,
            keyword: Some("headers"),
            expected: answer.headers.iter().map(|header| header.name.as_str()).collect(),
            actual: Some(if secret { hidden() } else { clip(value) }),
            message,
        })
    }

    /// Which declared media type the body is of, and how it is read; none where none is declared.
    fn expected_media<'a>(
        &self,
        rules: &Rules,
        answer: &'a Answer,
        (request, response): (&HttpRequest, &HttpResponse),
        violations: &mut Vec<Violation>,
    ) -> Result<Option<(&'a Media, MediaType)>, Incompatible> {
        let header = response.header("content-type").filter(|header| !header.trim().is_empty());
        if answer.content.is_empty() {
            let Some(header) = header else { return Ok(None) };
            let listed = MediaType::parse(header).and_then(|it| rules.produces.choose_alike(&it));
            if rules.produces.is_empty() {
                violations.push(self.unknown_answer_type(answer, header));
            } else if listed.is_none() {
                violations.push(self.undeclared_type(&rules.produces, header));
                return Err(Incompatible);
            }
            return Ok(None);
        }
        let Some(header) = header else { return Ok(likeliest(answer, request)) };
        let actual = MediaType::parse(header);
        let Some((media, exact)) = actual.as_ref().and_then(|actual| answer.content.choose_alike(actual))
        else {
            violations.push(self.undeclared_type(&answer.content, header));
            return Err(Incompatible);
        };
        if !exact {
            violations.push(self.similar_answer_type(answer, header));
        }
        Ok(actual.map(|actual| (media, actual)))
    }

    /// An answer without a body is expected where one is declared.
    fn expected_nothing(&self, answer: &Answer) -> Option<Violation> {
        let media = answer
            .content
            .media
            .iter()
            .find(|media| !media.range.as_ref().is_some_and(MediaType::may_be_empty));
        media.map(|media| self.missing_body(media))
    }

    fn only_by_default(&self, rules: &Rules, status: u16) -> Violation {
        self.violation(Broken {
            code: Code::ResponseStatusDefault,
            at: Place::ResponseStatus,
            rule: &rules.spot.join("responses").join("default"),
            keyword: Some("responses"),
            expected: Value::from("default"),
            actual: Some(Value::from(status)),
            message: format!(
                "the operation does not declare the status {status}; only its default answer covers it"
            ),
        })
    }

    fn unknown_answer_type(&self, answer: &Answer, header: &str) -> Violation {
        self.violation(Broken {
            code: Code::ResponseContentTypeUnknown,
            at: Place::ResponseHeader("Content-Type".to_owned()),
            rule: &answer.spot,
            keyword: Some("content"),
            expected: Value::Null,
            actual: Some(clip(header)),
            message: "the document declares no body for this answer, and the pact says of what type it is"
                .to_owned(),
        })
    }

    fn similar_answer_type(&self, answer: &Answer, header: &str) -> Violation {
        let shown = clip(header);
        self.violation(Broken {
            code: Code::ResponseContentTypeSimilar,
            at: Place::ResponseHeader("Content-Type".to_owned()),
            rule: &answer.content.spot,
            keyword: Some("content"),
            expected: answer.content.keys(),
            message: format!(
                "the document declares no body of type {:?} for this answer, only one that is much like it",
                shown.as_str().unwrap_or_default()
            ),
            actual: Some(shown),
        })
    }

    fn shapeless_answer(&self, media: &Media, bytes: &[u8]) -> Violation {
        self.violation(Broken {
            code: Code::ResponseBodyUnknown,
            at: Place::ResponseBody(JsonPointer::root()),
            rule: &media.spot,
            keyword: Some("schema"),
            expected: Value::Null,
            actual: Some(Value::from(format!("{} bytes", bytes.len()))),
            message: "the document does not say what the body of this answer is made of".to_owned(),
        })
    }
}

/// The declared types leave out the one that is expected.
struct Incompatible;

/// Where nothing says what a body is: what the request accepts, or JSON, or what is declared first.
fn likeliest<'a>(answer: &'a Answer, request: &HttpRequest) -> Option<(&'a Media, MediaType)> {
    let accept = request.header("accept").unwrap_or_default();
    let media = || answer.content.media.iter().filter_map(|media| Some((media, media.range.clone()?)));
    let accepted = |(_, range): &(&Media, MediaType)| accepts(accept, [range]);
    let json = |(_, range): &(&Media, MediaType)| range.encoding() == Encoding::Json;
    media()
        .find(|media| accepted(media) && json(media))
        .or_else(|| media().find(|media| !accept.trim().is_empty() && accepted(media)))
        .or_else(|| media().find(json))
        .or_else(|| media().next())
}
