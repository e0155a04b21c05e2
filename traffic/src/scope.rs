//! Which exchanges of a recording are the document's: a browser records every server that a page talks
//! to.

use countersign_openapi::Document;
use url::{Host, Url};

/// The servers whose exchanges count.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Where there are none, every exchange counts.
    bases: Vec<Base>,
}

/// A server, and the path below which its operations are.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Base {
    origin: Origin,
    /// Without a slash at its end.
    path: String,
    /// Whether what is judged stands behind the path. A document knows its own servers' paths.
    strip: bool,
}

/// Scheme and name do not tell two servers apart where a gateway speaks TLS for them: port 80 of `http`
/// is port 443 of `https`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    host: Host,
    /// None for the usual one.
    port: Option<u16>,
}

/// Why a URL names no server.
#[derive(Debug, thiserror::Error)]
pub enum ScopeError {
    #[error("{url:?} is no URL of a server: {reason}")]
    NotAServer { url: String, reason: String },
}

/// Where an exchange was sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target<'u> {
    /// To the document's server: the path that is judged, and the query.
    Here { path: &'u str, query: Option<&'u str> },
    /// To another one, of this scheme and authority.
    Elsewhere(&'u str),
}

impl Scope {
    /// The servers that `document` names by a whole URL. Where it names none, every exchange counts.
    #[must_use]
    pub fn of_document(document: &Document) -> Self {
        let urls = document.server_urls();
        Self { bases: urls.iter().filter_map(|url| Base::parse(url, false).ok()).collect() }
    }

    /// These servers, in place of those that the document names. What is judged is what stands behind
    /// the path of one.
    pub fn of_urls(urls: &[String]) -> Result<Self, ScopeError> {
        let bases: Result<Vec<Base>, ScopeError> = urls.iter().map(|url| Base::parse(url, true)).collect();
        Ok(Self { bases: bases? })
    }

    /// Where `url` leads: a whole URL, or a path with its query, which is always the document's.
    pub(crate) fn target<'u>(&self, url: &'u str) -> Result<Target<'u>, ScopeError> {
        let Some((origin, rest)) = split(url) else {
            if url.starts_with('/') {
                return Ok(here(url));
            }
            let reason = "it begins neither with http:// nor https:// nor /".to_owned();
            return Err(ScopeError::NotAServer { url: clip(url), reason });
        };
        if self.bases.is_empty() {
            return Ok(here(rest));
        }
        let sent_to = Origin::parse(origin)?;
        let mut path_before = None;
        for base in self.bases.iter().filter(|base| base.origin == sent_to) {
            if let Some(behind) = base.behind(rest) {
                let longer = path_before.is_none_or(|(length, _)| base.path.len() > length);
                if longer {
                    path_before = Some((base.path.len(), behind));
                }
            }
        }
        Ok(path_before.map_or(Target::Elsewhere(origin), |(_, behind)| here(behind)))
    }
}

impl Base {
    fn parse(url: &str, strip: bool) -> Result<Self, ScopeError> {
        let (origin, rest) = split(url).ok_or_else(|| ScopeError::NotAServer {
            url: clip(url),
            reason: "it begins neither with http:// nor with https://".to_owned(),
        })?;
        let path = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_owned();
        Ok(Self { origin: Origin::parse(origin)?, path, strip })
    }

    /// What is judged of `rest`, if it is below this server's path.
    fn behind<'u>(&self, rest: &'u str) -> Option<&'u str> {
        let behind = rest.strip_prefix(self.path.as_str())?;
        let is_below = behind.is_empty() || behind.starts_with(['/', '?', '#']);
        is_below.then_some(if self.strip { behind } else { rest })
    }
}

impl Origin {
    fn parse(origin: &str) -> Result<Self, ScopeError> {
        let url = Url::parse(origin)
            .map_err(|error| ScopeError::NotAServer { url: clip(origin), reason: error.to_string() })?;
        let host = url.host().ok_or_else(|| ScopeError::NotAServer {
            url: clip(origin),
            reason: "it has no host".to_owned(),
        })?;
        Ok(Self { host: host.to_owned(), port: url.port() })
    }
}

/// Scheme with authority, and what follows, of a URL of HTTP. The rest stays as it was written.
fn split(url: &str) -> Option<(&str, &str)> {
    let scheme = url.find("://")?;
    let known = ["http", "https", "ws", "wss"].iter().any(|it| url[..scheme].eq_ignore_ascii_case(it));
    let authority = scheme + "://".len();
    let end = url[authority..].find(['/', '?', '#']).map_or(url.len(), |end| authority + end);
    known.then(|| url.split_at(end))
}

fn here(rest: &str) -> Target<'_> {
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    Target::Here { path: if path.is_empty() { "/" } else { path }, query }
}

/// A URL as errors show it: without its query, which may hold secrets, and not without end.
fn clip(url: &str) -> String {
    const MAX: usize = 100;
    url.split(['?', '#']).next().unwrap_or_default().chars().take(MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(urls: &[&str]) -> Scope {
        let urls: Vec<String> = urls.iter().map(|&url| url.to_owned()).collect();
        Scope::of_urls(&urls).unwrap()
    }

    fn path_of<'u>(scope: &Scope, url: &'u str) -> Option<&'u str> {
        match scope.target(url).unwrap() {
            Target::Here { path, .. } => Some(path),
            Target::Elsewhere(_) => None,
        }
    }

    #[test]
    fn only_the_named_servers_count() {
        let scope = scope(&["https://api.example.com/v1", "http://localhost:8080"]);
        for (url, path) in [
            ("https://api.example.com/v1/vods?x=1", Some("/vods")),
            ("http://API.example.com:80/v1/vods#a", Some("/vods")),
            ("https://api.example.com:443/v1", Some("/")),
            ("https://api.example.com/v10/vods", None),
            ("https://cdn.example.com/v1/vods", None),
            ("https://api.example.com:8443/v1/vods", None),
            ("http://localhost:8080/a%2Fb/", Some("/a%2Fb/")),
            ("http://localhost/a", None),
            ("/vods", Some("/vods")),
        ] {
            assert_eq!(path_of(&scope, url), path, "{url}");
        }
        assert!(scope.target("data:text/plain,x").is_err());
    }

    #[test]
    fn the_longest_path_wins_and_the_query_stays_raw() {
        let scope = scope(&["http://a/x", "http://a/x/y"]);
        let target = scope.target("http://a/x/y/z?q=%20a b").unwrap();
        assert_eq!(target, Target::Here { path: "/z", query: Some("q=%20a b") });
    }

    #[test]
    fn without_servers_everything_counts() {
        assert_eq!(path_of(&Scope::default(), "https://anywhere:99/a"), Some("/a"));
    }

    #[test]
    fn a_document_s_own_paths_stay() {
        let base = Base::parse("http://a/v1/", false).unwrap();
        assert_eq!(base.behind("/v1/vods"), Some("/v1/vods"));
    }
}
