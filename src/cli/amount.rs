//! Amounts on the command line: sizes, shares, and counts of something that there has to be.

use std::num::NonZeroUsize;

pub use crate::config::bytes;

/// A share above nothing and up to all, such as `0.1` or `10%`.
pub fn share(text: &str) -> Result<f64, String> {
    let (number, whole) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let share = number.trim().parse::<f64>().ok().map(|number| number / whole);
    share
        .filter(|share| *share > 0.0 && *share <= 1.0)
        .ok_or_else(|| "it has to be a share above 0 and up to 1, such as 0.1 or 10%".to_owned())
}

/// A whole number from 1 on.
pub fn count(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "it has to be a whole number from 1 on".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, expected) in
            [("0", Some(0)), ("64KiB", Some(65_536)), ("1MB", Some(1_000_000)), ("2 GiB", Some(2 << 30))]
        {
            assert_eq!(bytes(text).ok(), expected, "{text}");
        }
        for text in ["", "MB", "-1", "1.5MB", "1mb", "99999999999999999999", "99999999999GiB"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shares_are_more_than_nothing_and_no_more_than_all() {
        for (text, expected) in [("1", 1.0), ("0.25", 0.25), ("100%", 1.0), ("5 %", 0.05)] {
            assert!((share(text).unwrap() - expected).abs() < 1e-9, "{text}");
        }
        for text in ["", "0", "0%", "1.1", "101%", "-1", "NaN", "inf", "x"] {
            assert!(share(text).is_err(), "{text}");
        }
        assert!(count("0").is_err() && count("2").is_ok());
    }
}
