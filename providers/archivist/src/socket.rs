//! The sockets of `/ws`: who is connected, how many may be, and that all of them end before the service does.

mod connection;
mod frame;
mod job_list;
mod meter;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::domain::UserId;
use crate::socket::job_list::JobList;
use crate::socket::meter::Meter;

pub use connection::converse;

/// What one socket may cost.
#[derive(Clone, Copy, Debug)]
pub struct SocketLimits {
    /// Sockets of one user at a time.
    pub per_user: usize,
    /// Within which a client has to take a frame.
    pub send: Duration,
    /// Between two pings.
    pub ping: Duration,
    /// Without any sign of life of a client.
    pub silence: Duration,
    /// Between two tellings of how busy the machine is.
    pub metrics: Duration,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            per_user: 10,
            send: Duration::from_secs(5),
            ping: Duration::from_secs(20),
            silence: Duration::from_secs(45),
            metrics: Duration::from_secs(5),
        }
    }
}

/// All sockets of this service. Cheap to clone: clones are the same.
#[derive(Clone, Debug)]
pub struct Sockets {
    limits: SocketLimits,
    seats: Arc<Mutex<HashMap<i64, usize>>>,
    open: TaskTracker,
    closing: CancellationToken,
    jobs: JobList,
    meter: Meter,
}

/// The right to one socket, as long as it is held.
#[derive(Debug)]
pub struct Seat {
    user: i64,
    seats: Arc<Mutex<HashMap<i64, usize>>>,
    _open: TaskTrackerToken,
}

impl Sockets {
    pub fn new(limits: SocketLimits, media_root: Arc<PathBuf>) -> Self {
        Self {
            limits,
            seats: Arc::default(),
            open: TaskTracker::new(),
            closing: CancellationToken::new(),
            jobs: JobList::default(),
            meter: Meter::new(media_root, limits.metrics),
        }
    }

    /// A seat for one more socket of this user; nothing where there are too many.
    pub fn admit(&self, UserId(user): UserId) -> Option<Seat> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = seats.entry(user).or_default();
        if *taken >= self.limits.per_user {
            return None;
        }
        *taken += 1;
        Some(Seat { user, seats: Arc::clone(&self.seats), _open: self.open.token() })
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    /// Has every socket say goodbye.
    pub fn close(&self) {
        self.closing.cancel();
        self.open.close();
    }

    /// Completes once all of them have, after [`close`](Self::close).
    pub async fn closed(&self) {
        self.open.wait().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = seats.get_mut(&self.user) {
            *taken -= 1;
            if *taken == 0 {
                seats.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_user_has_so_many_seats_and_gets_them_back() {
        let limits = SocketLimits { per_user: 2, ..SocketLimits::default() };
        let sockets = Sockets::new(limits, Arc::default());
        let (first, second) = (sockets.admit(UserId(1)).unwrap(), sockets.admit(UserId(1)).unwrap());
        assert!(sockets.admit(UserId(1)).is_none());
        let other = sockets.admit(UserId(2)).expect("another user's seats are their own");
        drop(first);
        let third = sockets.admit(UserId(1)).expect("a seat came back");
        drop((second, third, other));
        assert!(sockets.seats.lock().unwrap().is_empty(), "nothing is kept of who has left");
        sockets.close();
        sockets.closed().await;
    }
}
