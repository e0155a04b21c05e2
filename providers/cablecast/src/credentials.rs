//! Who may write: Frontdoor users, and the check of HTTP Basic.

use std::fmt;

use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::request::Parts;
use subtle::{Choice, ConstantTimeEq};

use crate::refusal::Refusal;
use crate::station::Station;

/// A Frontdoor user. Its password is never shown.
#[derive(Clone)]
pub struct Credentials {
    username: String,
    password: String,
}

/// Why a user name cannot be one of HTTP Basic.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    #[error("the user name is empty")]
    NoName,
    #[error("the user name has a colon, which HTTP Basic takes for its end")]
    ColonInName,
    #[error("the password is empty")]
    NoPassword,
}

impl Credentials {
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Result<Self, CredentialsError> {
        let (username, password) = (username.into(), password.into());
        match () {
            () if username.is_empty() => Err(CredentialsError::NoName),
            () if username.contains(':') => Err(CredentialsError::ColonInName),
            () if password.is_empty() => Err(CredentialsError::NoPassword),
            () => Ok(Self { username, password }),
        }
    }

    /// Compares both parts whatever the first one gives, so that the time taken tells nothing.
    fn matches(&self, username: &[u8], password: &[u8]) -> Choice {
        self.username.as_bytes().ct_eq(username) & self.password.as_bytes().ct_eq(password)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Proof that a request carried valid credentials. The first argument of every handler that needs
/// them, so that nothing else of the request is looked at before.
#[derive(Debug)]
pub struct FrontdoorUser(());

impl FromRequestParts<Station> for FrontdoorUser {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, station: &Station) -> Result<Self, Refusal> {
        let (username, password) = basic(parts).ok_or(Refusal::Unauthorized)?;
        let known = station
            .users()
            .iter()
            .fold(Choice::from(0), |known, user| known | user.matches(&username, &password));
        if bool::from(known) { Ok(Self(())) } else { Err(Refusal::Unauthorized) }
    }
}

/// User name and password of an `Authorization: Basic …` header.
fn basic(parts: &Parts) -> Option<(Vec<u8>, Vec<u8>)> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let mut username = STANDARD.decode(encoded.trim()).ok()?;
    let colon = username.iter().position(|byte| *byte == b':')?;
    let password = username.split_off(colon + 1);
    username.truncate(colon);
    Some((username, password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_keeps_the_password() {
        let credentials = Credentials::new("operator", "s3cret").unwrap();
        assert!(!format!("{credentials:?}").contains("s3cret"));
    }

    #[test]
    fn names_that_basic_cannot_carry_are_refused() {
        assert!(matches!(Credentials::new("", "x"), Err(CredentialsError::NoName)));
        assert!(matches!(Credentials::new("a:b", "x"), Err(CredentialsError::ColonInName)));
        assert!(matches!(Credentials::new("a", ""), Err(CredentialsError::NoPassword)));
    }
}
