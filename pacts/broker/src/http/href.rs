//! Every address that the broker gives out, in one place. Clients follow them as they are, so each name is
//! encoded as one segment of a path.

use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use uuid::Uuid;

/// RFC 3986, unreserved: everything else is encoded.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Writes addresses below one base, which has no slash at its end.
#[derive(Clone, Debug)]
pub struct Hrefs {
    base: String,
}

/// A name as one segment.
pub fn segment(name: &str) -> String {
    utf8_percent_encode(name, SEGMENT).to_string()
}

/// A link of HAL.
pub fn link(href: impl Into<String>) -> Value {
    json!({ "href": href.into() })
}

pub fn titled(href: impl Into<String>, title: impl Into<String>, name: impl Into<String>) -> Value {
    json!({ "href": href.into(), "title": title.into(), "name": name.into() })
}

impl Hrefs {
    pub fn new(base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned() }
    }

    /// `path` is given as names between slashes: those that start with `/` stand as they are.
    pub fn at(&self, parts: &[&str]) -> String {
        let mut href = self.base.clone();
        for part in parts {
            match part.strip_prefix('/') {
                Some(plain) => write!(href, "/{plain}"),
                None => write!(href, "/{}", utf8_percent_encode(part, SEGMENT)),
            }
            .expect("a string takes what is written");
        }
        href
    }

    pub fn root(&self) -> String {
        format!("{}/", self.base)
    }

    pub fn pacticipant(&self, name: &str) -> String {
        self.at(&["/pacticipants", name])
    }

    pub fn version(&self, pacticipant: &str, number: &str) -> String {
        self.at(&["/pacticipants", pacticipant, "/versions", number])
    }

    pub fn tag(&self, pacticipant: &str, number: &str, tag: &str) -> String {
        self.at(&["/pacticipants", pacticipant, "/versions", number, "/tags", tag])
    }

    pub fn branch(&self, pacticipant: &str, branch: &str) -> String {
        self.at(&["/pacticipants", pacticipant, "/branches", branch])
    }

    pub fn branch_version(&self, pacticipant: &str, branch: &str, number: &str) -> String {
        self.at(&["/pacticipants", pacticipant, "/branches", branch, "/versions", number])
    }

    /// Of a pair: `/pacts/provider/P/consumer/C`, and what comes below.
    pub fn pair(&self, provider: &str, consumer: &str, below: &[&str]) -> String {
        let mut parts = vec!["/pacts/provider", provider, "/consumer", consumer];
        parts.extend_from_slice(below);
        self.at(&parts)
    }

    pub fn pact(&self, provider: &str, consumer: &str, number: &str) -> String {
        self.pair(provider, consumer, &["/version", number])
    }

    pub fn pact_version(&self, provider: &str, consumer: &str, sha: &str) -> String {
        self.pair(provider, consumer, &["/pact-version", sha])
    }

    pub fn results(&self, provider: &str, consumer: &str, sha: &str) -> String {
        self.pair(provider, consumer, &["/pact-version", sha, "/verification-results"])
    }

    pub fn result(&self, provider: &str, consumer: &str, sha: &str, number: u32) -> String {
        let number = number.to_string();
        self.pair(provider, consumer, &["/pact-version", sha, "/verification-results", &number])
    }

    pub fn environment(&self, uuid: Uuid) -> String {
        self.at(&["/environments", &uuid.to_string()])
    }

    pub fn webhook(&self, uuid: Uuid) -> String {
        self.at(&["/webhooks", &uuid.to_string()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_segment() {
        let hrefs = Hrefs::new("http://broker/base/");
        assert_eq!(hrefs.branch("A b", "feat/x"), "http://broker/base/pacticipants/A%20b/branches/feat%2Fx");
        assert_eq!(hrefs.root(), "http://broker/base/");
    }
}
