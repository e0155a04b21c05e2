//! The page: what the broker knows, for people with a browser.
//!
//! `GET /` where HTML is accepted, and everything below `/ui/`. A file here is one kind of page: it asks the
//! model and says the answer in HTML that works without a script. Nothing is loaded from elsewhere.
//!
//! A verdict is always one of three words: kept, broken, unknown. What was not judged is said so.

mod deploy;
mod document;
mod environments;
mod links;
mod network;
mod pact;
mod pacticipant;
mod pair;
mod result;
mod shell;
mod standing;
#[cfg(test)]
mod told;
mod version;
mod webhooks;
mod words;

use axum::Router;
use http::HeaderMap;
use http::header::ACCEPT;

pub use links::Links;
pub use network::show as home;
pub use shell::trouble;
#[cfg(test)]
pub use told::Told;

use crate::http::server::Broker;

/// Everything below `/ui`; the index's own route asks [`wanted`].
pub fn routes() -> Router<Broker> {
    Router::new()
        .merge(shell::routes())
        .merge(network::routes())
        .merge(pacticipant::routes())
        .merge(version::routes())
        .merge(pair::routes())
        .merge(pact::routes())
        .merge(result::routes())
        .merge(document::routes())
        .merge(environments::routes())
        .merge(deploy::routes())
        .merge(webhooks::routes())
}

/// Whether a browser asks. Clients of the API accept some JSON, and get it whatever else they accept.
pub fn wanted(headers: &HeaderMap) -> bool {
    let accepted = || headers.get_all(ACCEPT).iter().filter_map(|accept| accept.to_str().ok());
    accepted().any(|accept| accept.contains("text/html")) && !accepted().any(|accept| accept.contains("json"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_browser_gets_the_page_and_a_client_its_json() {
        let asks = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            wanted(&headers)
        };
        assert!(asks("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        assert!(!asks("application/hal+json, text/html"));
        assert!(!asks("*/*"));
        assert!(!wanted(&HeaderMap::new()));
    }
}
