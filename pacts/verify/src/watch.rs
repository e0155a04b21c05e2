//! Watches over a run: how much time is left, and whether the provider is still there.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::replay::Settings;

/// So many refused connections in a row mean that the provider has died.
const REFUSALS: usize = 3;

/// What is left for putting states back once the time of the run is over.
const GRACE: Duration = Duration::from_secs(1);

/// Shared by every interaction of a run.
#[derive(Debug)]
pub(crate) struct Watch {
    began: Instant,
    run_timeout: Duration,
    request_timeout: Duration,
    provider: Mutex<Provider>,
}

#[derive(Debug, Default)]
struct Provider {
    refusals: usize,
    /// Why it is taken for dead.
    gone: Option<String>,
}

impl Watch {
    pub(crate) fn begin(settings: &Settings) -> Self {
        Self {
            began: Instant::now(),
            run_timeout: settings.run_timeout,
            request_timeout: settings.request_timeout,
            provider: Mutex::default(),
        }
    }

    /// Why nothing more is to be run; `None` while there is time and a provider.
    pub(crate) fn stop(&self) -> Option<String> {
        if self.left().is_zero() {
            return Some(format!(
                "the run's time-out of {:?} was over; raise it or verify fewer interactions at a time",
                self.run_timeout
            ));
        }
        self.provider().gone.clone()
    }

    /// How long one request may take.
    pub(crate) fn for_request(&self) -> Duration {
        self.request_timeout.min(self.left())
    }

    /// How long one request may take that puts the provider back.
    pub(crate) fn for_teardown(&self) -> Duration {
        self.request_timeout.min(self.left().max(GRACE))
    }

    /// The provider answered, whatever it was.
    pub(crate) fn answered(&self) {
        self.provider().refusals = 0;
    }

    /// Nobody listened.
    pub(crate) fn refused(&self, reason: &str) {
        let mut provider = self.provider();
        provider.refusals += 1;
        if provider.refusals >= REFUSALS && provider.gone.is_none() {
            provider.gone =
                Some(format!("the provider is gone after {REFUSALS} refused connections: {reason}"));
        }
    }

    fn left(&self) -> Duration {
        self.run_timeout.saturating_sub(self.began.elapsed())
    }

    fn provider(&self) -> std::sync::MutexGuard<'_, Provider> {
        // Two numbers cannot be left half written, so a panic elsewhere does not spoil them.
        self.provider.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_refusals_in_a_row_end_a_run_and_an_answer_between_them_does_not() {
        let watch = Watch::begin(&Settings::default());
        for _ in 0..2 {
            watch.refused("nobody listens");
        }
        watch.answered();
        for _ in 0..2 {
            watch.refused("nobody listens");
        }
        assert_eq!(watch.stop(), None);
        watch.refused("nobody listens");
        assert!(watch.stop().unwrap().contains("nobody listens"));
    }

    #[test]
    fn a_run_without_time_stops_and_still_puts_states_back() {
        let settings = Settings { run_timeout: Duration::ZERO, ..Settings::default() };
        let watch = Watch::begin(&settings);
        assert!(watch.stop().unwrap().contains("time-out"));
        assert_eq!(watch.for_request(), Duration::ZERO);
        assert_eq!(watch.for_teardown(), GRACE);
    }
}
