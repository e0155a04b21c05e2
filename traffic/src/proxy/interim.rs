//! Interim answers (1xx) on their way to a client. hyper's server writes none but `100 Continue`, so that they
//! go around it: what is handed in here, the client's side of the connection writes before the answer itself.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Context;

use futures::task::AtomicWaker;
use http::{HeaderMap, StatusCode, Version};

use super::headers;

/// The interim answers of one connection, which has one exchange at a time.
#[derive(Clone)]
pub(super) struct Interims(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    waker: AtomicWaker,
    /// Bytes that wait for a client, at most.
    limit: usize,
}

#[derive(Default)]
struct State {
    /// The number of the exchange whose answer is awaited: nobody else's interim answers are for the client.
    turn: u64,
    waiting: Vec<u8>,
    /// Whether hyper has bytes of the answer before that are not written yet.
    behind: bool,
}

/// An exchange whose answer is awaited, until it is dropped.
pub(super) struct Turn {
    interims: Interims,
    number: u64,
    /// A client of HTTP/1.0 knows no interim answers (RFC 9110, 15.2).
    takes: bool,
}

/// Hands in interim answers of one exchange, from whatever thread.
pub(super) struct Door {
    interims: Interims,
    number: u64,
}

impl Interims {
    pub fn new(limit: usize) -> Self {
        Self(Arc::new(Shared { state: Mutex::default(), waker: AtomicWaker::new(), limit }))
    }

    /// An exchange begins; the one before has its answer.
    pub fn begin(&self, version: Version) -> Turn {
        let number = self.lock().turn;
        Turn { interims: self.clone(), number, takes: version >= Version::HTTP_11 }
    }

    /// What is to be written before anything that hyper writes now.
    pub fn before_more(&self) -> Vec<u8> {
        let mut state = self.lock();
        let now = if state.behind { Vec::new() } else { std::mem::take(&mut state.waiting) };
        state.behind = true;
        now
    }

    /// What is to be written now that hyper has written all that it had. More wakes whoever asks.
    pub fn after_all(&self, cx: &Context<'_>) -> Vec<u8> {
        self.0.waker.register(cx.waker());
        let mut state = self.lock();
        state.behind = false;
        std::mem::take(&mut state.waiting)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing is done under the lock that can be left half done.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Where this exchange's interim answers are handed in; none where the client takes none.
    pub fn door(&self) -> Option<Door> {
        self.takes.then(|| Door { interims: self.interims.clone(), number: self.number })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.interims.lock();
        state.turn += 1;
        // They would come after the answer that they are to come before.
        if state.behind {
            state.waiting.clear();
        }
    }
}

impl Door {
    /// Hands in an interim answer. One for which there is no room is left out: nobody relies on it.
    pub fn hand_in(&self, status: StatusCode, headers: &HeaderMap) {
        let head = head(status, &headers::back(headers, false));
        let mut state = self.interims.lock();
        if state.turn == self.number && state.waiting.len() + head.len() <= self.interims.0.limit {
            state.waiting.extend_from_slice(&head);
            drop(state);
            self.interims.0.waker.wake();
        }
    }
}

/// An interim answer as it is written.
fn head(status: StatusCode, headers: &HeaderMap) -> Vec<u8> {
    let mut start = String::new();
    let reason = status.canonical_reason().unwrap_or_default();
    write!(start, "HTTP/1.1 {} {reason}\r\n", status.as_str()).expect("a text takes all that is written");
    let mut head = start.into_bytes();
    for (name, value) in headers {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

#[cfg(test)]
mod tests {
    use futures::task::noop_waker_ref;
    use http::HeaderValue;

    use super::*;

    const HINTS: StatusCode = StatusCode::EARLY_HINTS;

    fn after_all(interims: &Interims) -> String {
        String::from_utf8(interims.after_all(&Context::from_waker(noop_waker_ref()))).unwrap()
    }

    #[test]
    fn they_come_before_the_answer_and_no_later() {
        let interims = Interims::new(1000);
        let turn = interims.begin(Version::HTTP_11);
        let door = turn.door().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("link", HeaderValue::from_static("</a.css>"));
        headers.insert("connection", HeaderValue::from_static("close"));
        door.hand_in(HINTS, &headers);
        assert_eq!(after_all(&interims), "HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n");
        door.hand_in(HINTS, &HeaderMap::new());
        drop(turn);
        door.hand_in(HINTS, &HeaderMap::new());
        // The answer is about to be written.
        assert_eq!(interims.before_more(), b"HTTP/1.1 103 Early Hints\r\n\r\n");
        assert_eq!(interims.before_more(), b"");
    }

    #[test]
    fn none_comes_into_the_middle_of_the_answer_before() {
        let interims = Interims::new(1000);
        assert_eq!(interims.before_more(), b"");
        let turn = interims.begin(Version::HTTP_11);
        turn.door().unwrap().hand_in(HINTS, &HeaderMap::new());
        assert_eq!(interims.before_more(), b"", "the answer before is not written yet");
        drop(turn);
        assert_eq!(after_all(&interims), "", "its own answer is among what was written");
    }

    #[test]
    fn they_take_no_more_room_than_there_is_and_some_clients_take_none() {
        let interims = Interims::new(40);
        let turn = interims.begin(Version::HTTP_11);
        turn.door().unwrap().hand_in(HINTS, &HeaderMap::new());
        turn.door().unwrap().hand_in(HINTS, &HeaderMap::new());
        assert_eq!(after_all(&interims).matches("103").count(), 1);
        assert!(interims.begin(Version::HTTP_10).door().is_none());
    }
}
