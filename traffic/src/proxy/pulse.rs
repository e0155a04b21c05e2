//! The pulse of an exchange: when something last moved in it, so that what has fallen silent is given up
//! and what is merely slow is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Shared by both directions of an exchange.
#[derive(Clone)]
pub(super) struct Pulse(Arc<Beats>);

struct Beats {
    began: Instant,
    /// Milliseconds since then.
    last: AtomicU64,
    /// The whole body of the request has been read from the client.
    sent: AtomicBool,
    /// The client broke off in the middle of the body.
    broken_off: AtomicBool,
}

impl Pulse {
    pub fn new() -> Self {
        let (sent, broken_off) = (AtomicBool::new(false), AtomicBool::new(false));
        Self(Arc::new(Beats { began: Instant::now(), last: AtomicU64::new(0), sent, broken_off }))
    }

    /// Something moved.
    pub fn beat(&self) {
        let since = u64::try_from(self.0.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.last.store(since, Relaxed);
    }

    pub fn sent(&self) {
        self.beat();
        self.0.sent.store(true, Relaxed);
    }

    pub fn is_sent(&self) -> bool {
        self.0.sent.load(Relaxed)
    }

    pub fn broke_off(&self) {
        self.0.broken_off.store(true, Relaxed);
    }

    pub fn is_broken_off(&self) -> bool {
        self.0.broken_off.load(Relaxed)
    }

    /// Ends once nothing has moved for `patience`.
    pub async fn silent_for(&self, patience: Duration) {
        loop {
            let due = self.due(patience);
            if Instant::now() >= due {
                return;
            }
            sleep_until(due).await;
        }
    }

    fn due(&self, patience: Duration) -> Instant {
        self.0.began + Duration::from_millis(self.0.last.load(Relaxed)) + patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_beat_puts_the_silence_off() {
        let pulse = Pulse::new();
        let patience = Duration::from_secs(10);
        assert_eq!(pulse.due(patience), pulse.0.began + patience);
        pulse.0.last.store(27_000, Relaxed);
        assert_eq!(pulse.due(patience), pulse.0.began + Duration::from_secs(37));
        // What has been silent long enough is not waited for any more.
        pulse.0.last.store(0, Relaxed);
        pulse.silent_for(Duration::ZERO).await;
        pulse.beat();
        assert!(pulse.due(patience) < pulse.0.began + Duration::from_secs(37));
    }
}
