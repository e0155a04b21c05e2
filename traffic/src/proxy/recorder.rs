//! Keeps what passes until it can be judged: decides by sample, counts what it has no room for, and never
//! makes the traffic wait.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, Method, StatusCode, Uri};

use super::budget::{Budget, Copy};
use super::failure::Failures;
use super::queue::Queue;
use super::sample::Sample;
use super::settings::Settings;
use crate::count::Unjudged;
use crate::watch::Watch;

pub(super) struct Recorder {
    pub watch: Arc<Watch>,
    pub queue: Queue<Finished>,
    pub max_body: usize,
    budget: Arc<Budget>,
    sample: Sample,
    failures: Mutex<Failures>,
    stopped: AtomicBool,
}

/// The head of a request as the client sent it.
pub(super) struct Head {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
}

/// An exchange that is over and waits for being judged.
pub(super) struct Finished {
    pub number: u64,
    pub head: Head,
    /// None where the answer was complete before the request was.
    pub request_body: Option<Copy>,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub response_body: Copy,
}

/// The copy of a request's body, once all of it has passed.
pub(super) type Slot = Arc<Mutex<Option<Copy>>>;

/// An exchange that is under way. Dropped in its middle, it counts as broken off by the client.
pub(super) struct Recording {
    recorder: Arc<Recorder>,
    number: u64,
    sampled: bool,
    request_body: Slot,
    over: bool,
}

impl Recorder {
    pub fn new(watch: Arc<Watch>, settings: &Settings) -> Self {
        Self {
            watch,
            queue: Queue::new(settings.queue),
            max_body: settings.max_body,
            budget: Budget::new(settings.max_memory),
            sample: Sample::new(settings.sample),
            failures: Mutex::default(),
            stopped: AtomicBool::new(false),
        }
    }

    /// An exchange that begins.
    pub fn begin(self: &Arc<Self>, method: &Method, uri: &Uri) -> Recording {
        let number = self.watch.meet(method.as_str(), uri.path());
        Recording {
            recorder: Arc::clone(self),
            number,
            sampled: self.sample.chooses(number),
            request_body: Slot::default(),
            over: false,
        }
    }

    /// From now on, what is broken off is broken off by us.
    pub fn stop(&self) {
        self.stopped.store(true, Relaxed);
    }

    pub fn failures(&self) -> Failures {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, reason: Unjudged, text: impl FnOnce() -> String) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.entry(reason).or_insert_with(|| (0, text())).0 += 1;
    }
}

impl Recording {
    /// A copy for a body, if the exchange is to be judged.
    pub fn copy(&self) -> Option<Copy> {
        self.sampled.then(|| Copy::new(&self.recorder.budget, self.recorder.max_body))
    }

    /// Where the copy of the request's body is put once it is complete.
    pub fn slot(&self) -> Slot {
        Arc::clone(&self.request_body)
    }

    /// The exchange is not judged.
    pub fn end(mut self, reason: Unjudged) {
        self.conclude(reason);
    }

    /// The exchange is not judged, since something went wrong.
    pub fn fail(mut self, reason: Unjudged, text: impl FnOnce() -> String) {
        self.recorder.note(reason, text);
        self.conclude(reason);
    }

    /// The answer is complete.
    pub fn finish(mut self, head: Head, status: StatusCode, headers: HeaderMap, body: Option<Copy>) {
        let Some(response_body) = body else { return self.conclude(Unjudged::NotSampled) };
        let request_body = self.request_body.lock().unwrap_or_else(PoisonError::into_inner).take();
        if response_body.lacks_memory() || request_body.as_ref().is_some_and(Copy::lacks_memory) {
            return self.conclude(Unjudged::NoMemory);
        }
        let finished = Finished { number: self.number, head, request_body, status, headers, response_body };
        if self.recorder.queue.push(finished).is_err() {
            return self.conclude(Unjudged::QueueFull);
        }
        self.over = true;
    }

    fn conclude(&mut self, reason: Unjudged) {
        if !mem::replace(&mut self.over, true) {
            self.recorder.watch.give_up(reason);
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let stopped = self.recorder.stopped.load(Relaxed);
        self.conclude(if stopped { Unjudged::Stopped } else { Unjudged::ClientGone });
    }
}

impl Head {
    /// Whether the message says that it has a body, be it an empty one.
    pub fn has_body(&self) -> bool {
        self.headers.contains_key(CONTENT_LENGTH) || self.headers.contains_key(TRANSFER_ENCODING)
    }
}
