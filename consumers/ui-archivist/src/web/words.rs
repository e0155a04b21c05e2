//! The words and figures that all pages share: badges, lengths, sizes, moments, and what others wrote.

use chrono::{DateTime, SecondsFormat, Utc};
use maud::{Markup, html};

use crate::{JobStatus, VodStatus};

/// How something stands, in a word, a sign and a colour; never in a colour alone.
pub fn badge(word: &str, tone: Tone) -> Markup {
    html! {
        span.badge.(tone.class()) { span aria-hidden="true" { (tone.sign()) " " } (word) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Waits,
    Runs,
    Good,
    Bad,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Runs => "runs",
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Waits => "○",
            Self::Runs => "◐",
            Self::Good => "✓",
            Self::Bad => "✗",
        }
    }
}

impl VodStatus {
    pub(crate) const ALL: [Self; 4] = [Self::Pending, Self::Processing, Self::Completed, Self::Failed];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn badge(self) -> Markup {
        let tone = match self {
            Self::Pending => Tone::Waits,
            Self::Processing => Tone::Runs,
            Self::Completed => Tone::Good,
            Self::Failed => Tone::Bad,
        };
        badge(self.word(), tone)
    }
}

impl JobStatus {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    pub(crate) const fn tone(self) -> Tone {
        match self {
            Self::Queued | Self::Paused => Tone::Waits,
            Self::Processing => Tone::Runs,
            Self::Completed => Tone::Good,
            Self::Failed | Self::Cancelled => Tone::Bad,
        }
    }

    /// Whether nothing more will come of it.
    pub(crate) const fn ended(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

/// Seconds as a player shows them: `1:30:21`, `4:05`.
pub fn clock(seconds: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast of what no recording lasts saturates, and of what is no number gives zero"
    )]
    let whole = seconds.max(0.0) as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

pub fn length(seconds: Option<f64>) -> Markup {
    html! {
        @if let Some(seconds) = seconds { (clock(seconds)) } @else { span.soft { "unknown" } }
    }
}

/// Bytes in the unit in which they are few.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    // Of a size that matters to a person, a double holds every digit that is shown.
    #[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
    let mut rest = bytes as f64 / 1000.0;
    let mut unit = 0;
    // What would be shown as 1000.0 is one of the next unit.
    while rest >= 999.95 && unit + 1 < UNITS.len() {
        rest /= 1000.0;
        unit += 1;
    }
    format!("{rest:.1} {}", UNITS[unit])
}

pub fn moment(moment: DateTime<Utc>) -> Markup {
    let written = moment.to_rfc3339_opts(SecondsFormat::Secs, true);
    html! { time datetime=(written) { (moment.format("%Y-%m-%d %H:%M")) " UTC" } }
}

/// Text of somebody else's. Characters that would turn its line around or hide in it are written out; the
/// rest is for the renderer to escape.
pub fn said(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if hides(c) { safe.extend(c.escape_default()) } else { safe.push(c) }
    }
    safe
}

fn hides(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

pub fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A sentence of the Archivist's, whose messages begin small and end without a full stop.
pub fn sentence(message: &str) -> String {
    let safe = said(message);
    let mut chars = safe.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if safe.is_empty() || safe.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_shown_as_people_write_them() {
        assert_eq!([clock(5421.9), clock(245.0), clock(0.4)], ["1:30:21", "4:05", "0:00"]);
        assert_eq!(clock(f64::NAN), "0:00");
        assert_eq!([size(999), size(1000), size(734_003_200)], ["999 bytes", "1.0 kB", "734.0 MB"]);
        assert_eq!([size(999_999), size(u64::MAX)], ["1.0 MB", "18446744.1 TB"]);
        assert_eq!([counted(1, "job"), counted(0, "job")], ["1 job", "0 jobs"]);
    }

    #[test]
    fn what_others_wrote_can_not_turn_its_line_around() {
        assert_eq!(said("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(sentence("it is being processed"), "It is being processed.");
        assert_eq!(sentence("ändern!"), "Ändern!");
        assert_eq!(sentence(""), "");
    }
}
