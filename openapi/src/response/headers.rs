//! Headers of a response: there where required, and kept by their schema.

use serde_json::Value;

use super::{Answer, Header};
use crate::conceal::clip;
use crate::exchange::HttpResponse;
use crate::judge::{Blame, Broken, Judge};
use crate::media_type::Encoding;
use crate::parameter::Notation;
use crate::parameter::coerce::Shape;
use crate::parameter::style::{Wire, read_header};
use crate::schema::{Direction, SchemaError};
use crate::sources::Spot;
use crate::violation::{Code, Place, Violation};

impl Judge<'_> {
    pub(super) fn check_headers(&self, answer: &Answer, response: &HttpResponse) -> Vec<Violation> {
        let mut violations = Vec::new();
        for header in &answer.headers {
            if header.required && response.header(&header.name).is_none() {
                violations.push(self.missing_header(header));
            }
            violations.extend(self.check_values_of(header, response));
        }
        violations
    }

    /// What the values of one header break, if it is there.
    pub(crate) fn check_values_of(&self, header: &Header, response: &HttpResponse) -> Vec<Violation> {
        let values = values_of(&header.name, response);
        values.iter().flat_map(|value| self.check_header(header, value)).collect()
    }

    fn check_header(&self, header: &Header, text: &str) -> Vec<Violation> {
        match &header.notation {
            Notation::Styled { style, explode, schema } => {
                let readings = read_header((*style, *explode), text, Shape::kinds(self, schema));
                let values = readings.iter().map(|wire| self.coerce(wire, std::slice::from_ref(schema)));
                self.check_values(header, schema, values)
            }
            Notation::Media { range: Some(range), schema } if range.encoding() == Encoding::Json => {
                match (serde_json::from_str(text), schema) {
                    (Err(error), _) => vec![self.unreadable_header(header, text, &error)],
                    (Ok(value), Some(schema)) => self.check_values(header, schema, std::iter::once(value)),
                    (Ok(_), None) => Vec::new(),
                }
            }
            Notation::Media { schema: Some(schema), .. } => {
                let value = self.coerce(&Wire::text(text), std::slice::from_ref(schema));
                self.check_values(header, schema, std::iter::once(value))
            }
            Notation::Media { .. } | Notation::WholeQuery(_) | Notation::Free => Vec::new(),
        }
    }

    /// Keeps quiet if any of the values that the text may mean is let through.
    fn check_values(
        &self,
        header: &Header,
        schema: &Spot,
        values: impl Iterator<Item = Value>,
    ) -> Vec<Violation> {
        let mut first = None;
        for value in values {
            let errors = self.schemas.check(schema, &value, Direction::Response);
            if errors.is_empty() {
                return Vec::new();
            }
            first.get_or_insert(errors);
        }
        let code = Code::ResponseHeaderIncompatible;
        let at = |_: &SchemaError| Place::ResponseHeader(header.name.clone());
        let what = format!("header {:?}: ", header.name);
        let secret = self.is_secret(&header.name) || header.name.eq_ignore_ascii_case("set-cookie");
        self.blame(first.unwrap_or_default(), &Blame { code, undecided: code, at: &at, what, secret })
    }

    fn unreadable_header(&self, header: &Header, text: &str, error: &serde_json::Error) -> Violation {
        self.violation(Broken {
            code: Code::ResponseHeaderIncompatible,
            at: Place::ResponseHeader(header.name.clone()),
            rule: &header.spot.join("content"),
            keyword: None,
            expected: Value::from("application/json"),
            actual: Some(if self.is_secret(&header.name) { crate::conceal::hidden() } else { clip(text) }),
            message: format!("header {:?} is not JSON: {error}", header.name),
        })
    }

    fn missing_header(&self, header: &Header) -> Violation {
        self.violation(Broken {
            code: Code::ResponseHeaderIncompatible,
            at: Place::ResponseHeader(header.name.clone()),
            rule: &header.spot.join("required"),
            keyword: Some("required"),
            expected: Value::Bool(true),
            actual: None,
            message: format!("header {:?} is required", header.name),
        })
    }
}

/// The values of a header. Its lines make one list (RFC 9110), except for `Set-Cookie`, whose lines
/// each stand alone.
fn values_of(name: &str, response: &HttpResponse) -> Vec<String> {
    if name.eq_ignore_ascii_case("set-cookie") {
        return response.header_values(name).map(str::to_owned).collect();
    }
    response.joined_header(name).into_iter().collect()
}
