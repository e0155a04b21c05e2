//! A point in time, as the broker keeps and says it.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970, UTC. Said as ISO 8601 with seconds and the offset `+00:00`, as the Pact
/// Broker says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    #[must_use]
    pub fn now() -> Self {
        Self(Utc::now().timestamp_millis())
    }

    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// None where the text is no time of ISO 8601, with or without a time of day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let day = || {
            let date = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
            Some(date.and_hms_opt(0, 0, 0)?.and_utc())
        };
        let time = || Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc());
        time().or_else(day).map(|time| Self(time.timestamp_millis()))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = DateTime::from_timestamp_millis(self.0).unwrap_or_default();
        f.write_str(&time.to_rfc3339_opts(SecondsFormat::Secs, false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_said_with_seconds_and_offset() {
        let moment = Moment::parse("2026-11-22T20:00:39.250+01:00").unwrap();
        assert_eq!(moment.to_string(), "2026-11-22T19:00:39+00:00");
        assert_eq!(Moment::parse("2026-11-22").unwrap().to_string(), "2026-11-22T00:00:00+00:00");
        assert_eq!(Moment::parse("yesterday"), None);
    }
}
