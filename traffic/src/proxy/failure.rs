//! What goes wrong between proxy and service, in words that say whose it is.

use std::collections::BTreeMap;
use std::error::Error;
use std::io;

use http::StatusCode;
use hyper_util::client::legacy;

use crate::count::Unjudged;

/// What went wrong while a proxy served: how often, and the first reason, by kind.
pub type Failures = BTreeMap<Unjudged, (u64, String)>;

/// Why a request has no answer of the service. Each fits "failed to …".
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("reach {upstream}: {reason}")]
    Unreachable { upstream: String, reason: String, kind: Unreachable },
    #[error("have an answer of {upstream}: nothing came for {seconds} s")]
    Silent { upstream: String, seconds: u64 },
    #[error("have an answer of {upstream}: {reason}")]
    NoAnswer { upstream: String, reason: String, kind: NoAnswer },
    #[error("read the request: its body stopped in its middle")]
    BrokenOff,
    #[error("read the request: nothing of its body came for {seconds} s")]
    Stalled { seconds: u64 },
    #[error("pass the request on: {0}")]
    Refused(&'static str),
}

/// Why no connection came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    Name,
    Refused,
    TimedOut,
    Tls,
    Other,
}

/// Why a connection brought no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// It ended.
    Ended,
    /// The head is larger than the limit.
    HeadTooLarge,
    /// It is no HTTP.
    Malformed,
}

impl Failure {
    /// What an error of the client means.
    pub(super) fn of(error: &legacy::Error, upstream: &str) -> Self {
        let upstream = upstream.to_owned();
        let reason = chain(error);
        if error.is_connect() {
            return Self::Unreachable { upstream, kind: unreachable(error, &reason), reason };
        }
        let kind = match find::<hyper::Error>(error) {
            Some(error) if error.is_parse_too_large() => NoAnswer::HeadTooLarge,
            Some(error) if error.is_parse() => NoAnswer::Malformed,
            _ => NoAnswer::Ended,
        };
        Self::NoAnswer { upstream, reason, kind }
    }

    /// The status that the client is answered with.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Unreachable { kind: Unreachable::TimedOut, .. } | Self::Silent { .. } => {
                StatusCode::GATEWAY_TIMEOUT
            }
            Self::Unreachable { .. } | Self::NoAnswer { .. } => StatusCode::BAD_GATEWAY,
            Self::BrokenOff => StatusCode::BAD_REQUEST,
            Self::Stalled { .. } => StatusCode::REQUEST_TIMEOUT,
            Self::Refused(_) => StatusCode::NOT_IMPLEMENTED,
        }
    }

    /// The error type of `Proxy-Status` (RFC 9209, 2.3), by which a client knows whose answer it is.
    pub(super) fn error_type(&self) -> &'static str {
        match self {
            Self::Unreachable { kind, .. } => match kind {
                Unreachable::Name => "dns_error",
                Unreachable::Refused => "connection_refused",
                Unreachable::TimedOut => "connection_timeout",
                Unreachable::Tls => "tls_protocol_error",
                Unreachable::Other => "destination_unavailable",
            },
            Self::Silent { .. } => "http_response_timeout",
            Self::NoAnswer { kind, .. } => match kind {
                NoAnswer::Ended => "connection_terminated",
                NoAnswer::HeadTooLarge => "http_response_header_section_size",
                NoAnswer::Malformed => "http_protocol_error",
            },
            Self::BrokenOff | Self::Stalled { .. } => "http_request_error",
            Self::Refused(_) => "http_request_denied",
        }
    }

    /// As what the exchange counts.
    pub(super) fn counts_as(&self) -> Unjudged {
        match self {
            Self::Unreachable { .. } | Self::Silent { .. } | Self::NoAnswer { .. } => {
                Unjudged::UpstreamFailed
            }
            Self::BrokenOff | Self::Stalled { .. } => Unjudged::ClientGone,
            Self::Refused(_) => Unjudged::Refused,
        }
    }
}

fn unreachable(error: &legacy::Error, reason: &str) -> Unreachable {
    if find::<rustls::Error>(error).is_some() {
        return Unreachable::Tls;
    }
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => Unreachable::Refused,
        Some(io::ErrorKind::TimedOut) => Unreachable::TimedOut,
        // The connector tells a name that leads nowhere by its text alone.
        _ if reason.contains("dns error") => Unreachable::Name,
        _ => Unreachable::Other,
    }
}

/// The first error of type `E` among the causes.
fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    causes(error).find_map(|cause| cause.downcast_ref::<E>())
}

/// An error and what caused it, the outermost first. An I/O error that wraps another one leaves that out
/// of its sources.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|wrapped| wrapped as &(dyn Error + 'static)).or_else(|| error.source())
    })
}

/// What went wrong, from the outermost cause that says something to the innermost, each once.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in causes(error) {
        let text = cause.to_string();
        // Some causes repeat what they wrap.
        if !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
    }
    // "client error (Connect)" says no more than the sentence that this stands in.
    if parts.len() > 1 && parts[0].starts_with("client error") {
        parts.remove(0);
    }
    parts.join(": ")
}
