//! The body of an upload on its way to whoever takes it apart: at a pace, within a size, and never further ahead
//! than one piece.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, Bytes};
use futures::{Stream, StreamExt as _};
use tokio::time::{Instant, Sleep, sleep};

use crate::error::ApiError;
use crate::files::UploadLimits;

/// Bytes of a body beside the file.
pub const FORM_LIMIT: u64 = 1024 * 1024;
/// Bytes that bring neither a field nor a piece of one: headers without an end.
const STUCK: usize = 1024 * 1024;
/// Bytes within the patience, at least.
const PACE: u64 = 256 * 1024;
/// Bytes that are read and dropped after a refusal: a client that is still sending when the connection closes never
/// sees the answer.
const DRAIN: u64 = 8 * 1024 * 1024;

/// Why a body was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Slow,
    Large,
    Stuck,
    /// The client went away: nobody reads the answer.
    Cut,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the body was given up: {self:?}")
    }
}

impl std::error::Error for Fault {}

/// How the reader tells that it got something out of what it was given.
#[derive(Clone, Debug)]
pub struct Progress(Arc<AtomicUsize>);

impl Progress {
    pub fn made(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

#[derive(Debug)]
pub struct Intake {
    body: BodyDataStream,
    limits: UploadLimits,
    /// Bytes since the last progress.
    ahead: Arc<AtomicUsize>,
    seen: u64,
    /// Runs out with the patience; by then `paced` bytes have to be here.
    clock: Pin<Box<Sleep>>,
    paced: u64,
    /// The reader takes whatever is ready, without an end. So nothing is, after each piece.
    pause: bool,
    fault: Option<Fault>,
}

impl Intake {
    pub fn new(body: Body, limits: UploadLimits) -> Self {
        Self {
            body: body.into_data_stream(),
            limits,
            ahead: Arc::default(),
            seen: 0,
            clock: Box::pin(sleep(limits.patience)),
            paced: PACE,
            pause: false,
            fault: None,
        }
    }

    pub fn progress(&self) -> Progress {
        Progress(Arc::clone(&self.ahead))
    }

    /// The answer to a client that is refused, after a while in which it may stop sending.
    pub async fn refuse(mut self, error: ApiError) -> ApiError {
        let error = match self.fault {
            Some(Fault::Slow) => ApiError::SlowBody,
            Some(Fault::Large) => ApiError::UploadTooLarge { limit: self.limits.bytes },
            Some(Fault::Stuck | Fault::Cut) => ApiError::BrokenForm,
            None => error,
        };
        if matches!(self.fault, Some(Fault::Slow | Fault::Cut)) {
            return error;
        }
        self.fault = None;
        let enough = self.seen.saturating_add(DRAIN);
        while self.seen < enough
            && matches!(self.next().await, Some(Ok(_) | Err(Fault::Large | Fault::Stuck)))
        {
            self.fault = None;
            self.ahead.store(0, Ordering::Relaxed);
        }
        error
    }

    fn fail(&mut self, fault: Fault) -> Poll<Option<Result<Bytes, Fault>>> {
        self.fault = Some(fault);
        Poll::Ready(Some(Err(fault)))
    }

    fn judge(&mut self, piece: Bytes) -> Poll<Option<Result<Bytes, Fault>>> {
        self.seen = self.seen.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        self.pause = true;
        if self.seen > self.limits.bytes.saturating_add(FORM_LIMIT) {
            return self.fail(Fault::Large);
        }
        if self.ahead.fetch_add(piece.len(), Ordering::Relaxed) > STUCK {
            return self.fail(Fault::Stuck);
        }
        Poll::Ready(Some(Ok(piece)))
    }

    /// Whether the time is over and too little is here.
    fn is_slow(&mut self, context: &mut Context<'_>) -> bool {
        while self.clock.as_mut().poll(context).is_ready() {
            if self.seen < self.paced {
                return true;
            }
            self.paced = self.seen.saturating_add(PACE);
            let next = Instant::now() + self.limits.patience;
            self.clock.as_mut().reset(next);
        }
        false
    }
}

impl Stream for Intake {
    type Item = Result<Bytes, Fault>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(fault) = self.fault {
            return Poll::Ready(Some(Err(fault)));
        }
        if std::mem::take(&mut self.pause) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        match self.body.poll_next_unpin(context) {
            Poll::Ready(Some(Ok(piece))) => self.judge(piece),
            Poll::Ready(Some(Err(_))) => self.fail(Fault::Cut),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending if self.is_slow(context) => self.fail(Fault::Slow),
            Poll::Pending => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::stream;

    use super::*;

    fn intake(body: Body, bytes: u64, patience: Duration) -> Intake {
        Intake::new(body, UploadLimits { bytes, reserve: 0, patience })
    }

    fn endless() -> Body {
        let piece = Bytes::from(vec![b'x'; 64 * 1024]);
        Body::from_stream(stream::repeat_with(move || Ok::<_, std::io::Error>(piece.clone())))
    }

    async fn given_up(mut intake: Intake, read: impl Fn(&Intake)) -> Fault {
        loop {
            match intake.next().await {
                Some(Ok(_)) => read(&intake),
                Some(Err(fault)) => return fault,
                None => panic!("the body has ended"),
            }
        }
    }

    #[tokio::test]
    async fn a_body_that_does_not_go_on_is_given_up() {
        let body = Body::from_stream(stream::pending::<std::io::Result<Bytes>>());
        assert_eq!(given_up(intake(body, 1, Duration::ZERO), |_| ()).await, Fault::Slow);
    }

    #[tokio::test]
    async fn a_body_without_an_end_is_given_up() {
        let minute = Duration::from_mins(1);
        let read = |intake: &Intake| intake.progress().made();
        assert_eq!(given_up(intake(endless(), 1, minute), read).await, Fault::Large);
        assert_eq!(given_up(intake(endless(), u64::MAX, minute), |_| ()).await, Fault::Stuck);
        let refused = intake(endless(), u64::MAX, minute).refuse(ApiError::NotForm).await;
        assert!(matches!(refused, ApiError::NotForm));
    }
}
