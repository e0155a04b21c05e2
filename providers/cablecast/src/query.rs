//! Query parameters: what the client sent, read by name and type. Names the server does not know
//! are never looked at, which is how the vendor's server treats them.

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;

use crate::refusal::Refusal;
use crate::time::Timestamp;

/// The parameters of a query in the order they were sent.
#[derive(Clone, Debug, Default)]
pub struct Parameters(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Query::try_from_uri(&parts.uri)
            .map(|Query(pairs)| Self(pairs))
            .map_err(|_| Refusal::bad("the query cannot be read"))
    }
}

impl Parameters {
    /// Every value of the parameter `name`.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The first value of the parameter `name`; an empty one counts as none.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.all(name).next().filter(|value| !value.is_empty())
    }

    pub fn integer(&self, name: &str) -> Result<Option<i32>, Refusal> {
        self.text(name).map(|value| integer(name, value)).transpose()
    }

    pub fn integers(&self, name: &str) -> Result<Vec<i32>, Refusal> {
        self.all(name).map(|value| integer(name, value)).collect()
    }

    pub fn time(&self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        let read = |value| {
            Timestamp::parse(value).ok_or_else(|| Refusal::bad(format!("{name} must be a date and time")))
        };
        self.text(name).map(read).transpose()
    }

    pub fn flag(&self, name: &str, default: bool) -> Result<bool, Refusal> {
        match self.text(name) {
            None => Ok(default),
            Some(value) if value.eq_ignore_ascii_case("true") => Ok(true),
            Some(value) if value.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(Refusal::bad(format!("{name} must be true or false"))),
        }
    }
}

fn integer(name: &str, value: &str) -> Result<i32, Refusal> {
    value.trim().parse().map_err(|_| Refusal::bad(format!("{name} must be a whole number")))
}

#[cfg(test)]
impl Parameters {
    pub(crate) fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }
}
