//! Who a request comes from, as arguments of handlers: a handler that names one of these cannot be
//! reached without it.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::auth::Token;
use crate::domain::{Account, Role};
use crate::error::ApiError;
use crate::state::AppState;

/// The address a request comes from.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // A client of IPv4 has one address, whichever way the service listens.
        address.map(|ConnectInfo(address)| Self(address.ip().to_canonical())).ok_or(ApiError::Internal)
    }
}

/// Somebody whose session is good.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub account: Account,
    pub token: Token,
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let token = bearer(parts).and_then(Token::parse).ok_or(ApiError::NotSignedIn)?;
        let account = state.sessions.find(&token).await?.ok_or(ApiError::NotSignedIn)?;
        Ok(Self { account, token })
    }
}

/// The credentials of the one `Authorization` header, where its scheme is `Bearer`.
fn bearer(parts: &Parts) -> Option<&str> {
    let mut values = parts.headers.get_all(AUTHORIZATION).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, credentials) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| credentials.trim_start_matches(' '))
}

/// Somebody whose session is good and whose role is `admin`.
#[derive(Clone, Debug)]
pub struct Admin(pub Account);

impl FromRequestParts<AppState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let SignedIn { account, .. } = SignedIn::from_request_parts(parts, state).await?;
        if account.role == Role::Admin { Ok(Self(account)) } else { Err(ApiError::AdminOnly) }
    }
}
