//! `Expect: 100-continue`: the body of a request is not asked of the client before the service asks for
//! it, or has been silent long enough. hyper tells the client to go on as soon as somebody reads the
//! body, so that the gate stands before the first read.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::task::AtomicWaker;
use tokio::time::{Sleep, sleep};

/// How long a service is waited for: some never say anything before they have the body (RFC 9110, 10.1.1:
/// nobody is to wait without end).
const PATIENCE: Duration = Duration::from_secs(1);

const WAITING: u8 = 0;
const OPEN: u8 = 1;
/// The answer is there: the body is not wanted, and whoever writes it is to wait for the end of that.
const ANSWERED: u8 = 2;
const REFUSED: u8 = 3;

/// The side that opens.
#[derive(Clone, Default)]
pub(super) struct Gate(Arc<State>);

#[derive(Default)]
struct State {
    stands: AtomicU8,
    waker: AtomicWaker,
}

/// The side that waits.
pub(super) struct Waiting {
    gate: Gate,
    patience: Pin<Box<Sleep>>,
}

/// The body is not to be sent.
#[derive(Debug, thiserror::Error)]
#[error("the service answered without the body")]
pub(super) struct Refused;

impl Gate {
    /// The service asks for the body.
    pub fn open(&self) {
        self.turn(WAITING, OPEN);
    }

    /// The service has answered; if it did not ask for the body before, it never will.
    pub fn answered(&self) {
        self.turn(WAITING, ANSWERED);
    }

    /// The answer is complete.
    pub fn over(&self) {
        self.turn(ANSWERED, REFUSED);
    }

    pub fn waiting(&self) -> Waiting {
        Waiting { gate: self.clone(), patience: Box::pin(sleep(PATIENCE)) }
    }

    fn turn(&self, from: u8, to: u8) {
        let turned = self.0.stands.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire);
        if turned.is_ok() {
            self.0.waker.wake();
        }
    }
}

impl Waiting {
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Refused>> {
        self.gate.0.waker.register(cx.waker());
        match self.gate.0.stands.load(Ordering::Acquire) {
            OPEN => Poll::Ready(Ok(())),
            REFUSED => Poll::Ready(Err(Refused)),
            ANSWERED => Poll::Pending,
            _ => self.patience.as_mut().poll(cx).map(|()| {
                self.gate.open();
                Ok(())
            }),
        }
    }
}
