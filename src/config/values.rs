//! Small values of `countersign.toml` that are parsed where they stand, so that a mistake is told
//! with its line and column.

use std::time::Duration;

use countersign_letter::ProviderName;
use regex::Regex;
use serde::Deserialize;
use toml::Spanned;

use super::problem::Problem;
use super::template::Template;

/// A stretch of time, such as `"500ms"`, `"20s"` or `"2m"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Period(pub Duration);

/// A size, such as `"64KiB"` or `"1MB"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Size(pub usize);

/// A provider's name.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(pub ProviderName);

/// A method of HTTP.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Method(pub String);

/// A regular expression.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(pub Regex);

impl TryFrom<String> for Period {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(unit_at);
        let milliseconds: Option<u64> = match unit {
            "ms" => Some(1),
            "s" => Some(1000),
            "m" => Some(60_000),
            _ => None,
        };
        number
            .parse()
            .ok()
            .zip(milliseconds)
            .and_then(|(number, unit): (u64, u64)| number.checked_mul(unit))
            .filter(|&total| total > 0)
            .map(|total| Self(Duration::from_millis(total)))
            .ok_or_else(|| {
                format!("{text:?} is no stretch of time: write it as \"500ms\", \"20s\" or \"2m\"")
            })
    }
}

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        bytes(&text).map(Self).map_err(|way_out| format!("{text:?} is no size: {way_out}"))
    }
}

/// Bytes, such as `65536`, `64KiB` or `1MB`.
pub fn bytes(text: &str) -> Result<usize, String> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let factor: Option<usize> = match unit.trim() {
        "" | "B" => Some(1),
        "kB" | "KB" => Some(1000),
        "MB" => Some(1000 * 1000),
        "GB" => Some(1000 * 1000 * 1000),
        "KiB" => Some(1 << 10),
        "MiB" => Some(1 << 20),
        "GiB" => Some(1 << 30),
        _ => None,
    };
    let bytes =
        number.parse().ok().zip(factor).and_then(|(number, factor): (usize, _)| number.checked_mul(factor));
    bytes.ok_or_else(|| "write it as 65536, 64KiB or 1MB".to_owned())
}

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        ProviderName::parse(&text)
            .map(Self)
            .map_err(|error| format!("{text:?} is no name of a provider: {error}"))
    }
}

impl TryFrom<String> for Method {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match reqwest::Method::from_bytes(text.as_bytes()) {
            Ok(_) => Ok(Self(text)),
            Err(_) => Err(format!("{text:?} is no method of HTTP: write it as \"POST\"")),
        }
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Regex::new(&text).map(Self).map_err(|error| {
            // The crate's message is a drawing of several lines; its last line says what is wrong.
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("it is no regular expression: {last}")
        })
    }
}

/// A header, whose name has to be one.
pub(super) fn header((name, value): (Spanned<String>, Template)) -> Result<(String, Template), Problem> {
    if reqwest::header::HeaderName::from_bytes(name.get_ref().as_bytes()).is_err() {
        let message = format!("{:?} is no header name", name.get_ref());
        return Err(Problem::new(name.span(), message, "write it as in headers = { X-Team = \"shop\" }"));
    }
    Ok((name.into_inner(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_stretches_of_time() {
        for (text, milliseconds) in [("500ms", 500), ("20s", 20_000), ("2m", 120_000)] {
            assert_eq!(Period::try_from(text.to_owned()), Ok(Period(Duration::from_millis(milliseconds))));
        }
        for text in
            ["", "20", "s", "1h", "-1s", "1.5s", "0s", "99999999999999999999s", "18446744073709551615m"]
        {
            assert!(Period::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn says_in_one_line_what_is_wrong_with_a_pattern() {
        let error = Pattern::try_from("([".to_owned()).unwrap_err();
        assert_eq!(error, "it is no regular expression: unclosed character class");
    }
}
