//! Drop-frame time codes at 29.97 frames a second (SMPTE 12M): the numbers 0 and 1 are left out in each minute
//! but every tenth, so that the code stays with the clock. No frame is dropped, only numbers.

use std::fmt;
use std::time::Duration;

/// Frames in ten minutes, less the eighteen numbers that are left out.
const TEN_MINUTES: u64 = 17_982;
/// Frames in a minute that leaves numbers out.
const MINUTE: u64 = 1798;
const DAY: u64 = TEN_MINUTES * 6 * 24;
const TEN_MINUTES_IN_NANOS: u64 = 600_000_000_000;

/// A frame, counted from 00:00:00;00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timecode(u64);

/// Time codes begin again at midnight, and captions must not run backwards. Fits "failed to …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("show captions after 23:59:59;29, the last time code there is; split the recording before")]
pub struct PastMidnight;

impl Timecode {
    /// The frame for this time. Within ten minutes a drop-frame code is up to two frames off the clock, so those
    /// who count frames and those who take the code for the clock, as many readers of SCC do, see the same frame at
    /// two times. This is the frame whose times are both near: neither is off by more than one frame and a half.
    pub fn at(time: Duration) -> Result<Self, PastMidnight> {
        let nanos = u64::try_from(time.as_nanos()).map_err(|_| PastMidnight)?;
        let (tens, rest) = (nanos / TEN_MINUTES_IN_NANOS, nanos % TEN_MINUTES_IN_NANOS);
        let counted = Self::frame(tens * TEN_MINUTES + rest * 30 / 1_001_000_000)?.0;
        let off = |frame: &Self| frame.counted().abs_diff(time).max(frame.told().abs_diff(time));
        let near = (counted.saturating_sub(2)..=counted + 3).filter_map(|number| Self::frame(number).ok());
        near.min_by_key(off).ok_or(PastMidnight)
    }

    /// The frame of this number.
    pub fn frame(number: u64) -> Result<Self, PastMidnight> {
        if number < DAY { Ok(Self(number)) } else { Err(PastMidnight) }
    }

    /// Frames since 00:00:00;00.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }

    /// When the frame begins, by the frames since the last whole ten minutes, at which the code is with the clock.
    fn counted(self) -> Duration {
        let (tens, rest) = (self.0 / TEN_MINUTES, self.0 % TEN_MINUTES);
        Duration::from_nanos(tens * TEN_MINUTES_IN_NANOS + rest * 1_001_000_000 / 30)
    }

    /// When the frame begins, by what its code says.
    fn told(self) -> Duration {
        Duration::from_nanos(self.code() * 1_000_000_000 / 30)
    }

    /// The number of the frame with those that are left out before it.
    fn code(self) -> u64 {
        let (tens, rest) = (self.0 / TEN_MINUTES, self.0 % TEN_MINUTES);
        // The first of ten minutes leaves nothing out and is two frames longer.
        let minutes_before = if rest < 2 { 0 } else { (rest - 2) / MINUTE };
        self.0 + 18 * tens + 2 * minutes_before
    }
}

impl fmt::Display for Timecode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, frame) = (self.code() / 30, self.code() % 30);
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
            (107_891, "00:59:59;29"),
            (107_892, "01:00:00;00"),
            (DAY - 1, "23:59:59;29"),
        ] {
            assert_eq!(Timecode::frame(frame).unwrap().to_string(), text);
        }
    }

    #[test]
    fn the_code_stays_with_the_clock() {
        for (seconds, text) in [
            (0, "00:00:00;00"),
            (59, "00:00:58;29"),
            (60, "00:00:59;29"),
            (600, "00:10:00;00"),
            (3600, "01:00:00;00"),
        ] {
            assert_eq!(Timecode::at(Duration::from_secs(seconds)).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_day_has_an_end() {
        assert_eq!(Timecode::frame(DAY), Err(PastMidnight));
        assert_eq!(Timecode::at(Duration::MAX), Err(PastMidnight));
    }
}
