//! One request with its answer, as it is judged: what was sent, what came back, and what of it nobody
//! knows.

use countersign_openapi::{HttpRequest, HttpResponse, Place};

/// An exchange that really happened. It holds whatever a client and a service told each other, so that
/// it does not show itself.
pub struct Exchange {
    /// Which one it was: the line of a log, the entry of a HAR file, the order in which it began; from 1.
    pub number: u64,
    pub request: HttpRequest,
    pub response: HttpResponse,
    pub gaps: Gaps,
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
