//! What can be wrong with `countersign.toml`, and where: file, line, column, and the way out.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Why the configuration cannot be used. Each fits "failed to read the configuration: …".
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {}: {source}", file.display())]
    Unreadable { file: PathBuf, source: std::io::Error },
    #[error("{} is larger than {limit} bytes; is it a countersign.toml?", file.display())]
    TooLarge { file: PathBuf, limit: u64 },
    #[error("{}{}: {problem}", file.display(), place(*position))]
    Wrong { file: PathBuf, position: Option<(usize, usize)>, problem: Problem },
}

/// Something wrong at some place in the text.
#[derive(Debug)]
pub struct Problem {
    span: Option<Range<usize>>,
    message: String,
    hint: Option<String>,
}

impl Problem {
    /// Something wrong with what stands at `span` (bytes of the text).
    #[must_use]
    pub fn new(span: Range<usize>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { span: Some(span), message: message.into(), hint: Some(hint.into()) }
    }

    /// The error that says so of `text`, which stands in `file`.
    #[must_use]
    pub fn at(self, file: &Path, text: &str) -> ConfigError {
        let position = self.span.as_ref().map(|span| position(text, span.start));
        ConfigError::Wrong { file: file.to_owned(), position, problem: self }
    }
}

impl From<&toml::de::Error> for Problem {
    fn from(error: &toml::de::Error) -> Self {
        Self { span: error.span(), message: error.message().trim_end().replace('\n', ", "), hint: None }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl ConfigError {
    /// The way out, where one is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unreadable { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                Some("`countersign init` writes a commented one; --config names another file".to_owned())
            }
            Self::Wrong { problem, .. } => problem.hint.clone(),
            Self::Unreadable { .. } | Self::TooLarge { .. } => None,
        }
    }
}

fn place(position: Option<(usize, usize)>) -> String {
    position.map_or(String::new(), |(line, column)| format!(":{line}:{column}"))
}

/// Line and column of a byte, both counted from 1, columns in characters.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    (line, column)
}
