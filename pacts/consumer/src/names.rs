//! The names of the two pacticipants, which are also the name of their pact file.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The longest name a file system is sure to take, twice, with the extension.
const LONGEST: usize = 100;

/// The consumer and the provider of one pact.
///
/// ```
/// use countersign_consumer::PactNames;
///
/// let names = PactNames::new("archivist", "cablecast").unwrap();
/// assert_eq!(names.file_name(), "archivist-cablecast.json");
/// assert!(PactNames::new("archivist", "../cablecast").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PactNames {
    consumer: Arc<str>,
    provider: Arc<str>,
}

/// A name that cannot stand in a file name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "use {name:?} as the name of a pacticipant: {fault}; a name begins with a letter or a digit and goes on \
     with letters, digits, spaces, '-', '_' or '.', {LONGEST} at most"
)]
pub struct NameError {
    name: String,
    fault: &'static str,
}

impl PactNames {
    /// Takes both names, and refuses what would lead the pact file out of its folder.
    pub fn new(consumer: &str, provider: &str) -> Result<Self, NameError> {
        for name in [consumer, provider] {
            if let Some(fault) = fault_of(name) {
                return Err(NameError { name: name.to_owned(), fault });
            }
        }
        Ok(Self { consumer: consumer.into(), provider: provider.into() })
    }

    #[must_use]
    pub fn consumer(&self) -> &str {
        &self.consumer
    }

    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// `<consumer>-<provider>.json`, as every Pact tool names it.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}-{}.json", self.consumer, self.provider)
    }

    /// Where this pact stands in the folder of pacts.
    #[must_use]
    pub fn file_in(&self, folder: &Path) -> PathBuf {
        folder.join(self.file_name())
    }
}

impl fmt::Display for PactNames {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", self.consumer, self.provider)
    }
}

fn fault_of(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("it is empty")
    } else if name.len() > LONGEST {
        Some("it is too long")
    } else if !name.starts_with(|first: char| first.is_alphanumeric()) {
        Some("it does not begin with a letter or a digit")
    } else if name.ends_with(['.', ' ']) {
        Some("it ends with a dot or a space")
    } else if name.contains(|sign: char| !(sign.is_alphanumeric() || " -_.".contains(sign))) {
        Some("it has a sign that a file name should not have")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_the_folder() {
        let too_long = "n".repeat(LONGEST + 1);
        for name in ["", "..", "../up", "/root", "a/b", "a\\b", ".hidden", "a\0b", "c:", "end.", &too_long] {
            assert!(PactNames::new(name, "provider").is_err(), "{name:?} as a consumer");
            assert!(PactNames::new("consumer", name).is_err(), "{name:?} as a provider");
        }
    }

    #[test]
    fn the_names_of_real_pacticipants_are_taken() {
        let names = PactNames::new("Web UI", "transcription-worker_2.0").unwrap();
        assert_eq!(
            names.file_in(Path::new("pacts")),
            Path::new("pacts").join("Web UI-transcription-worker_2.0.json")
        );
    }
}
