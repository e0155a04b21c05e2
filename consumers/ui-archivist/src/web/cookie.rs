//! The one cookie: the session's token, for this UI alone.
//!
//! No script can read it (`HttpOnly`), no other site can have it sent (`SameSite=Strict`), and over https no other
//! host or connection can set it (`__Host-`, RFC 6265bis, section 4.1.3).

use std::time::Duration;

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

use crate::AccessToken;

const fn name(https: bool) -> &'static str {
    if https { "__Host-archivist-session" } else { "archivist-session" }
}

/// The token that a browser sends. What is no token counts as none.
pub fn token(headers: &HeaderMap, https: bool) -> Option<AccessToken> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, token) = pairs.into_iter().find(|(given, _)| *given == name(https))?;
    AccessToken::new(token).ok()
}

/// Has the browser keep the token as long as it lasts.
pub fn keep(token: &AccessToken, lasts: Duration, https: bool) -> HeaderValue {
    set(token.reveal(), lasts.as_secs(), https)
}

/// Has the browser forget it.
pub fn forget(https: bool) -> HeaderValue {
    set("", 0, https)
}

fn set(value: &str, max_age: u64, https: bool) -> HeaderValue {
    let secure = if https { "; Secure" } else { "" };
    let name = name(https);
    let cookie = format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}");
    let mut cookie =
        HeaderValue::try_from(cookie).expect("a token is visible ASCII, so a header can carry it");
    cookie.set_sensitive(true);
    cookie
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(cookie: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(cookie))])
    }

    #[test]
    fn a_cookie_is_kept_from_everybody_else() {
        let token = AccessToken::new("abc").unwrap();
        let kept = keep(&token, Duration::from_mins(1), true);
        let text = "__Host-archivist-session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure";
        assert_eq!(kept, text);
        assert!(!format!("{kept:?}").contains("abc"), "no log shows it");
        assert!(!keep(&token, Duration::ZERO, false).to_str().unwrap().contains("Secure"));
        assert!(forget(true).to_str().unwrap().contains("=; Path=/; Max-Age=0;"));
    }

    #[test]
    fn a_token_is_found_among_other_cookies_under_its_own_name() {
        let found = |cookie, https| token(&sent(cookie), https).map(|it| it.reveal().to_owned());
        assert_eq!(found("a=b; archivist-session=abc; c", false).as_deref(), Some("abc"));
        assert_eq!(found("archivist-session=abc", true), None, "anybody could have set that one");
        assert_eq!(found("archivist-session=a,b", false), None);
        assert_eq!(found("archivist-session=", false), None);
    }
}
