//! Holds JSON values against the schemas of a document.

use std::sync::Arc;

use serde_json::Value;

use crate::document::LoadError;
use crate::pointer::JsonPointer;
use crate::sources::{Sources, Spot};

/// Which way a value travels: `readOnly` and `writeOnly` depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Request,
    Response,
}

/// The language in which schemas are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The Schema Object of OpenAPI 3.0: near draft 4, with `nullable` and `discriminator`.
    OpenApi30,
    /// The Schema Object of OpenAPI 3.1: draft 2020-12 with `discriminator`.
    OpenApi31,
    Draft4,
    Draft202012,
}

/// One way in which a value breaks a schema.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaError {
    /// Where in the value.
    pub instance: JsonPointer,
    /// Where the keyword that failed stands.
    pub rule: Spot,
    /// The keyword that failed.
    pub keyword: String,
    /// What the keyword asks for. Cut to a readable size.
    pub expected: Value,
    /// What the value has instead; `None` where it has nothing. Cut to a readable size.
    pub actual: Option<Value>,
    /// A lowercase fragment that does not repeat the value, such as `"duration" is required`.
    pub message: String,
    /// True where the keyword could not be judged (a pattern that backtracks without end, a
    /// reference that leads nowhere): the schema is neither kept nor broken.
    pub undecided: bool,
}

/// All schemas of a document, each compiled once, when it is first needed.
#[derive(Debug)]
pub(crate) struct Schemas {
    sources: Arc<Sources>,
    dialect: Dialect,
}

impl Schemas {
    pub fn new(sources: Arc<Sources>, dialect: Dialect) -> Result<Self, LoadError> {
        Ok(Self { sources, dialect })
    }

    /// What `instance` breaks of the schema at `schema`, sorted. The same question always gives the
    /// same list.
    pub fn check(&self, schema: &Spot, instance: &Value, direction: Direction) -> Vec<SchemaError> {
        let _ = (schema, instance, direction, &self.sources, self.dialect);
        todo!()
    }

    /// Compiles every schema under `components` and what they refer to; gives their number.
    pub fn compile_all(&self) -> Result<usize, LoadError> {
        todo!()
    }
}

/// One schema that stands alone.
#[derive(Debug)]
pub struct Schema {
    schemas: Schemas,
}

impl Schema {
    /// Compiles `schema` with all that it refers to inside itself.
    pub fn compile(schema: &Value, dialect: Dialect) -> Result<Self, LoadError> {
        let _ = (schema, dialect);
        todo!()
    }

    /// What `instance` breaks, sorted.
    #[must_use]
    pub fn errors(&self, instance: &Value) -> Vec<SchemaError> {
        self.schemas.check(&Spot::root(JsonPointer::root()), instance, Direction::Response)
    }
}
