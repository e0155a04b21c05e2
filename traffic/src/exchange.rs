//! One request with its answer, as it is judged: what was sent, what came back, and what of it nobody
//! knows.

use std::sync::Arc;

use countersign_openapi::{HttpRequest, HttpResponse, Place};

/// An exchange that really happened. It holds whatever a client and a service told each other, so that
/// it does not show itself.
pub struct Exchange {
    pub origin: Origin,
    pub request: HttpRequest,
    pub response: HttpResponse,
    pub gaps: Gaps,
}

/// Which exchange it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The recording that holds it; none where it was met live.
    pub file: Option<File>,
    /// The line of a log, the entry of a HAR file, the order in which it began; from 1.
    pub number: u64,
}

/// A recording among those that are read together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    /// The order in which they are read.
    pub turn: usize,
    /// As it was named.
    pub name: Arc<str>,
}

impl Origin {
    /// The `number`th exchange that was met live.
    #[must_use]
    pub fn live(number: u64) -> Self {
        Self { file: None, number }
    }
}

/// What of an exchange is not known. Nothing is said of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    pub request_headers: bool,
    pub response_headers: bool,
    /// Whatever recorded the exchange may have left out cookies and credentials, as browsers do.
    pub credentials: bool,
    /// Why the body of the request is not judged.
    pub request_body: Option<Absence>,
    /// Why the body of the answer is not judged.
    pub response_body: Option<Absence>,
}

/// Why a body is not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// The recording does not hold it.
    NotRecorded,
    /// It is larger than what is kept for judging.
    TooLarge,
    /// Only a part of it passed.
    Cut,
    /// It is in a content coding that is not understood, or claims to be in one that it is not in.
    Coding,
}

impl Gaps {
    /// Whether what is wrong at `place` may be no more than a part that is not known.
    pub(crate) fn hide(self, place: &Place) -> bool {
        match place {
            Place::RequestHeader(_) | Place::RequestCookie(_) => self.request_headers,
            Place::RequestBody(_) => self.request_body.is_some(),
            Place::ResponseHeader(_) => self.response_headers,
            Place::ResponseBody(_) => self.response_body.is_some(),
            // Whoever records an exchange knows what it was. Messages are none.
            _ => false,
        }
    }
}
