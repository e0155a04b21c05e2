//! Which pages may have a browser send a form here: our own alone.
//!
//! A browser says where a request comes from, in headers that no page can change: `Sec-Fetch-Site` (W3C, Fetch
//! Metadata), and where the connection is not trusted enough for that, `Origin` (RFC 6454). A form without
//! either comes from no browser that people use; the session's cookie being `SameSite=Strict`, this is the second
//! lock of the same door.

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::trouble::Trouble;

pub async fn refuse_others(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || from_here(request.headers()) {
        return next.run(request).await;
    }
    Trouble::AnotherSite.into_response()
}

fn from_here(headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all("sec-fetch-site").iter().peekable();
    if sites.peek().is_some() {
        return sites.all(|site| site == "same-origin");
    }
    let (Some(origin), Some(host)) = (headers.get(ORIGIN), headers.get(HOST)) else { return false };
    let authority = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    authority.is_some_and(|(_, authority)| host.as_bytes().eq_ignore_ascii_case(authority.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        from_here(&headers)
    }

    #[test]
    fn a_form_is_taken_from_our_own_pages_alone() {
        assert!(judged(&[("sec-fetch-site", "same-origin")]));
        assert!(judged(&[("origin", "http://ui.example:8700"), ("host", "ui.example:8700")]));
        for other in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "cross-site"), ("origin", "http://ui"), ("host", "ui")],
            &[("origin", "http://ui.example:8700.evil"), ("host", "ui.example:8700")],
            &[("origin", "null"), ("host", "ui.example")],
            &[("host", "ui.example")],
            &[],
        ] {
            assert!(!judged(other), "{other:?}");
        }
    }
}
