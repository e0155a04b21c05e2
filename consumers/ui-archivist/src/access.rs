//! The two secrets the UI handles, as types that cannot be printed by accident.

use std::fmt;

use reqwest::header::HeaderValue;
use serde::{Deserialize, Serialize};

use crate::Error;

/// A signed-in user's bearer token.
///
/// `Debug` hides it, and the request header made of it is marked sensitive, so neither a log line nor a
/// panic message can show it. The UI keeps it in its cookie store by [`AccessToken::reveal`].
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct AccessToken(String);

impl AccessToken {
    /// The longest token that is believed: more would not fit beside other headers in the 8 KiB many servers allow.
    const MAX_LENGTH: usize = 4096;

    /// Takes up a token from an earlier [`Session`](crate::Session).
    ///
    /// # Errors
    /// [`Error::Token`] if it is empty, too long, or holds what a bearer token cannot (RFC 6750, `b64token`) or the
    /// name of a WebSocket's subprotocol cannot (RFC 6455, section 4.1): it travels as both.
    pub fn new(token: impl Into<String>) -> Result<Self, Error> {
        let token = token.into();
        let fits = token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+".contains(&b));
        if token.is_empty() || token.len() > Self::MAX_LENGTH || !fits {
            return Err(Error::Token);
        }
        Ok(Self(token))
    }

    /// The token itself, for whoever stores it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn header(&self) -> HeaderValue {
        sensitive(&format!("Bearer {}", self.0))
    }

    /// The subprotocols that are offered for a socket: a browser can send a token with no other header.
    pub(crate) fn subprotocols(&self, protocol: &str) -> HeaderValue {
        sensitive(&format!("{protocol}, bearer.{}", self.0))
    }
}

fn sensitive(text: &str) -> HeaderValue {
    let mut value = HeaderValue::try_from(text).expect("a token is visible ASCII, so a header can carry it");
    value.set_sensitive(true);
    value
}

impl TryFrom<String> for AccessToken {
    type Error = Error;

    fn try_from(token: String) -> Result<Self, Error> {
        Self::new(token)
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(hidden)")
    }
}

/// What a person types to sign in.
#[derive(Clone, Serialize)]
pub struct Credentials {
    username: String,
    password: String,
}

impl Credentials {
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Self {
        Self { username: username.into(), password: password.into() }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_what_either_header_can_carry() {
        for good in ["abc", "a-b._~+9", &"x".repeat(AccessToken::MAX_LENGTH)] {
            assert!(AccessToken::new(good).is_ok(), "{good:?} fits both headers");
        }
        let long = "x".repeat(AccessToken::MAX_LENGTH + 1);
        for bad in ["", "==", "a/b", "two words", "a,b", "line\r\nX-Evil: 1", "é", &long] {
            assert!(AccessToken::new(bad).is_err(), "{bad:?} fits not both headers");
        }
    }

    #[test]
    fn neither_secret_shows_in_debug_output() {
        let token = AccessToken::new("secret-token").unwrap();
        let credentials = Credentials::new("editor", "secret-password");
        let shown = format!("{token:?} {credentials:?} {:?} {:?}", token.header(), token.subprotocols("p"));
        assert!(!shown.contains("secret"), "{shown}");
        assert!(shown.contains("editor"), "the user's name helps to read a log: {shown}");
        assert_eq!(token.reveal(), "secret-token");
    }
}
