//! Parameters of a request: present where required, written in their style, kept by their schema.

use serde_json::Value;

use crate::body::Media;
use crate::conceal::{clip, hidden};
use crate::exchange::HttpRequest;
use crate::judge::{Blame, Broken, Judge};
use crate::media_type::Encoding;
use crate::operation::Rules;
use crate::parameter::coerce::Shape;
use crate::parameter::pairs::{Field, Pairs};
use crate::parameter::style::{Readings, StyleError, Wire, read_header, read_path};
use crate::parameter::{Location, Notation, Parameter};
use crate::percent::decode;
use crate::route::Found;
use crate::schema::{Direction, SchemaError};
use crate::sources::Spot;
use crate::violation::{Code, Place, Violation};

/// The request, taken apart for its parameters.
struct Sent<'r> {
    request: &'r HttpRequest,
    query: Pairs<'r>,
    cookies: Pairs<'r>,
    /// Names of path parameters and what they hold.
    captures: Vec<(&'r str, &'r str)>,
}

impl Judge<'_> {
    pub(crate) fn check_parameters(
        &self,
        rules: &Rules,
        found: &Found<'_>,
        request: &HttpRequest,
    ) -> Vec<Violation> {
        let captures = rules.captures.iter().map(String::as_str).zip(found.captures.iter().copied());
        let sent = Sent {
            request,
            query: Pairs::of_query(request.query.as_deref().unwrap_or_default()),
            cookies: Pairs::of_cookies(request.header_values("cookie")),
            captures: captures.collect(),
        };
        let mut violations = Vec::new();
        for parameter in &rules.parameters {
            let holds_key = |security: &crate::security::Security| {
                security.holds_key(parameter.location, &parameter.name)
            };
            let secret = self.is_secret(&parameter.name) || rules.security.as_ref().is_some_and(holds_key);
            violations.append(&mut self.check_parameter(parameter, &sent, secret));
        }
        if let Some(security) = &rules.security {
            security.claim(&sent.query);
        }
        violations.extend(sent.query.unclaimed().into_iter().map(|name| self.unknown_query(rules, name)));
        violations
    }

    fn check_parameter(&self, parameter: &Parameter, sent: &Sent<'_>, secret: bool) -> Vec<Violation> {
        let judged = match &parameter.notation {
            Notation::Styled { style, explode, schema } => {
                let field = Field { name: &parameter.name, style: *style, explode: *explode, schema };
                sent.read(self, parameter, field)
                    .map(|readings| self.check_readings(parameter, schema, readings, secret))
            }
            Notation::Media { range, schema } => sent.whole(parameter).map(|text| match range {
                Some(range) if range.encoding() == Encoding::Json => {
                    self.check_json(parameter, schema.as_ref(), &text, secret)
                }
                _ => schema.as_ref().map_or_else(Vec::new, |schema| {
                    self.check_readings(parameter, schema, Ok(vec![Wire::Text(text)]), secret)
                }),
            }),
            Notation::WholeQuery(media) => {
                sent.query_string().map(|query| self.check_query(parameter, media, query, secret))
            }
            Notation::Free => sent.whole(parameter).map(|_| Vec::new()),
        };
        match judged {
            Some(violations) => violations,
            None if parameter.required => vec![self.missing(parameter)],
            None => Vec::new(),
        }
    }

    /// Keeps quiet if any reading is let through; else tells what the likeliest one breaks.
    fn check_readings(
        &self,
        parameter: &Parameter,
        schema: &Spot,
        readings: Result<Readings, StyleError>,
        secret: bool,
    ) -> Vec<Violation> {
        let readings = match readings {
            Ok(readings) => readings,
            Err(reason) => return vec![self.misspelt(parameter, &reason)],
        };
        if parameter.allow_empty && readings.contains(&Wire::text("")) {
            return Vec::new();
        }
        let mut first = None;
        for wire in &readings {
            let value = self.coerce(wire, std::slice::from_ref(schema));
            let errors = self.schemas.check(schema, &value, Direction::Request);
            if errors.is_empty() {
                return errors_of(self, parameter, errors, secret);
            }
            first.get_or_insert(errors);
        }
        errors_of(self, parameter, first.unwrap_or_default(), secret)
    }

    fn check_json(
        &self,
        parameter: &Parameter,
        schema: Option<&Spot>,
        text: &str,
        secret: bool,
    ) -> Vec<Violation> {
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => {
                let shown = if secret { hidden() } else { clip(text) };
                return vec![self.violation(Broken {
                    code: parameter.location.code(),
                    at: parameter.place(),
                    rule: &parameter.spot.join("content"),
                    keyword: None,
                    expected: Value::from("application/json"),
                    actual: Some(shown),
                    message: format!("{} is not JSON: {error}", parameter.describe()),
                })];
            }
        };
        let Some(schema) = schema else { return Vec::new() };
        errors_of(self, parameter, self.schemas.check(schema, &value, Direction::Request), secret)
    }

    /// Holds all of the query against the media type that it is written in.
    fn check_query(&self, parameter: &Parameter, media: &Media, query: &str, secret: bool) -> Vec<Violation> {
        match (media.encoding(), &media.schema) {
            (Encoding::Json, schema) => self.check_json(parameter, schema.as_ref(), &decode(query), secret),
            (Encoding::Form, Some(schema)) => {
                let value = self.read_form(media, query);
                errors_of(self, parameter, self.schemas.check(schema, &value, Direction::Request), secret)
            }
            (_, Some(schema)) => {
                let text = Wire::text(decode(query));
                self.check_readings(parameter, schema, Ok(vec![text]), secret)
            }
            (_, None) => Vec::new(),
        }
    }

    fn misspelt(&self, parameter: &Parameter, reason: &str) -> Violation {
        let style = match &parameter.notation {
            Notation::Styled { style, .. } => Value::from(style.name()),
            Notation::Media { .. } | Notation::WholeQuery(_) | Notation::Free => Value::Null,
        };
        self.violation(Broken {
            code: parameter.location.code(),
            at: parameter.place(),
            rule: &parameter.spot,
            keyword: Some("style"),
            expected: style,
            actual: None,
            message: format!("{} is not written in its style: {reason}", parameter.describe()),
        })
    }

    fn missing(&self, parameter: &Parameter) -> Violation {
        self.violation(Broken {
            code: parameter.location.code(),
            at: parameter.place(),
            rule: &parameter.spot.join("required"),
            keyword: Some("required"),
            expected: Value::Bool(true),
            actual: None,
            message: format!("{} is required", parameter.describe()),
        })
    }

    fn unknown_query(&self, rules: &Rules, name: &str) -> Violation {
        let declared = rules.parameters.iter().filter(|parameter| parameter.location == Location::Query);
        self.violation(Broken {
            code: Code::RequestQueryUnknown,
            at: Place::RequestQuery(name.to_owned()),
            rule: &rules.spot,
            keyword: Some("parameters"),
            expected: declared.map(|parameter| parameter.name.as_str()).collect(),
            actual: Some(clip(name)),
            message: format!("the operation declares no query parameter {name:?}"),
        })
    }
}

