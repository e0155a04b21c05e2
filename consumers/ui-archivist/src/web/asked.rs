//! What a browser sends: the query of an address, the fields of a form. Read leniently, for people edit addresses:
//! what does not fit counts as not said, and the Archivist judges the rest.

use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use tokio::time::timeout;

use super::trouble::Trouble;

/// The longest form that is read, in bytes: a description of the length the Archivist takes, thrice coded, fits.
pub const LONGEST_FORM: usize = 64 << 10;
/// Until a form is here as a whole.
const SLOWEST_FORM: Duration = Duration::from_secs(10);

/// Names and values as they were sent.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    fn parse(text: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(text).into_owned().collect())
    }

    /// The field's value as it was typed; empty where there is none.
    pub fn typed(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// The field's value without the blanks around it, if anything is left.
    pub fn given(&self, name: &str) -> Option<&str> {
        Some(self.typed(name).trim()).filter(|value| !value.is_empty())
    }

    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Fields {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }
}

/// The query of the address.
pub struct Query(pub Fields);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())))
    }
}

/// A form that was sent.
pub struct Filled(pub Fields);

impl<S: Send + Sync> FromRequest<S> for Filled {
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &S) -> Result<Self, Trouble> {
        let read = timeout(SLOWEST_FORM, axum::body::Bytes::from_request(request, state)).await;
        let body = read.map_err(|_| Trouble::SlowForm)?.map_err(|_| Trouble::LongForm)?;
        Ok(Self(Fields::parse(&body)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_what_was_typed_or_nothing() {
        let fields = Fields::parse(b"title=+A%26B+&empty=+&path=a&path=b");
        assert_eq!(fields.typed("title"), " A&B ");
        assert_eq!(fields.given("title"), Some("A&B"));
        assert_eq!((fields.given("empty"), fields.given("none")), (None, None));
        assert_eq!(fields.all("path").collect::<Vec<_>>(), ["a", "b"]);
    }
}
