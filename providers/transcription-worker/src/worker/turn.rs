//! Whose turn it is: tasks begin in the order in which they were taken, whichever thread serves them.

use std::pin::Pin;
use std::sync::Arc;

use futures::future::{BoxFuture, MaybeDone, maybe_done};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

type Slot = Result<OwnedSemaphorePermit, AcquireError>;

/// A place in the line of those that are to run.
pub(super) struct Turn(Pin<Box<MaybeDone<BoxFuture<'static, Slot>>>>);

impl Turn {
    /// At the end of the line.
    pub async fn after_all_others(slots: &Arc<Semaphore>) -> Self {
        let acquired: BoxFuture<'static, Slot> = Box::pin(Arc::clone(slots).acquire_owned());
        let mut slot = Box::pin(maybe_done(acquired));
        // The semaphore is fair: whoever asks first is first, and it is asked when it is polled.
        let _ = futures::poll!(slot.as_mut());
        Self(slot)
    }

    /// Waits until it is there. The task runs as long as it keeps this.
    pub async fn come(mut self) -> OwnedSemaphorePermit {
        self.0.as_mut().await;
        self.0.as_mut().take_output().expect("it is awaited once").expect("nobody closes the semaphore")
    }
}
