//! URLs of providers and of services: which can be asked, and what in them is secret.

use percent_encoding::percent_decode_str;
use url::{ParseError, Url};

use super::error::StartError;
use crate::secrets::Secrets;

/// The URL of something that answers to HTTP.
pub(super) fn http(text: &str) -> Result<Url, StartError> {
    let refused = |why: &str| refused(text, why);
    let no_scheme = "it has to begin with http:// or https://";
    let url = Url::parse(text).map_err(|error| match error {
        ParseError::RelativeUrlWithoutBase => refused(no_scheme),
        other => refused(&other.to_string()),
    })?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        Err(refused(no_scheme))
    } else if !url.username().is_empty() || url.password().is_some() {
        Err(refused("credentials in it would not be sent; give them as a header, Authorization: Basic …"))
    } else {
        Ok(url)
    }
}

/// The URL of a service, whatever its scheme.
pub(super) fn any(text: &str) -> Result<Url, StartError> {
    let url = Url::parse(text).map_err(|error| match error {
        ParseError::RelativeUrlWithoutBase => refused(text, "it begins with no scheme, such as redis://"),
        other => refused(text, &other.to_string()),
    })?;
    if url.has_host() {
        Ok(url)
    } else {
        Err(refused(text, "it names no host, as redis://127.0.0.1:6379 does"))
    }
}

/// The URL of a Redis.
pub(super) fn redis(text: &str) -> Result<Url, StartError> {
    let url = any(text)?;
    if url.scheme() == "redis" { Ok(url) } else { Err(refused(text, "it has to begin with redis://")) }
}

/// What `path` is below `url`, or by itself where it is a URL.
pub(super) fn below(url: Option<&Url>, path: &str) -> Result<Url, StartError> {
    let joined = match url {
        Some(url) => url.join(path),
        None => Url::parse(path),
    };
    match joined {
        Ok(joined) => http(joined.as_str()),
        Err(ParseError::RelativeUrlWithoutBase) => Err(refused(
            path,
            "it is a path, and the provider listens nowhere; name a URL, as ${service:NAME}/path is",
        )),
        Err(error) => Err(refused(path, &error.to_string())),
    }
}

/// Notes what is secret in `url`, which was written as `text`.
pub(super) fn note(url: &Url, text: &str, secrets: &mut Secrets) {
    let Some(password) = url.password() else { return };
    secrets.add(text);
    secrets.add(url.as_str());
    secrets.add(password);
    secrets.add(&percent_decode_str(password).decode_utf8_lossy());
}

/// What may be a password is not shown.
pub(super) fn refused(text: &str, why: &str) -> StartError {
    let shown = text.rsplit_once('@').map_or(text.to_owned(), |(_, after)| format!("…@{after}"));
    StartError::Url(shown, why.to_owned())
}
