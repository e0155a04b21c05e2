//! Where the broker is, and who asks.

use std::fmt;
use std::time::Duration;

use url::Url;

use super::error::ClientError;

/// How long one request may take, where nothing is said.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What a client needs to know.
#[derive(Clone, Debug)]
pub struct Access {
    /// Ends with `/`.
    pub(super) base: Url,
    pub credentials: Credentials,
    /// Certificates (PEM) that are trusted beside the machine's own.
    pub ca: Option<Vec<u8>>,
    /// For one request.
    pub timeout: Duration,
}

/// Who asks. Does not show itself.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Credentials {
    #[default]
    Nobody,
    Basic {
        username: String,
        password: String,
    },
    Bearer(String),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "Nobody",
            Self::Basic { .. } => "Basic",
            Self::Bearer(_) => "Bearer",
        })
    }
}

impl Access {
    /// The broker at this address, path included where it has one.
    pub fn new(address: &str) -> Result<Self, ClientError> {
        let unusable = |reason: &str| ClientError::Unusable(reason.to_owned());
        let mut base = Url::parse(address)
            .map_err(|error| ClientError::Unusable(format!("its address is no URL ({error})")))?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(unusable("its address has to begin with http:// or https://"));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(unusable(
                "its address holds credentials: give them in PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD, \
                 or in PACT_BROKER_TOKEN",
            ));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(unusable("its address has a query or a fragment"));
        }
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        Ok(Self { base, credentials: Credentials::Nobody, ca: None, timeout: TIMEOUT })
    }

    #[must_use]
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// The address in an answer, at the origin that was named: a broker behind a proxy may not know how it
    /// is reached, and no answer leads credentials elsewhere.
    pub(super) fn at(&self, href: &str) -> Result<Url, ClientError> {
        let misspoken = |reason: String| ClientError::Misspoken { address: self.base.to_string(), reason };
        let given =
            self.base.join(href).map_err(|error| misspoken(format!("{href:?} is no address ({error})")))?;
        let mut url = self.base.clone();
        url.set_path(given.path());
        url.set_query(given.query());
        Ok(url)
    }

    /// A path below the base; each part is a name.
    pub(super) fn below(&self, parts: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_http_without_secrets() {
        for wrong in ["broker", "ftp://a/", "http://me:hunter2@a/", "http://a/?x=1", "http://a/#b"] {
            let error = Access::new(wrong).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
        assert_eq!(Access::new("https://a/context").unwrap().base().as_str(), "https://a/context/");
    }

    #[test]
    fn an_answer_leads_nowhere_else() {
        let access = Access::new("https://a:9/context").unwrap();
        let led = |href| access.at(href).unwrap().to_string();
        assert_eq!(led("http://evil.example/context/pacts?x=1"), "https://a:9/context/pacts?x=1");
        assert_eq!(led("//evil.example/pacts"), "https://a:9/pacts");
        assert_eq!(led("/pacts/feat%2Fx"), "https://a:9/pacts/feat%2Fx");
        assert_eq!(access.below(&["a", "feat/x y"]).as_str(), "https://a:9/context/a/feat%2Fx%20y");
    }

    #[test]
    fn credentials_do_not_show_themselves() {
        let secret = || "hunter2".to_owned();
        for credentials in
            [Credentials::Bearer(secret()), Credentials::Basic { username: secret(), password: secret() }]
        {
            let access = Access { credentials, ..Access::new("http://a").unwrap() };
            assert!(!format!("{access:?}").contains("hunter2"));
        }
    }
}
