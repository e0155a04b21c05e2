//! A loaded OpenAPI document: its version, its operations, and the judge of exchanges.

use std::path::Path;

use crate::exchange::{HttpRequest, HttpResponse};
pub use crate::load::{LoadError, LoadOptions};
use crate::pointer::JsonPointer;
use crate::violation::{Position, Violation};

/// Which OpenAPI a document is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenApiVersion {
    V3_0,
    V3_1,
}

/// The identity of an operation: method in capitals and path template as the document writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationKey {
    pub method: String,
    pub path: String,
}

/// One operation of a document.
#[derive(Clone, Debug)]
pub struct Operation {
    pub key: OperationKey,
    /// `operationId`, where the document gives one.
    pub id: Option<String>,
    pub position: Position,
}

/// An OpenAPI document, ready to judge.
#[derive(Debug)]
pub struct Document {}

impl Document {
    /// Loads a YAML or JSON document from a file, with the files it refers to.
    pub fn load(path: &Path, options: &LoadOptions) -> Result<Self, LoadError> {
        let _ = (path, options);
        todo!()
    }

    /// Loads a document from text; `name` stands for its file in positions. References to other
    /// files are refused.
    pub fn from_text(name: &str, text: &str, options: &LoadOptions) -> Result<Self, LoadError> {
        let _ = (name, text, options);
        todo!()
    }

    #[must_use]
    pub fn version(&self) -> OpenApiVersion {
        todo!()
    }

    /// Every operation, in the order of the document.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        todo!()
    }

    /// The operation that answers `method` at `path` (percent-encoded, server prefix included or
    /// not): the most specific template wins.
    #[must_use]
    pub fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        let _ = (method, path);
        todo!()
    }

    /// Where `pointer` stands in the document's own file.
    #[must_use]
    pub fn position(&self, pointer: &JsonPointer) -> Position {
        let _ = pointer;
        todo!()
    }

    /// What the request breaks. Sorted; the same exchange always gives the same list.
    #[must_use]
    pub fn check_request(&self, request: &HttpRequest) -> Vec<Violation> {
        let _ = request;
        todo!()
    }

    /// What the answer to `request` breaks. Sorted.
    #[must_use]
    pub fn check_response(&self, request: &HttpRequest, response: &HttpResponse) -> Vec<Violation> {
        let _ = (request, response);
        todo!()
    }
}
