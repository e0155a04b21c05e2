//! The names in a pact: of its two parties, fit to become part of a file name, and of provider states.

use std::borrow::Borrow;
use std::fmt;

/// Bytes of a name, at most: what a file name may have, less a suffix.
const MAX_BYTES: usize = 200;

/// Who wrote the pact.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConsumerName(String);

/// Who has to keep it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderName(String);

/// A sentence about the provider, such as "a VOD exists". Any text is one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateName(String);

/// Why a text is no name of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("it is empty; every party to a pact needs a name")]
    Empty,
    #[error("it is longer than {MAX_BYTES} bytes")]
    TooLong,
    #[error(
        "it is no plain name: path separators, control characters, \".\" and \"..\" would leave the folder"
    )]
    NotPlain,
}

impl ConsumerName {
    /// Takes a plain, non-empty name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        plain(text).map(Self)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ProviderName {
    /// Takes a plain, non-empty name.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        plain(text).map(Self)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConsumerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StateName {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for StateName {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Borrow<str> for StateName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<&str> for StateName {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl fmt::Display for StateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn plain(text: &str) -> Result<String, NameError> {
    if text.trim().is_empty() {
        return Err(NameError::Empty);
    }
    if text.len() > MAX_BYTES {
        return Err(NameError::TooLong);
    }
    let leaves = |c: char| c.is_control() || matches!(c, '/' | '\\');
    if matches!(text, "." | "..") || text.contains(leaves) {
        return Err(NameError::NotPlain);
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_plain_names() {
        for name in ["ui", "Web Shop", "órgano", "a.b", "..a"] {
            assert_eq!(ConsumerName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn refuses_names_that_would_leave_a_folder() {
        for name in ["..", ".", "../x", "a/b", "a\\b", "a\nb", "a\0b"] {
            assert_eq!(ProviderName::parse(name), Err(NameError::NotPlain), "{name:?}");
        }
    }

    #[test]
    fn refuses_empty_and_endless_names() {
        assert_eq!(ProviderName::parse(" \t"), Err(NameError::Empty));
        assert_eq!(ProviderName::parse(&"x".repeat(MAX_BYTES + 1)), Err(NameError::TooLong));
    }
}
