//! What bounds the reading of a document, and everything that can be wrong with its files.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::document::{Operation, OperationKey};
use crate::pointer::JsonPointer;
use crate::violation::Position;

/// Bounds on what a document may be. Documents are hostile input.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// Bytes of one file, at most. What a YAML file's aliases expand to counts too.
    pub max_bytes: u64,
    /// Levels of nesting, at most. JSON is never read beyond 127.
    pub max_depth: usize,
    /// Values of one file, at most, each use of a YAML alias counted anew. An object counts as four:
    /// it takes as much memory. What is made of a file when it is put into another shape is bounded
    /// by the same.
    pub max_values: usize,
    /// Files of one document, at most.
    pub max_files: usize,
    /// The folder that references may not leave; where it is `None`, the root file's own.
    pub within: Option<PathBuf>,
    /// Who fetches what a reference names on another host. Where it is `None`, such a reference is refused.
    pub remote: Option<Arc<dyn Fetch>>,
    /// Whether a document keeps its examples. Comparing has no use for them, and in large documents they
    /// are many.
    pub examples: bool,
}

/// Fetches what references name on other hosts. This crate knows no network of its own.
pub trait Fetch: fmt::Debug + Send + Sync {
    /// The text at `uri`, which is absolute and has no fragment, where it has `limit` bytes at most. An error
    /// says why there is none, and fits "cannot fetch …: …".
    fn fetch(&self, uri: &str, limit: u64) -> Result<String, String>;
}

/// What an object counts as.
pub(crate) const OBJECT: usize = 4;

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            max_bytes: 64 * 1024 * 1024,
            max_depth: 120,
            max_values: 5_000_000,
            max_files: 1_000,
            within: None,
            remote: None,
            examples: true,
        }
    }
}

/// Why a document cannot be used. Each fits "failed to load the document: …".
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("cannot read {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },

    #[error("{file} has more than {limit} bytes, which is the limit")]
    TooLarge { file: Arc<str>, limit: u64 },

    #[error("{file} is not UTF-8: byte {offset} begins no character")]
    NotUtf8 { file: Arc<str>, offset: usize },

    #[error("{file}:{line}:{column}: {reason}")]
    Malformed { file: Arc<str>, line: usize, column: usize, reason: String },

    #[error("{file}:{line}:{column}: the key {key:?} stands twice in one object")]
    DuplicateKey { file: Arc<str>, line: usize, column: usize, key: String },

    #[error("{file}:{line}: nested deeper than {limit} levels")]
    TooDeep { file: Arc<str>, line: usize, limit: usize },

    #[error(
        "{file}:{line}: more than {limit} values, each object counted as four and each use of a YAML alias anew"
    )]
    TooManyValues { file: Arc<str>, line: usize, limit: usize },

    #[error("{}: the reference {reference:?} names nothing: correct it, or add what it names", at(.from))]
    Dangling { from: Position, reference: String },

    #[error("{}: the reference {reference:?} is not a URI reference with a JSON pointer", at(.from))]
    BadReference { from: Position, reference: String },

    #[error("{}: the references from {reference:?} on lead back to it and never to a value", at(.from))]
    ReferenceCycle { from: Position, reference: String },

    #[error(
        "{}: the reference {reference:?} is remote, and such are not fetched unless that is \
         allowed: keep a copy beside the document and refer to that",
        at(.from)
    )]
    RemoteReference { from: Position, reference: String },

    #[error("{}: cannot fetch {reference:?}: {reason}", at(.from))]
    UnfetchedReference { from: Position, reference: String, reason: String },

    #[error(
        "{}: the reference {reference:?} leaves the folder {}: move the file inside it, \
         or allow a wider folder",
        at(.from),
        folder.display()
    )]
    OutsideReference { from: Position, reference: String, folder: PathBuf },

    #[error("{}: the reference {reference:?} names a file, and a document that is one text has none", at(.from))]
    FileReference { from: Position, reference: String },

    #[error("{}: cannot read {reference:?}: {source}", at(.from))]
    UnreadableReference { from: Position, reference: String, source: std::io::Error },

    #[error("the document refers to more than {limit} files")]
    TooManyFiles { limit: usize },

    #[error("{}: {dialect:?} is not a dialect this tool knows: it knows OpenAPI 3.1's own and draft 2020-12", at(.from))]
    UnknownDialect { from: Position, dialect: String },

    #[error("{}: {reason}", at(.from))]
    BadSchema { from: Position, reason: String },

    #[error("{file} is no OpenAPI document: it says neither `openapi` nor `swagger`")]
    NoVersion { file: Arc<str> },

    #[error("{file} is no AsyncAPI document: it does not say `asyncapi`")]
    NoAsyncVersion { file: Arc<str> },

    #[error("{file} is written in {version}, and this tool reads {known}: convert it to one of them")]
    UnsupportedVersion { file: Arc<str>, version: String, known: &'static str },

    #[error(
        "{}: {} {} answers the same requests as {} at {}: remove one of the two",
        at(.from),
        operation.method,
        operation.path,
        first.key.path,
        at(&first.position)
    )]
    DuplicateOperation { from: Position, operation: OperationKey, first: Box<Operation> },

    #[error("{}: {reason}", at(.from))]
    BadDocument { from: Position, reason: String },
}

/// A position as messages show it: `file:line`, or `file#pointer` where the source has no lines.
fn at(position: &Position) -> String {
    match position.line {
        Some(line) => format!("{}:{line}", position.file),
        None => format!("{}#{}", position.file, position.pointer),
    }
}

/// Why a reference leads nowhere. Each fits "failed to follow the reference: …".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefError {
    #[error("{reference:?} names nothing")]
    Dangling { reference: String },
    #[error("{reference:?} is not a URI reference with a JSON pointer")]
    Malformed { reference: String },
    #[error("{reference:?} leads back to itself")]
    Cycle { reference: String },
    #[error("{reference:?} is remote and was not fetched")]
    Remote { reference: String },
    #[error("{reference:?} names a file that is not part of the document")]
    File { reference: String },
    #[error("nothing stands at {pointer:?}")]
    Nowhere { pointer: JsonPointer },
}
