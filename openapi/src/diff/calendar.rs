//! Dates on which something goes: `x-sunset`, as RFC 8594 has it for an answer.

use chrono::{DateTime, NaiveDate};
use serde_json::Value;

/// What a date is measured by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calendar {
    pub today: NaiveDate,
    /// Days between a deprecation and its sunset, at least. Nought asks for no sunset at all.
    pub notice: u32,
}

impl Calendar {
    /// What becomes of something that is deprecated now: `missing`, `invalid`, `early` or `fine`.
    pub fn sunset(self, value: Option<&Value>) -> &'static str {
        match value.map(date) {
            // Nobody asked for one.
            None if self.notice == 0 => "none",
            None => "missing",
            Some(None) => "invalid",
            Some(Some(date)) if self.is_early(date) => "early",
            Some(Some(_)) => "fine",
        }
    }

    /// What has become of something that is gone now: `missing`, `invalid`, `ahead` or `over`.
    pub fn removal(self, value: Option<&Value>) -> &'static str {
        match value.map(date) {
            None if self.notice == 0 => "none",
            None => "missing",
            Some(None) => "invalid",
            Some(Some(date)) if date > self.today => "ahead",
            Some(Some(_)) => "over",
        }
    }

    /// How a sunset moved: `removed`, `invalid`, `early` where it came nearer than it may, `fine`;
    /// none where it stands.
    pub fn moved(self, before: Option<&Value>, after: Option<&Value>) -> Option<&'static str> {
        match (before, after) {
            (None, None) => None,
            (Some(before), Some(after)) if before == after => None,
            (Some(_), None) => Some("removed"),
            (before, Some(after)) => {
                let before = before.map(date);
                let (Some(after), true) = (date(after), before != Some(None)) else { return Some("invalid") };
                let nearer = before.flatten().is_some_and(|before| after < before);
                Some(if nearer && self.is_early(after) { "early" } else { "fine" })
            }
        }
    }

    fn is_early(self, date: NaiveDate) -> bool {
        (date - self.today).num_days() < i64::from(self.notice)
    }
}

/// A date, or the date of a moment.
fn date(value: &Value) -> Option<NaiveDate> {
    let text = value.as_str()?;
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.date_naive()))
}
