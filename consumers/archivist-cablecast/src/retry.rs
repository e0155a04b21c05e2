//! How often and how soon a call is tried again.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// Attempts and waits. What creates something is never sent twice, whatever this says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// All attempts, the first one included.
    pub attempts: u32,
    /// About the wait before the second attempt; it doubles from there.
    pub first_wait: Duration,
    /// The longest wait. A server that asks for more is not waited for.
    pub longest_wait: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 4, first_wait: Duration::from_millis(250), longest_wait: Duration::from_secs(30) }
    }
}

impl Retry {
    /// How long to wait after this many attempts, or `None` to give up.
    ///
    /// `spread` is from 0 to 1 and varies from call to call, so that many clients do not come back at once.
    pub(crate) fn wait(&self, attempts: u32, asked_for: Option<Duration>, spread: f64) -> Option<Duration> {
        if attempts >= self.attempts {
            return None;
        }
        if let Some(asked_for) = asked_for {
            return (asked_for <= self.longest_wait).then_some(asked_for);
        }
        let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
        let wait = self.first_wait.saturating_mul(doubled).min(self.longest_wait);
        Some(wait.mul_f64(0.5 + spread.clamp(0.0, 1.0) / 2.0))
    }
}

/// Both forms of `Retry-After`: seconds, or a moment. A moment that has passed is no wait.
pub(crate) fn parse_retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let moment = DateTime::parse_from_rfc2822(value).ok()?;
    Some(moment.signed_duration_since(now).to_std().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETRY: Retry = Retry {
        attempts: 4,
        first_wait: Duration::from_millis(100),
        longest_wait: Duration::from_millis(300),
    };

    #[test]
    fn waits_double_vary_and_stay_below_the_longest() {
        let waits =
            |spread| [1, 2, 3].map(|attempts| RETRY.wait(attempts, None, spread).unwrap().as_millis());
        assert_eq!(waits(1.0), [100, 200, 300]);
        assert_eq!(waits(0.0), [50, 100, 150]);
    }

    #[test]
    fn the_last_attempt_is_the_last() {
        assert_eq!(RETRY.wait(4, None, 0.5), None);
        assert_eq!(RETRY.wait(4, Some(Duration::ZERO), 0.5), None);
    }

    #[test]
    fn the_server_is_waited_for_as_long_as_it_asks_but_not_longer_than_allowed() {
        let asked = |millis| RETRY.wait(1, Some(Duration::from_millis(millis)), 0.5);
        assert_eq!(asked(0), Some(Duration::ZERO));
        assert_eq!(asked(300), Some(Duration::from_millis(300)));
        assert_eq!(asked(301), None);
    }

    #[test]
    fn many_attempts_do_not_overflow() {
        let patient = Retry { attempts: u32::MAX, ..RETRY };
        assert_eq!(patient.wait(u32::MAX - 1, None, 1.0), Some(RETRY.longest_wait));
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let now = DateTime::parse_from_rfc3339("2026-05-12T18:30:00Z").unwrap().to_utc();
        let seconds = |value| parse_retry_after(value, now).map(|wait| wait.as_secs());
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds("Tue, 12 May 2026 18:31:00 GMT"), Some(60));
        assert_eq!(seconds("Tue, 12 May 2026 18:00:00 GMT"), Some(0));
        assert_eq!(seconds("soon"), None);
        assert_eq!(seconds("-1"), None);
    }
}
