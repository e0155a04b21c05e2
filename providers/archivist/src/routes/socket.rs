//! `GET /ws`: opens a WebSocket for somebody whose session is good.
//!
//! A browser lets a page choose two things of the handshake, its address and its subprotocols, so the token
//! travels in one of these. Both are put there by whoever knows it: unlike a cookie, no browser adds a token by
//! itself to what another site asks for. That is why the `Origin` of a page is not looked at: a page of another
//! site that has the token could use every other route as well.

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{FromRequestParts, State};
use axum::response::Response;
use axum::routing::get;
use http::HeaderMap;
use http::header::SEC_WEBSOCKET_PROTOCOL;
use http::request::Parts;

use crate::auth::{SignedIn, Token};
use crate::domain::UserId;
use crate::error::ApiError;
use crate::fields::{Query, QueryField};
use crate::socket::converse;
use crate::state::AppState;

/// What is spoken here. The number changes where an old client would misunderstand what is told.
const PROTOCOL: &str = "archivist.v1";
/// Stands before the token in the list of subprotocols.
const BEARER: &str = "bearer.";

/// Bytes of a frame that is read at all; `socket` takes far less, and says so.
const MAX_FRAME: usize = 64 * 1024;
/// A client has little to say.
const READ_BUFFER: usize = 4 * 1024;

pub fn router() -> Router<AppState> {
    Router::new().route("/ws", get(open))
}

/// Somebody whose session is good, by the token of a handshake.
struct Listener(SignedIn);

impl QueryField for Token {
    fn from_query(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| "is no token".to_owned())
    }
}

impl FromRequestParts<AppState> for Listener {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let token = match offered(&parts.headers) {
            Some(text) => Token::parse(text),
            None => Query::parse(parts.uri.query().unwrap_or_default()).optional("token"),
        };
        let token = token.ok_or(ApiError::NotSignedIn)?;
        let account = state.sessions.find(&token).await?.ok_or(ApiError::NotSignedIn)?;
        Ok(Self(SignedIn { account, token }))
    }
}

/// The token in the list of subprotocols.
fn offered(headers: &HeaderMap) -> Option<&str> {
    let lists = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    let mut all = lists.filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(','));
    all.find_map(|protocol| protocol.trim().strip_prefix(BEARER))
}

async fn open(
    State(state): State<AppState>,
    Listener(who): Listener,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade = upgrade.map_err(|_| ApiError::UpgradeRequired)?;
    let seat = state.sockets.admit(UserId(who.account.id)).ok_or(ApiError::TooManySockets)?;
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(MAX_FRAME).max_frame_size(MAX_FRAME);
    Ok(upgrade.read_buffer_size(READ_BUFFER).on_upgrade(move |socket| converse(socket, state, who, seat)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn the_token_is_found_wherever_it_stands_in_the_list() {
        for (lists, expected) in [
            (vec!["archivist.v1, bearer.a"], Some("a")),
            (vec!["bearer.a,archivist.v1"], Some("a")),
            (vec!["archivist.v1", "bearer.a"], Some("a")),
            (vec!["archivist.v1"], None),
            (vec!["bearer. "], Some("")),
            (vec![], None),
        ] {
            let mut headers = HeaderMap::new();
            for list in &lists {
                headers.append(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(list));
            }
            assert_eq!(offered(&headers), expected, "{lists:?}");
        }
    }
}
