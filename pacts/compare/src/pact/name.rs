//! The names of the two parties to a pact, fit to become part of a file name.

use std::fmt;

/// Bytes of a name, at most: what a file name may have, less a suffix.
const MAX_BYTES: usize = 200;

/// Who wrote the pact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConsumerName(String);

/// Who has to keep it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderName(String);

/// Why a text is no name of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("it is empty; every party to a pact needs a name")]
    Empty,
    #[error("it is longer than {MAX_BYTES} bytes")]
    TooLong,
    #[error("it holds control characters")]
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

fn plain(text: &str) -> Result<String, NameError> {
    match text {
        text if text.trim().is_empty() => Err(NameError::Empty),
        text if text.len() > MAX_BYTES => Err(NameError::TooLong),
        text if text.chars().any(char::is_control) => Err(NameError::NotPlain),
        text => Ok(text.to_owned()),
    }
}
