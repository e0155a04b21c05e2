//! Lanes of traffic: threads that each serve their own connections, with their own connections to the service.
//! An exchange stays on its lane from end to end, so that no thread has to wake another one for it.

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use super::connection::Service;

/// All lanes; they end when dropped, and what is under way on them is cut.
pub(super) struct Lanes {
    lanes: Vec<Lane>,
    turn: usize,
}

/// A thread that serves connections.
pub(super) struct Lane {
    pub service: Arc<Service>,
    pub handle: Handle,
    /// Dropped, it ends the thread.
    open: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Lanes {
    /// So many lanes, each with what `service` makes for it.
    pub fn start(count: NonZeroUsize, service: impl Fn() -> Service) -> io::Result<Self> {
        let mut lanes = Self { lanes: Vec::new(), turn: 0 };
        for number in 0..count.get() {
            lanes.lanes.push(Lane::start(number, service())?);
        }
        Ok(lanes)
    }

    /// The lane whose turn it is.
    pub fn next(&mut self) -> &Lane {
        self.turn = (self.turn + 1) % self.lanes.len();
        &self.lanes[self.turn]
    }
}

impl Lane {
    fn start(number: usize, service: Service) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (open, closed) = oneshot::channel::<()>();
        let thread = thread::Builder::new().name(format!("lane-{number}"));
        let thread = thread.spawn(move || {
            // That nothing is sent is how it ends.
            drop(runtime.block_on(closed));
            // Whoever looks up a name is not waited for.
            runtime.shutdown_background();
        })?;
        Ok(Self { service: Arc::new(service), handle, open: Some(open), thread: Some(thread) })
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        drop(self.open.take());
        if let Some(thread) = self.thread.take() {
            // Its tasks catch their own panics.
            drop(thread.join());
        }
    }
}
