//! Every way a call to the Archivist ends badly, told apart as far as the UI treats them differently.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;

/// Why a call did not give the UI what it asked for.
///
/// The first group is the Archivist's own answer and carries its words; the second says that there was no
/// answer to believe.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// 401: the user name or password is wrong, or the session is over. The UI shows the sign-in page.
    #[error("prove who is asking: {refusal}; sign in again")]
    NotSignedIn { refusal: Refusal },
    /// 403: this user may not do that. The UI says so and offers no retry.
    #[error("get permission: {refusal}; ask an administrator")]
    Forbidden { refusal: Refusal },
    /// 404: there is no such thing, or no longer.
    #[error("find it: {refusal}; reload the list")]
    NotFound { refusal: Refusal },
    /// 409: the thing's present state does not allow that.
    #[error("do that now: {refusal}")]
    Conflict { refusal: Refusal },
    /// 422: the form's input was not accepted. The UI shows each message at its field.
    #[error("accept the input: {refusal}; correct the fields named")]
    Invalid { refusal: Refusal, fields: FieldErrors },
    /// 429: too many attempts, or too many pages open. The UI counts down before it enables the button again.
    #[error("be let in: {refusal}; wait before the next attempt")]
    TooManyAttempts { refusal: Refusal, retry_after: Option<Duration> },
    /// 503: the Archivist runs and lacks something. The UI says what and when to come back.
    #[error("be served: {refusal}; try again later")]
    Unavailable { refusal: Refusal, shortage: Shortage, retry_after: Option<Duration> },
    /// Any other refusal in the Archivist's own words, such as 413. The UI shows the message as it is.
    #[error("be served (status {status}): {refusal}")]
    Refused { status: u16, refusal: Refusal },

    /// The answer is not what the Archivist promises: a proxy's page, a missing field, a redirect.
    #[error("read the answer (status {status}): {fault}; check that the address is the Archivist's")]
    Malformed { status: u16, fault: Malformed },
    /// The answer is larger than [`Limits::max_body`](crate::Limits::max_body); the rest was not read.
    #[error("read the answer: it is longer than {limit} bytes; ask for a smaller page")]
    TooLarge { limit: usize },
    /// No answer within [`Limits`](crate::Limits). Whether the call was carried out is not known.
    #[error("get an answer in time; look whether it was done before trying again")]
    TimedOut,
    /// No connection, or it broke before the answer was complete. The source says which.
    #[error("reach the Archivist; check the address and the network")]
    Unreachable { source: reqwest::Error },

    /// The address is not one this client may use.
    #[error("use the address {address:?}: {reason}")]
    Address { address: String, reason: &'static str },
    /// The text is no bearer token. It is not shown: it may be most of one.
    #[error("use the token: it is not a bearer token; sign in again")]
    Token,
    /// The HTTP client itself could not be set up.
    #[error("set up the HTTP client")]
    Setup { source: reqwest::Error },
}

/// The Archivist's words for why it refused.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refusal {
    /// The sentence the UI shows.
    pub message: String,
    /// What a user quotes to the administrators, who find the request in the log by it.
    pub request_id: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (request {})", self.message, self.request_id)
    }
}

/// For each field of a form, what is wrong with it.
pub type FieldErrors = BTreeMap<String, Vec<String>>;

/// What the Archivist lacks when it answers 503.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortage {
    /// Nothing can be shown or saved: the UI covers the whole page.
    Database,
    /// Nothing can be transcribed: the UI disables those buttons.
    Queue,
    /// Nothing can be published, and no show looked for: the UI says so in their place.
    Station,
    /// Something else; what is on the page stays usable.
    Other,
}

impl Shortage {
    fn of_type(kind: &str) -> Self {
        match kind {
            "DatabaseError" => Self::Database,
            "QueueError" => Self::Queue,
            "CablecastUnavailable" => Self::Station,
            _ => Self::Other,
        }
    }
}

/// What is wrong with an answer that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// The body is not the JSON this call promises. What it holds is not repeated: it may hold a token.
    #[error("the body is not what this call promises, from line {line}, column {column} on ({category:?})")]
    Body { line: usize, column: usize, category: serde_json::error::Category },
    /// The body is no text.
    #[error("the body is not UTF-8")]
    Text,
    /// The body is not the caption file that was asked for.
    #[error("the body is no such caption file")]
    Captions,
    /// The socket was opened without the proof that it was understood.
    #[error("the socket was opened in another way than was asked for")]
    Handshake,
    /// A status that is neither this call's success nor a refusal.
    #[error("this status is no answer to this call")]
    Status,
}

impl Malformed {
    pub(crate) fn body(fault: &serde_json::Error) -> Self {
        Self::Body { line: fault.line(), column: fault.column(), category: fault.classify() }
    }
}

/// The one shape in which the Archivist refuses: `{"error": {…}}`. Of what stands in it, each status is asked
/// only for what its variant of [`Error`] holds.
#[derive(Deserialize)]
struct Envelope<T> {
    error: T,
}

#[derive(Deserialize)]
struct Typed {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Detailed {
    details: Details,
}

#[derive(Deserialize)]
struct Details {
    fields: FieldErrors,
}

impl Error {
    /// Reads a refusal. The status says what kind it is; the body only says why.
    pub(crate) fn from_refusal(status: StatusCode, retry_after: Option<Duration>, body: &[u8]) -> Self {
        Self::read_refusal(status, retry_after, body).unwrap_or_else(|fault| Self::Malformed {
            status: status.as_u16(),
            fault: Malformed::body(&fault),
        })
    }

    fn read_refusal(
        status: StatusCode,
        retry_after: Option<Duration>,
        body: &[u8],
    ) -> Result<Self, serde_json::Error> {
        let Envelope { error: refusal } = serde_json::from_slice::<Envelope<Refusal>>(body)?;
        Ok(match status {
            StatusCode::UNAUTHORIZED => Self::NotSignedIn { refusal },
            StatusCode::FORBIDDEN => Self::Forbidden { refusal },
            StatusCode::NOT_FOUND => Self::NotFound { refusal },
            StatusCode::CONFLICT => Self::Conflict { refusal },
            StatusCode::UNPROCESSABLE_ENTITY => {
                let Envelope { error } = serde_json::from_slice::<Envelope<Detailed>>(body)?;
                Self::Invalid { refusal, fields: error.details.fields }
            }
            StatusCode::TOO_MANY_REQUESTS => Self::TooManyAttempts { refusal, retry_after },
            StatusCode::SERVICE_UNAVAILABLE => {
                let Envelope { error } = serde_json::from_slice::<Envelope<Typed>>(body)?;
                Self::Unavailable { refusal, shortage: Shortage::of_type(&error.kind), retry_after }
            }
            other => Self::Refused { status: other.as_u16(), refusal },
        })
    }

    /// Sorts what the HTTP client reports. The URL is taken out: the address is the caller's to show.
    pub(crate) fn from_transport(source: reqwest::Error) -> Self {
        if source.is_timeout() {
            return Self::TimedOut;
        }
        Self::Unreachable { source: source.without_url() }
    }
}
