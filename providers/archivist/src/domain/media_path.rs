//! The name of a recording below the media root. Nothing outside the root can be named.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::fields::{JsonField, at_most, text};

const MAX_LENGTH: usize = 1024;

/// What `parse` takes, for the document: names that are neither empty nor `.` nor `..`, with `/` between them.
const PATTERN: &str = concat!(
    r"^(?:[^./\\\x00-\x1F\x7F-\x9F][^/\\\x00-\x1F\x7F-\x9F]*",
    r"|\.[^./\\\x00-\x1F\x7F-\x9F][^/\\\x00-\x1F\x7F-\x9F]*|\.\.[^/\\\x00-\x1F\x7F-\x9F]+)",
    r"(?:/(?:[^./\\\x00-\x1F\x7F-\x9F][^/\\\x00-\x1F\x7F-\x9F]*",
    r"|\.[^./\\\x00-\x1F\x7F-\x9F][^/\\\x00-\x1F\x7F-\x9F]*|\.\.[^/\\\x00-\x1F\x7F-\x9F]+))*$",
);

/// A relative path of plain names with `/` between them, such as `council/2026-05-12.mp4`. Each
/// recording has exactly one such name, so that equal paths are equal strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MediaPath(#[schemars(length(min = 1, max = 1024), regex(pattern = PATTERN))] String);

impl MediaPath {
    pub fn parse(path: &str) -> Result<Self, String> {
        if path.is_empty() {
            return Err("must not be empty".to_owned());
        }
        at_most(path, MAX_LENGTH)?;
        if path.chars().any(char::is_control) {
            return Err("must not have control characters".to_owned());
        }
        if path.contains('\\') {
            return Err("must have / between names".to_owned());
        }
        if path.starts_with('/') || path.split('/').any(|name| name == "..") {
            return Err("must stay inside the media root".to_owned());
        }
        if path.split('/').any(|name| name.is_empty() || name == ".") {
            return Err("must be made of plain names".to_owned());
        }
        Ok(Self(path.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl JsonField for MediaPath {
    fn from_json(value: &Value) -> Result<Self, String> {
        Self::parse(text(value)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_relative_names_are_taken_as_they_are() {
        for path in ["council.mp4", "council/2026-05-12.mp4", "a b/ç.mov", "..hidden/x", "c:/drive.mp4"] {
            assert_eq!(MediaPath::parse(path).unwrap().as_str(), path);
        }
    }

    #[test]
    fn nothing_outside_the_root_can_be_named() {
        for path in ["/etc/passwd", "..", "../x", "a/../../x", "a/..", "..\\x", "a\0b", "a\nb", "//x"] {
            assert!(MediaPath::parse(path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn a_recording_has_one_name() {
        for path in ["", "a//b", "./a", "a/.", "a/"] {
            assert!(MediaPath::parse(path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn length_counts_characters() {
        assert!(MediaPath::parse(&"é".repeat(MAX_LENGTH)).is_ok());
        assert!(MediaPath::parse(&"é".repeat(MAX_LENGTH + 1)).is_err());
    }
}
