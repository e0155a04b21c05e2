//! Signing in and out, and who is signed in.

use std::fmt;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};

use crate::{AccessToken, Archivist, Credentials, Error, SignedIn};

/// What a successful sign-in gives.
#[derive(Debug, Clone)]
pub struct Session {
    /// What [`Archivist::resume`] takes.
    pub token: AccessToken,
    /// How long the token lasts from now on; the UI refreshes it before that.
    pub lasts: Duration,
    pub user: User,
}

/// The person in the UI's top right corner.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    pub id: UserId,
    pub username: String,
    pub role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub i64);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Decides which menus the UI shows; what a user may do, the Archivist decides at each call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Admin,
    User,
}

#[derive(Deserialize)]
struct SessionBody {
    access_token: AccessToken,
    #[serde(rename = "token_type")]
    _token_type: TokenType,
    expires_in: u32,
    user: User,
}

/// The only kind of token this client can use: another one must fail here and not at the next call.
#[derive(Deserialize)]
enum TokenType {
    Bearer,
}

impl From<SessionBody> for Session {
    fn from(body: SessionBody) -> Self {
        Self { token: body.access_token, lasts: Duration::from_secs(body.expires_in.into()), user: body.user }
    }
}

impl Archivist {
    /// Signs a person in.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] for a wrong name or password, [`Error::TooManyAttempts`] after too many of them.
    pub async fn sign_in(&self, credentials: &Credentials) -> Result<Session, Error> {
        let request = self.request(Method::POST, &["api", "auth", "login"]).json(credentials);
        let body: SessionBody = self.send(request).await?.json(StatusCode::OK)?;
        Ok(body.into())
    }
}

impl SignedIn {
    /// Ends the session: the Archivist refuses its token from then on.
    pub async fn sign_out(&self) -> Result<(), Error> {
        let request = self.request(Method::POST, &["api", "auth", "logout"]);
        self.send(request).await?.done(StatusCode::NO_CONTENT)
    }

    /// Replaces the session by a fresh one. The token used up to now is not to be used again.
    pub async fn refresh(&self) -> Result<Session, Error> {
        let request = self.request(Method::POST, &["api", "auth", "refresh"]);
        let body: SessionBody = self.send(request).await?.json(StatusCode::OK)?;
        Ok(body.into())
    }

    /// Who is signed in, for a page that is loaded afresh.
    pub async fn me(&self) -> Result<User, Error> {
        let request = self.request(Method::GET, &["api", "auth", "me"]);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// Whether the session still lasts: asked when a tab comes to the front, before anything is typed in vain.
    pub async fn still_signed_in(&self) -> Result<bool, Error> {
        let request = self.request(Method::GET, &["api", "protected"]);
        match self.send(request).await?.done(StatusCode::OK) {
            Ok(()) => Ok(true),
            Err(Error::NotSignedIn { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
