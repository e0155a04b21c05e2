//! Everything that understands documents: OpenAPI 2.0 to 3.2 and AsyncAPI 2 and 3. Loads one with its
//! source positions, finds the operation of a request and holds an exchange against it, finds the
//! messages of an operation and holds a payload against them. Knows nothing of pacts.
//!
//! Documents are hostile input: what reading and judging may cost is bounded, by [`LoadOptions`] and
//! where each cost arises.

pub mod asyncapi;
mod body;
mod conceal;
pub mod diff;
pub mod document;
pub mod exchange;
pub mod expectation;
mod judge;
pub mod load;
mod media_type;
mod operation;
mod parameter;
mod percent;
pub mod pointer;
mod request;
mod response;
mod route;
pub mod rule;
pub mod schema;
mod security;
pub mod source;
pub mod sources;
mod swagger;
pub mod violation;

pub use asyncapi::AsyncDocument;
pub use document::{Document, Judged, OpenApiVersion, Operation, OperationKey, Remark};
pub use exchange::{HttpRequest, HttpResponse};
pub use expectation::{Expectation, Expected, Routing, Strictness};
pub use load::{Fetch, LoadError, LoadOptions, RefError};
pub use pointer::JsonPointer;
pub use schema::{
    Dialect, Facts, Latitude, Leeway, Leeways, Promise, Schema, SchemaError, Types, Undeclared,
};
pub use source::{Places, Source};
pub use sources::{FileId, Spot};
pub use violation::{Code, Place, Position, Severity, Violation};
