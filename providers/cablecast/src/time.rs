//! Points in time as the API writes them, and the clock that stamps what is created.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, TimeDelta, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The station keeps one offset all year round, so that its data never depends on a zone database.
const STATION_OFFSET_HOURS: i32 = -5;

fn station_offset() -> FixedOffset {
    FixedOffset::east_opt(STATION_OFFSET_HOURS * 3600).expect("five hours are less than a day")
}

/// A point in time, in the station's offset and to the millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(DateTime<FixedOffset>);

impl Timestamp {
    /// Reads what clients send: a time with an offset or `Z`, a time without one (the station's
    /// own), or a date (its first moment).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let exact = DateTime::parse_from_rfc3339(text).ok();
        exact.or_else(|| in_station(naive(text)?)).and_then(Self::new)
    }

    /// The time `seconds` later, as far as the calendar goes.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        let later = TimeDelta::try_seconds(seconds).and_then(|delta| self.0.checked_add_signed(delta));
        later.and_then(Self::new).unwrap_or(self)
    }

    /// `None` for a time that the station's calendar cannot hold.
    fn new(time: DateTime<FixedOffset>) -> Option<Self> {
        // Shifting a time at the very end of the calendar would leave it.
        let naive = time.naive_utc().checked_add_offset(station_offset())?;
        let station = in_station(naive)?;
        (0..=9999).contains(&chrono::Datelike::year(&station)).then(|| Self(station.trunc_subsecs(3)))
    }
}

fn naive(text: &str) -> Option<NaiveDateTime> {
    let time = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S%.f"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let date = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|date| date.and_time(NaiveTime::MIN));
    time.or_else(date)
}

fn in_station(naive: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
    naive.and_local_timezone(station_offset()).single()
}

impl Default for Timestamp {
    fn default() -> Self {
        Self(DateTime::UNIX_EPOCH.with_timezone(&station_offset()))
    }
}

/// As the vendor's server writes it: with the offset, and the fraction without trailing zeros.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.timestamp_subsec_millis();
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M:%S"))?;
        if millis > 0 {
            write!(f, ".{}", format!("{millis:03}").trim_end_matches('0'))?;
        }
        write!(f, "{}", self.0.format("%:z"))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom(format_args!("{text:?} is no date and time")))
    }
}

impl JsonSchema for Timestamp {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// What tells the time when something is created. Injected, so that a test can stand still.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's own clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(|| Timestamp::new(Utc::now().fixed_offset()).unwrap_or_default()))
    }

    /// A clock that asks `now`.
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Option<String> {
        Timestamp::parse(text).map(|time| time.to_string())
    }

    #[test]
    fn fractions_lose_their_trailing_zeros() {
        for text in [
            "2026-05-12T18:30:00-05:00",
            "2026-05-13T09:02:11.207-05:00",
            "2026-05-01T10:15:00.62-05:00",
            "2026-05-12T20:11:40.5-05:00",
            "2026-05-12T20:11:40.005-05:00",
        ] {
            assert_eq!(written(text).as_deref(), Some(text));
        }
        assert_eq!(
            written("2026-05-12T18:30:00.1239-05:00").as_deref(),
            Some("2026-05-12T18:30:00.123-05:00")
        );
    }

    #[test]
    fn other_spellings_become_the_stations_own() {
        assert_eq!(written("2026-05-13T00:30:00Z").as_deref(), Some("2026-05-12T19:30:00-05:00"));
        assert_eq!(written("2026-05-12T18:30:00").as_deref(), Some("2026-05-12T18:30:00-05:00"));
        assert_eq!(written("2026-05-12").as_deref(), Some("2026-05-12T00:00:00-05:00"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "tomorrow", "2026-13-01", "2026-05-12T25:00:00", "12.5.2026", "0000-01-01T00:00:00Z"]
        {
            assert_eq!(written(text), None, "{text}");
        }
        assert_eq!(written("9999-12-31T23:59:59-05:00").as_deref(), Some("9999-12-31T23:59:59-05:00"));
        assert_eq!(written("9999-12-31T23:59:59-12:00"), None);
    }

    #[test]
    fn adding_past_the_calendar_changes_nothing() {
        let time = Timestamp::parse("2026-05-12").unwrap();
        assert_eq!(time.plus_seconds(i64::MAX), time);
        assert_eq!(time.plus_seconds(90).to_string(), "2026-05-12T00:01:30-05:00");
    }
}
