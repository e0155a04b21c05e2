//! Every way a call to Cablecast ends badly, told apart as far as the archive treats them differently.

use std::time::Duration;

use crate::UploadState;

/// Why a call did not give what it asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// 401 or 403: the server does not take these credentials.
    #[error("be let in by Cablecast: it refuses the user name or the password; check the station's settings")]
    Unauthorized,
    /// 404: there is no such thing, or no longer.
    #[error("find it at Cablecast: it answers 404; the id is unknown or was deleted")]
    NotFound,
    /// Any other refusal of this very request: sending it again will not help.
    #[error("be served by Cablecast (status {status}): {}", .message.as_deref().unwrap_or("it does not say why"))]
    Rejected { status: u16, message: Option<String> },
    /// Nobody to answer at the moment: the same request may succeed later.
    #[error("be served by Cablecast after {attempts} attempt(s): {absence}; try again later")]
    Unavailable { absence: Absence, attempts: u32 },
    /// An answer that is not what the server documents.
    #[error("read Cablecast's answer: {0}; check that the address is a Cablecast server's")]
    Malformed(Malformed),
    /// The answer is longer than [`Limits::max_body`](crate::Limits::max_body); the rest was not read.
    #[error("read Cablecast's answer: it is longer than {limit} bytes; narrow the filter or raise the limit")]
    TooLarge { limit: usize },
    /// The list is longer than [`Limits::max_pages`](crate::Limits::max_pages) pages.
    #[error(
        "read the list to its end: it is longer than {limit} pages; narrow the filter or raise the limit"
    )]
    TooManyPages { limit: u32 },
    /// The server gave the upload up, or did not finish it in the time given.
    #[error("upload the file: Cablecast has it in the state {state:?}; begin the upload again")]
    Upload { state: UploadState },
    /// The file is empty or larger than the server can be told.
    #[error("upload the file: it has {size} bytes; send at least 1 and at most {}", i64::MAX)]
    FileSize { size: u64 },

    /// The address is not one this client may use.
    #[error("use the address {address:?}: {reason}")]
    Address { address: String, reason: &'static str },
    /// The HTTP client itself could not be set up.
    #[error("set up the HTTP client: {source}")]
    Setup { source: reqwest::Error },
}

/// Why there was no answer to believe.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Absence {
    /// 429 or 5xx.
    #[error("it answers {status}")]
    Status { status: u16, retry_after: Option<Duration> },
    #[error("no answer came in time")]
    TimedOut,
    #[error("it cannot be reached: {source}")]
    Unreachable { source: reqwest::Error },
}

/// What is wrong with an answer that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// The body is not the JSON this call is documented to return.
    #[error("the body is not as documented, from line {line}, column {column} on ({category:?})")]
    Body { line: usize, column: usize, category: serde_json::error::Category },
    /// A status that is neither success nor refusal; a redirect is not followed, it could carry the password away.
    #[error("status {0} is no answer to this call")]
    Status(u16),
    /// Chapters that do not begin as WebVTT does.
    #[error("the chapters are not WebVTT")]
    NotWebVtt,
    /// A page that brings nothing new although the list has not ended.
    #[error("page {page} of the list repeats earlier pages")]
    RepeatedPage { page: u32 },
}

impl Malformed {
    pub(crate) fn body(fault: &serde_json::Error) -> Self {
        Self::Body { line: fault.line(), column: fault.column(), category: fault.classify() }
    }
}

impl Absence {
    /// Sorts what the HTTP client reports. The URL is taken out: the address is the caller's to show.
    pub(crate) fn from_transport(source: reqwest::Error) -> Self {
        if source.is_timeout() { Self::TimedOut } else { Self::Unreachable { source: source.without_url() } }
    }

    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            Self::TimedOut | Self::Unreachable { .. } => None,
        }
    }
}
