//! Holds a response against what its operation answers with.

mod body;
mod headers;

use serde_json::Value;

use crate::body::Content;
use crate::exchange::{HttpRequest, HttpResponse};
use crate::judge::{Broken, Judge};
use crate::load::LoadError;
use crate::operation::Rules;
use crate::parameter::Notation;
use crate::parameter::style::Style;
use crate::sources::Spot;
use crate::violation::{Code, Place, Violation};

/// One entry of `responses`.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: StatusKey,
    pub spot: Spot,
    pub headers: Vec<Header>,
    pub content: Content,
}

/// The key of a Response Object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StatusKey {
    Exact(u16),
    /// `2XX` and the like: the first digit.
    Class(u16),
    Default,
    /// No status at all; it describes nothing.
    Unreadable(String),
}

/// A Header Object.
#[derive(Debug)]
pub(crate) struct Header {
    pub name: String,
    pub required: bool,
    pub spot: Spot,
    pub notation: Notation,
}

impl StatusKey {
    fn parse(key: &str) -> Self {
        let class = key.strip_suffix("XX").or_else(|| key.strip_suffix("xx"));
        match (key, class.and_then(|digit| digit.parse().ok()), key.parse()) {
            ("default", _, _) => Self::Default,
            (_, Some(class), _) => Self::Class(class),
            (_, _, Ok(status)) => Self::Exact(status),
            _ => Self::Unreadable(key.to_owned()),
        }
    }

    /// How closely the key describes `status`; none where it does not.
    fn closeness(&self, status: u16) -> Option<u8> {
        match self {
            Self::Exact(exact) => (*exact == status).then_some(2),
            Self::Class(class) => (*class == status / 100).then_some(1),
            Self::Default => Some(0),
            Self::Unreadable(_) => None,
        }
    }
}

impl Answer {
    /// Reads the Response Object, or the reference to one, at `spot`.
    pub fn read<'d>(judge: &Judge<'d>, key: &str, spot: Spot, value: &'d Value) -> Result<Self, LoadError> {
        let (spot, value) = judge.object(spot, value, "a response")?;
        let headers = value["headers"].as_object().into_iter().flatten();
        // The specification has an entry for `Content-Type` ignored: `content` says it.
        let headers = headers
            .filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"))
            .map(|(name, header)| Header::read(judge, name, spot.join("headers").join(name), header));
        Ok(Self {
            status: StatusKey::parse(key),
            headers: headers.collect::<Result<_, _>>()?,
            content: Content::read(judge, value, &spot)?,
            spot,
        })
    }
}

impl Header {
    fn read<'d>(judge: &Judge<'d>, name: &str, spot: Spot, value: &'d Value) -> Result<Self, LoadError> {
        let (spot, value) = judge.object(spot, value, "a header")?;
        Ok(Self {
            name: name.to_owned(),
            required: value["required"].as_bool().unwrap_or(false),
            notation: Notation::read(value, &spot, Style::Simple),
            spot,
        })
    }
}

impl Rules {
    /// The declared answer that describes `status` most closely.
    pub fn answer(&self, status: u16) -> Option<&Answer> {
        let described =
            self.answers.iter().filter_map(|answer| Some((answer.status.closeness(status)?, answer)));
        described.max_by_key(|(closeness, _)| *closeness).map(|(_, answer)| answer)
    }
}

impl Judge<'_> {
    /// What `response`, the answer to `request`, breaks of the operation.
    pub fn check_response(
        &self,
        rules: &Rules,
        request: &HttpRequest,
        response: &HttpResponse,
    ) -> Vec<Violation> {
        let Some(answer) = rules.answer(response.status) else {
            return vec![self.unknown_status(rules, response.status)];
        };
        let mut violations = self.check_headers(answer, response);
        violations.append(&mut self.check_response_body(answer, request, response));
        violations
    }

    pub fn unknown_status(&self, rules: &Rules, status: u16) -> Violation {
        let keys = rules.answers.iter().map(|answer| match &answer.status {
            StatusKey::Exact(status) => status.to_string(),
            StatusKey::Class(class) => format!("{class}XX"),
            StatusKey::Default => "default".to_owned(),
            StatusKey::Unreadable(key) => key.clone(),
        });
        let keys: Vec<String> = keys.collect();
        let declared = if keys.is_empty() { "none".to_owned() } else { keys.join(", ") };
        self.violation(Broken {
            code: Code::ResponseStatusUnknown,
            at: Place::ResponseStatus,
            rule: &rules.spot.join("responses"),
            keyword: Some("responses"),
            expected: Value::from(keys),
            actual: Some(Value::from(status)),
            message: format!("the operation declares no answer with status {status}: it declares {declared}"),
        })
    }
}
