//! A pact file, read once: its two names, its interactions, and where each stands in the file.

use std::path::{Path, PathBuf};

/// Who wrote the pact.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConsumerName(String);

/// Who has to keep it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProviderName(String);

/// Why a file is no pact that can be replayed. Each fits "failed to load the pact: …".
#[derive(Debug, thiserror::Error)]
pub enum PactError {
    #[error("cannot read {path}: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
}

/// A pact of any specification from V1 to V4.
#[derive(Debug)]
pub struct Pact {}

impl ConsumerName {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ProviderName {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Pact {
    /// Reads a pact file. The file is hostile input: bounded in size and depth.
    pub fn load(path: &Path) -> Result<Self, PactError> {
        let _ = path;
        todo!()
    }

    #[must_use]
    pub fn consumer(&self) -> &ConsumerName {
        todo!()
    }

    #[must_use]
    pub fn provider(&self) -> &ProviderName {
        todo!()
    }

    /// The file, as it was given.
    #[must_use]
    pub fn file(&self) -> &Path {
        todo!()
    }

    /// How many interactions it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        todo!()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
