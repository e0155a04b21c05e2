//! Drop-frame time codes at 29.97 frames a second (SMPTE 12M): the numbers 0 and 1 are left out in each minute
//! but every tenth, so that the code stays with the clock. No frame is dropped, only numbers.

use std::fmt;
use std::time::Duration;

/// Frames in ten minutes, less the eighteen numbers that are left out.
const TEN_MINUTES: u64 = 17_982;
/// Frames in a minute that leaves numbers out.
const MINUTE: u64 = 1798;
const DAY: u64 = TEN_MINUTES * 6 * 24;

/// A frame, counted from 00:00:00;00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timecode(u64);

impl Timecode {
    /// The first frame that is not shown before this time. Many readers take a code for seconds and thirtieths,
    /// which is up to two frames early; a nearer frame would be more than two off for them. A time code ends
    /// with the day: later times are its last frame.
    #[must_use]
    pub fn at(time: Duration) -> Self {
        let frames = (time.as_nanos() * 30_000).div_ceil(1_001_000_000_000);
        Self::frame(u64::try_from(frames).unwrap_or(u64::MAX))
    }

    #[must_use]
    pub fn frame(number: u64) -> Self {
        Self(number.min(DAY - 1))
    }

    /// Frames since 00:00:00;00.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Timecode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tens, rest) = (self.0 / TEN_MINUTES, self.0 % TEN_MINUTES);
        // The first of ten minutes leaves nothing out and is two frames longer.
        let minutes_before = if rest < 2 { 0 } else { (rest - 2) / MINUTE };
        let number = self.0 + 18 * tens + 2 * minutes_before;
        let (seconds, frame) = (number / 30, number % 30);
        write!(f, "{:02}:{:02}:{:02};{frame:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_left_out_in_each_minute_but_every_tenth() {
        for (frame, text) in [
            (0, "00:00:00;00"),
            (1799, "00:00:59;29"),
            (1800, "00:01:00;02"),
            (3597, "00:01:59;29"),
            (3598, "00:02:00;02"),
            (17_981, "00:09:59;29"),
            (17_982, "00:10:00;00"),
            (17_983, "00:10:00;01"),
            (107_892, "01:00:00;00"),
            (DAY - 1, "23:59:59;29"),
            (DAY, "23:59:59;29"),
        ] {
            assert_eq!(Timecode::frame(frame).to_string(), text);
        }
    }

    #[test]
    fn the_code_stays_with_the_clock() {
        assert_eq!(Timecode::at(Duration::ZERO).number(), 0);
        assert_eq!(Timecode::at(Duration::from_mins(1)).number(), 1799);
        assert_eq!(Timecode::at(Duration::from_hours(1)).to_string(), "01:00:00;01");
    }
}
