//! How documents are read: what they may refer to and how large they may be, and the way out where that does
//! not suffice.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_openapi::{Fetch, LoadError, LoadOptions};
use reqwest::Url;

use crate::fetch::{Bounds, fetch};

/// For one answer of another host.
const WITHIN: Duration = Duration::from_secs(30);
/// For all that one document refers to.
const WITHIN_ALL: Duration = Duration::from_mins(1);

/// What was said of a provider's documents, by flags or in `countersign.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Whether what they refer to on other hosts is fetched.
    pub allow_remote_refs: bool,
    /// The folder that their references may not leave, in place of the document's own.
    pub refs_within: Option<PathBuf>,
    /// Bytes of one file, at most.
    pub max_document: Option<u64>,
}

impl Reading {
    /// The bounds within which a document is loaded. The time for what is fetched begins now.
    #[must_use]
    pub fn options(&self) -> LoadOptions {
        let usual = LoadOptions::default();
        let max_bytes = self.max_document.unwrap_or(usual.max_bytes);
        // A larger file has more values.
        let times = usize::try_from(max_bytes.div_ceil(usual.max_bytes)).unwrap_or(usize::MAX).max(1);
        let remote = || Arc::new(Network { until: Instant::now() + WITHIN_ALL }) as Arc<dyn Fetch>;
        LoadOptions {
            max_bytes,
            max_values: usual.max_values.saturating_mul(times),
            within: self.refs_within.clone(),
            remote: self.allow_remote_refs.then(remote),
            ..usual
        }
    }
}

/// The way out, as people type it, where a document was refused that could be allowed.
#[must_use]
pub fn way_out(error: &LoadError) -> Option<String> {
    let (does, flag, key) = match error {
        LoadError::RemoteReference { .. } => ("fetches it", "--allow-remote-refs", "allow_remote_refs"),
        LoadError::OutsideReference { .. } => {
            ("names a folder that holds all of it", "--refs-within DIR", "refs_within")
        }
        LoadError::TooLarge { .. } | LoadError::TooManyValues { .. } => {
            ("allows more", "--max-document BYTES", "max_document")
        }
        _ => return None,
    };
    Some(format!("{flag} {does}, as `{key}` does in countersign.toml"))
}

/// Other hosts.
#[derive(Debug)]
struct Network {
    until: Instant,
}

impl Fetch for Network {
    fn fetch(&self, uri: &str, limit: u64) -> Result<String, String> {
        let url = Url::parse(uri).map_err(|error| error.to_string())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("it is fetched by http or https only".to_owned());
        }
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(format!("all that it refers to took more than {} s", WITHIN_ALL.as_secs()));
        }
        let accept = "application/yaml, application/json, */*;q=0.1";
        let bytes = fetch(&url, Bounds { accept, max_bytes: limit, within: left.min(WITHIN) })?;
        String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_widens_the_bounds_and_nothing_else_does() {
        let (none, usual) = (Reading::default().options(), LoadOptions::default());
        assert_eq!((none.max_bytes, none.max_values), (usual.max_bytes, usual.max_values));
        assert!(none.remote.is_none() && none.within.is_none());
        let small = Reading { max_document: Some(10), ..Reading::default() }.options();
        assert_eq!((small.max_bytes, small.max_values), (10, usual.max_values));
        let large = Reading { max_document: Some(usual.max_bytes * 3), ..Reading::default() }.options();
        assert_eq!(large.max_values, usual.max_values * 3);
    }

    #[test]
    fn nothing_but_http_is_fetched() {
        let network = Network { until: Instant::now() + WITHIN_ALL };
        for uri in ["file:///etc/passwd", "ftp://h.test/a", "data:text/plain,a"] {
            assert!(network.fetch(uri, 10).unwrap_err().contains("by http or https only"), "{uri}");
        }
        let late = Network { until: Instant::now() };
        assert!(late.fetch("https://h.test/a", 10).unwrap_err().contains("more than 60 s"));
    }
}
