//! What `SubRip` and WebVTT have in common: time spans, and the lines under them. Files come from people and from
//! programs: whatever is no cue is passed over, and what cannot be a cue is told with its line.

use std::borrow::Cow;
use std::iter::Peekable;
use std::time::Duration;

/// Cues of a file, at most: a day has 86,400 seconds.
pub(super) const MAX_CUES: usize = 100_000;

/// Hours of a time, at most.
const MAX_HOURS: u64 = 1000;

/// What stands between two times.
const ARROW: &str = "-->";

/// Why a file is none of subtitles. Each completes "failed to read the subtitles: …".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubtitleError {
    #[error("line 1: it does not begin with WEBVTT")]
    NoHeader,
    #[error("line {line}: {found:?} is no time span such as 00:00:01,000 --> 00:00:02,500")]
    Time { line: usize, found: String },
    #[error("line {line}: it has more than {MAX_CUES} cues")]
    TooMany { line: usize },
}

/// A time span and the lines under it, with their marks.
pub(super) struct Block<'a> {
    /// Where the time span stands.
    pub line: usize,
    pub start: Duration,
    pub end: Duration,
    pub lines: Vec<&'a str>,
}

/// The text with line feeds at the ends of its lines, whatever was there, and without a byte order mark.
pub(super) fn unified(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// The cues of a [unified] text after its `header` lines. A block that begins with a line which is `passed_over` is
/// none.
pub(super) fn blocks(
    text: &str,
    header: usize,
    passed_over: fn(&str) -> bool,
) -> impl Iterator<Item = Result<Block<'_>, SubtitleError>> {
    let mut lines = text.split('\n').map(str::trim_end).zip(1..).skip(header).peekable();
    let (mut found, mut begins) = (0, true);
    std::iter::from_fn(move || {
        loop {
            let (line, number) = lines.next()?;
            if std::mem::replace(&mut begins, line.is_empty()) && passed_over(line) {
                while lines.next_if(|(line, _)| !line.is_empty()).is_some() {}
            } else if line.contains(ARROW) {
                found += 1;
                return Some(if found > MAX_CUES {
                    Err(SubtitleError::TooMany { line: number })
                } else {
                    block(line, number, &mut lines)
                });
            }
        }
    })
}

fn block<'a>(
    line: &str,
    number: usize,
    lines: &mut Peekable<impl Iterator<Item = (&'a str, usize)>>,
) -> Result<Block<'a>, SubtitleError> {
    let found = || line.trim().chars().take(80).collect();
    let (start, end) = span(line).ok_or_else(|| SubtitleError::Time { line: number, found: found() })?;
    let mut under = Vec::new();
    while let Some((line, _)) = lines.next_if(|(line, _)| !line.is_empty() && span(line).is_none()) {
        under.push(line);
    }
    // Some files have no blank line between cues; then the number of the next one stands last.
    let cut_short = lines.peek().is_some_and(|(line, _)| !line.is_empty());
    if cut_short && under.last().is_some_and(|line| line.bytes().all(|byte| byte.is_ascii_digit())) {
        under.pop();
    }
    Ok(Block { line: number, start, end, lines: under })
}

/// `start --> end`, after which settings for the place of the cue may follow.
fn span(line: &str) -> Option<(Duration, Duration)> {
    let (from, to) = line.split_once(ARROW)?;
    Some((time(from.trim())?, time(to.split_whitespace().next()?)?))
}

/// `[hours:]minutes:seconds[.,]fraction`.
fn time(text: &str) -> Option<Duration> {
    let (clock, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = clock.splitn(4, ':').collect();
    let (hours, minutes, seconds) = match parts[..] {
        [hours, minutes, seconds] => (hours, minutes, seconds),
        [minutes, seconds] => ("0", minutes, seconds),
        _ => return None,
    };
    if fraction.len() > 9 || ![hours, minutes, seconds, fraction].into_iter().all(digits) {
        return None;
    }
    let hours = hours.parse().ok().filter(|hours: &u64| *hours <= MAX_HOURS)?;
    let below_60 = |text: &str| text.parse().ok().filter(|number: &u64| *number < 60);
    let nanos = format!("{fraction:0<9}").parse().ok()?;
    Some(Duration::new((hours * 60 + below_60(minutes)?) * 60 + below_60(seconds)?, nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        for (text, millis) in [
            ("00:00:01,500", 1500),
            ("00:01.5", 1500),
            ("59:59,999", 3_599_999),
            ("01:00:00", 3_600_000),
            ("1000:00:00.000", 3_600_000_000),
        ] {
            assert_eq!(time(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in
            ["", "1", "+1:00", "1:60", "60:00", "1:2:3:4", "1001:00:00", "0:01.", "0:01.0000000000", "0:0１"]
        {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
