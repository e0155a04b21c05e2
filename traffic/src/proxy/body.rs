//! Bodies on their way through: passed on as they come, and copied beside.

use std::pin::Pin;
use std::sync::PoisonError;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Sleep, sleep};

use super::budget::Copy;
use super::gate::{Gate, Waiting};
use super::pulse::Pulse;
use super::recorder::{Head, Recording, Slot};
use crate::count::Unjudged;

/// What ends a body before its end.
type Broken = Box<dyn std::error::Error + Send + Sync>;

/// The body of a request, read from the client.
pub(super) struct RequestBody {
    inner: Option<Incoming>,
    copy: Option<Copy>,
    slot: Slot,
    pulse: Pulse,
    gate: Option<Waiting>,
}

impl RequestBody {
    pub fn new(inner: Incoming, recording: &Recording, pulse: Pulse, gate: Option<&Gate>) -> Self {
        let inner = Some(inner).filter(|inner| !inner.is_end_stream());
        let gate = gate.filter(|_| inner.is_some()).map(Gate::waiting);
        let mut body = Self { inner, copy: recording.copy(), slot: recording.slot(), pulse, gate };
        if body.inner.is_none() {
            body.complete();
        }
        body
    }

    /// The body of a request that is sent once more, and had none the first time.
    pub fn none(slot: Slot, pulse: Pulse) -> Self {
        Self { inner: None, copy: None, slot, pulse, gate: None }
    }

    pub fn is_none(&self) -> bool {
        self.inner.is_none()
    }

    /// All of it has passed.
    fn complete(&mut self) {
        self.pulse.sent();
        if let Some(copy) = self.copy.take() {
            *self.slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(copy);
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if let Some(gate) = &mut self.gate {
            ready!(gate.poll(cx))?;
            self.gate = None;
        }
        let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(&mut *inner).poll_frame(cx));
        let last = inner.is_end_stream();
        match &frame {
            Some(Ok(frame)) => {
                self.pulse.beat();
                if let (Some(copy), Some(data)) = (&mut self.copy, frame.data_ref()) {
                    copy.add(data);
                }
                if last || frame.is_trailers() {
                    self.complete();
                }
            }
            Some(Err(_)) => self.pulse.broke_off(),
            None => self.complete(),
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Broken::from)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

/// What is kept of an answer until its body is complete.
pub(super) struct Pending {
    pub recording: Recording,
    pub head: Head,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub gate: Option<Gate>,
    /// How the service is called where its answer breaks off.
    pub upstream: String,
}

/// The body of an answer: the service's, or one of our own.
pub(super) enum AnswerBody {
    Passed(Box<Passed>),
    Own(Option<Bytes>),
}

pub(super) struct Passed {
    inner: Incoming,
    copy: Option<Copy>,
    pending: Option<Pending>,
    patience: Duration,
    /// Runs while the next part is waited for.
    silence: Option<Pin<Box<Sleep>>>,
    /// An answer that has no body though its headers speak of one. hyper keeps those headers only of a
    /// body of which it does not know that it is empty.
    length_unsaid: bool,
}

impl AnswerBody {
    pub fn passed(inner: Incoming, pending: Pending, patience: Duration) -> Self {
        let length_unsaid = pending.status == StatusCode::NOT_MODIFIED;
        let copy = pending.recording.copy();
        let mut passed =
            Passed { inner, copy, pending: Some(pending), patience, silence: None, length_unsaid };
        if passed.inner.is_end_stream() {
            passed.complete();
        }
        Self::Passed(Box::new(passed))
    }

    pub fn own(text: impl Into<Bytes>) -> Self {
        Self::Own(Some(text.into()).filter(|text: &Bytes| !text.is_empty()))
    }
}

impl Passed {
    /// All of it has passed.
    fn complete(&mut self) {
        if let Some(pending) = self.pending.take() {
            let Pending { recording, head, status, headers, gate, .. } = pending;
            recording.finish(head, status, headers, self.copy.take());
            if let Some(gate) = gate {
                gate.over();
            }
        }
    }

    /// The service stopped in its middle.
    fn break_off(&mut self, reason: &str) {
        if let Some(pending) = self.pending.take() {
            let Pending { recording, gate, upstream, .. } = pending;
            recording.fail(Unjudged::UpstreamCut, || {
                format!("{upstream} ended its answer in its middle: {reason}")
            });
            if let Some(gate) = gate {
                gate.over();
            }
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(cx) else { return self.wait(cx) };
        self.silence = None;
        match &frame {
            Some(Ok(frame)) => {
                if let (Some(copy), Some(data)) = (&mut self.copy, frame.data_ref()) {
                    copy.add(data);
                }
                if frame.is_trailers() || self.inner.is_end_stream() {
                    self.complete();
                }
            }
            Some(Err(error)) => self.break_off(&super::failure::chain(error)),
            None => self.complete(),
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Broken::from)))
    }

    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let patience = self.patience;
        let silence = self.silence.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(silence.as_mut().poll(cx));
        let reason = format!("nothing came for {} s", patience.as_secs());
        self.break_off(&reason);
        Poll::Ready(Some(Err(reason.into())))
    }
}

impl Drop for Passed {
    fn drop(&mut self) {
        if let Some(gate) = self.pending.as_ref().and_then(|pending| pending.gate.as_ref()) {
            gate.over();
        }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match &mut *self {
            Self::Passed(passed) => passed.poll(cx),
            Self::Own(text) => Poll::Ready(text.take().map(|text| Ok(Frame::data(text)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Passed(passed) => !passed.length_unsaid && passed.inner.is_end_stream(),
            Self::Own(text) => text.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Passed(passed) if passed.length_unsaid => SizeHint::default(),
            Self::Passed(passed) => passed.inner.size_hint(),
            Self::Own(text) => SizeHint::with_exact(text.as_ref().map_or(0, Bytes::len) as u64),
        }
    }
}