impl<'r> Sent<'r> {
    /// What was sent for a parameter with a style; none where nothing was.
    fn read(
        &self,
        judge: &Judge<'_>,
        parameter: &Parameter,
        field: Field<'_>,
    ) -> Option<Result<Readings, StyleError>> {
        let kinds = || Shape::kinds(judge, field.schema);
        match parameter.location {
            Location::Path => {
                let raw = self.capture(&parameter.name)?;
                Some(read_path((field.style, field.explode), field.name, raw, kinds()))
            }
            Location::Header => {
                let value = self.request.joined_header(&parameter.name)?;
                Some(Ok(read_header((field.style, field.explode), &value, kinds())))
            }
            Location::Query | Location::QueryString => self.query.read_field(judge, field),
            Location::Cookie => self.cookies.read_field(judge, field),
        }
    }

    /// The whole text of a parameter without a style.
    fn whole(&self, parameter: &Parameter) -> Option<String> {
        let first = |pairs: &Pairs<'_>| {
            pairs.claim(&parameter.name).first().map(|raw| crate::percent::decode_form(raw))
        };
        match parameter.location {
            Location::Path => self.capture(&parameter.name).map(|raw| decode(raw).into_owned()),
            Location::Header => self.request.joined_header(&parameter.name),
            Location::Query => first(&self.query),
            Location::QueryString => self.query_string().map(str::to_owned),
            Location::Cookie => first(&self.cookies),
        }
    }

    /// All of the query, where there is one: whoever is told of it has claimed its parameters.
    fn query_string(&self) -> Option<&'r str> {
        let query = self.request.query.as_deref().filter(|query| !query.is_empty())?;
        for name in self.query.unclaimed() {
            self.query.claim(name);
        }
        Some(query)
    }

    fn capture(&self, wanted: &str) -> Option<&'r str> {
        self.captures.iter().find(|(name, _)| *name == wanted).map(|(_, raw)| *raw)
    }
}

fn errors_of(
    judge: &Judge<'_>,
    parameter: &Parameter,
    errors: Vec<SchemaError>,
    secret: bool,
) -> Vec<Violation> {
    let code = parameter.location.code();
    let what = format!("{}: ", parameter.describe());
    let at = |_: &SchemaError| parameter.place();
    judge.blame(errors, &Blame { code, undecided: code, at: &at, what, secret })
}

impl Parameter {
    fn describe(&self) -> String {
        format!("{} {:?}", self.location.noun(), self.name)
    }

    fn place(&self) -> Place {
        let name = self.name.clone();
        match self.location {
            Location::Path => Place::RequestPathParameter(name),
            Location::Query | Location::QueryString => Place::RequestQuery(name),
            Location::Header => Place::RequestHeader(name),
            Location::Cookie => Place::RequestCookie(name),
        }
    }
}

impl Location {
    fn code(self) -> Code {
        match self {
            Self::Path => Code::RequestPathIncompatible,
            Self::Query | Self::QueryString => Code::RequestQueryIncompatible,
            Self::Header => Code::RequestHeaderIncompatible,
            Self::Cookie => Code::RequestCookieIncompatible,
        }
    }
}
