//! Why a pact cannot be read, in words that name its file and the line.

use countersign_openapi::{JsonPointer, LoadError};

use super::MAX_BYTES;
use crate::name::NameError;

/// Why a text is no pact that can be read. Each fits "failed to load the pact: …".
#[derive(Debug, thiserror::Error)]
pub enum PactError {
    #[error("cannot read {file}: {source}")]
    Unreadable { file: String, source: std::io::Error },
    #[error("{file} is larger than {MAX_BYTES} bytes; split it by provider state or remove what is stale")]
    TooLarge { file: String },
    #[error("{file} is not UTF-8: byte {offset} begins no character")]
    NotUtf8 { file: String, offset: usize },
    #[error("{file}:{line}:{column} is not JSON: {reason}")]
    Malformed { file: String, line: usize, column: usize, reason: String },
    /// It is JSON, and yet nothing to be read: a key twice in one object, nested without end.
    #[error(transparent)]
    Unfit(Box<LoadError>),
    #[error("{file} is written in Pact specification {version:?}; V1, V2, V3 and V4 can be read")]
    UnsupportedVersion { file: String, version: String },
    #[error("{file} names its {party} {name:?}: {reason}")]
    BadName { file: String, party: &'static str, name: String, reason: NameError },
    #[error("{file}{} cannot be read at {:?}: {reason}", at_line(*.line), .pointer.as_str())]
    Misshapen { file: String, pointer: JsonPointer, line: Option<usize>, reason: String },
}

pub(super) fn malformed(file: &str, error: &serde_json::Error) -> PactError {
    let text = error.to_string();
    // serde_json appends the place, which the message names in front.
    let reason = text.split_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    PactError::Malformed {
        file: file.to_owned(),
        line: error.line(),
        column: error.column(),
        reason: reason.to_owned(),
    }
}

fn at_line(line: Option<usize>) -> String {
    line.map(|line| format!(":{line}")).unwrap_or_default()
}
