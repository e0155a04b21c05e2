//! Addresses of the page's own parts: always on the host that the reader is at, whatever it is called.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use maud::{Markup, html};
use uuid::Uuid;

use super::words::said;
use crate::http::href::Hrefs;
use crate::http::request::base;
use crate::http::server::Broker;

#[derive(Clone, Debug)]
pub struct Links(Hrefs);

impl Links {
    /// Of a base such as `https://host/path`, only the path.
    pub fn new(base: &str) -> Self {
        let host_on = base.split_once("://").map_or(base, |(_, rest)| rest);
        let path = host_on.find('/').map_or("", |at| &host_on[at..]);
        Self(Hrefs::new(path))
    }

    pub fn style(&self, file: &str) -> String {
        self.0.at(&["/ui", file])
    }

    pub fn home(&self) -> String {
        self.0.root()
    }

    pub fn environments(&self) -> String {
        self.0.at(&["/ui/environments"])
    }

    pub fn deploy(&self) -> String {
        self.0.at(&["/ui/can-i-deploy"])
    }

    pub fn webhooks(&self) -> String {
        self.0.at(&["/ui/webhooks"])
    }

    /// A call of a webhook, and how its attempts went.
    pub fn call(&self, uuid: Uuid) -> String {
        self.0.at(&["/ui/webhooks/calls", &uuid.to_string()])
    }

    pub fn pacticipant(&self, name: &str) -> String {
        self.0.at(&["/ui/pacticipants", name])
    }

    /// Only its versions of a branch, or with a tag, as the page's own links ask for them.
    pub fn versions_of(&self, name: &str, only: (&str, &str)) -> String {
        asking(&self.pacticipant(name), only)
    }

    pub fn version(&self, name: &str, number: &str) -> String {
        self.0.at(&["/ui/pacticipants", name, "/versions", number])
    }

    pub fn document(&self, provider: &str, number: &str) -> String {
        self.0.at(&["/ui/pacticipants", provider, "/versions", number, "/document"])
    }

    pub fn pair(&self, consumer: &str, provider: &str) -> String {
        self.0.at(&["/ui/pacts/consumer", consumer, "/provider", provider])
    }

    /// Only the versions of a branch, or with a tag, as the form of that page asks for them.
    pub fn pair_of(&self, consumer: &str, provider: &str, only: (&str, &str)) -> String {
        asking(&self.pair(consumer, provider), only)
    }

    pub fn pact(&self, consumer: &str, provider: &str, number: &str) -> String {
        self.0.at(&["/ui/pacts/consumer", consumer, "/provider", provider, "/version", number])
    }

    pub fn result(&self, consumer: &str, provider: &str, sha: &str, number: u32) -> String {
        let number = number.to_string();
        self.0.at(&["/ui/pacts/consumer", consumer, "/provider", provider, "/results", sha, &number])
    }

    /// The same pact as the API gives it: without the ending a browser would be led back.
    pub fn pact_in_api(&self, consumer: &str, provider: &str, number: &str) -> String {
        format!("{}.json", self.0.pact(provider, consumer, number))
    }
}

fn asking(page: &str, (field, value): (&str, &str)) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair(field, value).finish();
    format!("{page}?{query}")
}

impl FromRequestParts<Broker> for Links {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, broker: &Broker) -> Result<Self, Infallible> {
        Ok(Self::new(&base(broker, parts)))
    }
}

/// An address that somebody gave, such as a build's. It is only a link where it leads to a web page.
pub fn elsewhere(url: &str) -> Markup {
    let web = url.starts_with("https://") || url.starts_with("http://");
    html! {
        @if web { a href=(url) rel="noopener noreferrer external" { (said(url)) } } @else { (said(url)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_the_path_of_the_base_and_no_host() {
        assert_eq!(Links::new("http://broker:1").pacticipant("A/b c"), "/ui/pacticipants/A%2Fb%20c");
        assert_eq!(Links::new("https://host/pact/").home(), "/pact/");
    }

    #[test]
    fn an_address_that_would_run_is_no_link() {
        assert_eq!(elsewhere("javascript:alert(1)").into_string(), "javascript:alert(1)");
        assert!(
            elsewhere("https://ci/1?a=\"b").into_string().starts_with("<a href=\"https://ci/1?a=&quot;b\"")
        );
    }
}
