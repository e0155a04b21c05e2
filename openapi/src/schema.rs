//! Holds JSON values against the schemas of a document.
//!
//! **Who does what.** The structure of a schema is judged here: references, `allOf` and its kin,
//! members, elements, `discriminator`, `nullable`, `readOnly`, `unevaluatedProperties`. The
//! assertions about a value alone (`type`, `minimum`, `pattern`, `format`, …) are the `jsonschema`
//! crate's, for which each distinct set of them is compiled once and shared. The `referencing`
//! crate does the arithmetic of `$id` and brings the metaschemas. `openapiv3` has no part in this:
//! it has no 3.1 and keeps no places.
//!
//! **Why not all of it by `jsonschema`.** It puts what a reference names in the reference's place,
//! so that a validator for each body of Stripe's document takes 9.2 s and 4.95 GiB, and one map of
//! validators 33 s and 13 GiB. Compiled once for each place, with references that are looked into
//! when a value meets them, the same document is read and compiled in 0.2 s of processor time and
//! 54 MiB (the example `load` prints the figures). `jsonschema` also knows neither `discriminator`
//! nor the direction in which a value travels, and an error of it names the way through the schema
//! and not the place in the file.

mod compile;
mod facts;
mod judge;
mod keywords;
mod leaf;
mod meant;
mod node;
mod part;
mod report;
mod seen;
mod slots;

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::conceal::SecretNames;
use crate::load::LoadError;
use crate::pointer::JsonPointer;
use crate::sources::{Sources, Spot};
pub use facts::{Facts, Types};
use judge::Run;
use leaf::Leaves;
use node::{Node, Rule};
pub use part::{Latitude, Leeway, Leeways, Promise, Undeclared};
pub(crate) use part::{Manner, Parted};
use slots::{NodeId, Slots};

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
    /// The Schema Object of OpenAPI 3.1 and 3.2: draft 2020-12 with `discriminator`.
    OpenApi31,
    /// The Schema Object of AsyncAPI 2 and 3: draft 7 with `discriminator`, which is a name.
    AsyncApi,
    Draft4,
    Draft7,
    Draft202012,
}

impl Dialect {
    /// Both dialects of OpenAPI know `readOnly` and `writeOnly`.
    fn is_openapi(self) -> bool {
        matches!(self, Self::OpenApi30 | Self::OpenApi31)
    }

    /// The dialects of documents assert formats and know `discriminator`; those of JSON Schema alone
    /// do neither.
    fn is_of_documents(self) -> bool {
        self.is_openapi() || self == Self::AsyncApi
    }

    /// The older dialects overlook what stands beside a `$ref`, and have `items` that are a list.
    fn is_old(self) -> bool {
        matches!(self, Self::OpenApi30 | Self::Draft4) || self.is_draft_7()
    }

    fn is_draft_7(self) -> bool {
        matches!(self, Self::AsyncApi | Self::Draft7)
    }

    /// The dialect of an AsyncAPI schema that says `schemaFormat: format`; none where it is one that
    /// nothing here reads.
    pub(crate) fn of_format(format: &str) -> Option<Self> {
        let (kind, version) = format.split_once(';').unwrap_or((format, ""));
        let kind = kind.trim().trim_end_matches("+json").trim_end_matches("+yaml");
        let version = version.split_once('=').map_or("", |(_, version)| version.trim());
        match (kind, version) {
            ("application/vnd.aai.asyncapi", _) | ("application/schema", "" | "draft-07") => {
                Some(Self::AsyncApi)
            }
            ("application/schema", "draft-04") => Some(Self::Draft4),
            ("application/schema", "draft-2020-12") => Some(Self::Draft202012),
            ("application/vnd.oai.openapi", version) if version.starts_with("3.0") => Some(Self::OpenApi30),
            ("application/vnd.oai.openapi", version) if version.starts_with("3.1") => Some(Self::OpenApi31),
            _ => None,
        }
    }

    /// The dialect of a document that says `jsonSchemaDialect: uri`.
    fn of_uri(uri: &str) -> Option<Self> {
        match uri.trim_end_matches('#') {
            "https://json-schema.org/draft/2020-12/schema" => Some(Self::Draft202012),
            dialect if OPENAPI_DIALECTS.iter().any(|known| dialect.starts_with(known)) => {
                Some(Self::OpenApi31)
            }
            _ => None,
        }
    }
}

/// The dialects of OpenAPI 3.1 and 3.2, each before the date of its edition.
const OPENAPI_DIALECTS: [&str; 2] =
    ["https://spec.openapis.org/oas/3.1/dialect/", "https://spec.openapis.org/oas/3.2/dialect/"];

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
    slots: Slots,
    leaves: Leaves,
    /// Read when the first violation is told.
    secret_names: OnceLock<SecretNames>,
}

impl Schemas {
    /// The schemas of a document in `dialect`, unless the document names another that is known.
    pub fn new(sources: Arc<Sources>, dialect: Dialect) -> Result<Self, LoadError> {
        let dialect = match sources.root().get("jsonSchemaDialect").and_then(Value::as_str) {
            Some(uri) if dialect == Dialect::OpenApi31 => Dialect::of_uri(uri).ok_or_else(|| {
                let place = Spot::root(JsonPointer::root()).join("jsonSchemaDialect");
                LoadError::UnknownDialect { from: sources.position(&place), dialect: uri.to_owned() }
            })?,
            _ => dialect,
        };
        Ok(Self {
            sources,
            dialect,
            slots: Slots::default(),
            leaves: Leaves::new(dialect),
            secret_names: OnceLock::new(),
        })
    }

    /// What `instance` breaks of the schema at `schema`, sorted. The same question always gives the
    /// same list.
    pub fn check(&self, schema: &Spot, instance: &Value, direction: Direction) -> Vec<SchemaError> {
        let node = self.node(self.slots.id(schema));
        Run::errors(self, node, instance, direction)
    }

    /// Compiles every schema of the document and what they refer to; gives the number of places
    /// that stand for themselves. The first keyword without a meaning is an error.
    pub fn compile_all(&self) -> Result<usize, LoadError> {
        for spot in self.sources.schemas() {
            self.slots.id(&spot);
        }
        self.compile_named()
    }

    /// Compiles the schemas at `places` and what they refer to; gives the number of places that stand
    /// for themselves.
    pub fn compile_from(&self, places: &[Spot]) -> Result<usize, LoadError> {
        for spot in places {
            self.slots.id(spot);
        }
        self.compile_named()
    }

    /// Compiles every slot, and those that this adds.
    fn compile_named(&self) -> Result<usize, LoadError> {
        let mut done = 0;
        loop {
            let mut new = 0;
            for slot in self.slots.since(done) {
                if let Some((spot, reason)) = unjudgeable(slot.node(|spot| self.compile(spot))) {
                    return Err(LoadError::BadSchema { from: self.sources.position(&spot), reason });
                }
                new += 1;
            }
            if new == 0 {
                return Ok(done);
            }
            done += new;
        }
    }

    /// Names that the document says hold secrets.
    pub fn secret_names(&self) -> &SecretNames {
        self.secret_names.get_or_init(|| SecretNames::read(&self.sources))
    }

    fn node(&self, id: NodeId) -> &Node {
        self.slots.get(id).node(|spot| self.compile(spot))
    }
}

/// The first keyword without a meaning in a node.
fn unjudgeable(node: &Node) -> Option<(Spot, String)> {
    let here = node.rules().iter().find_map(|rule| match rule {
        Rule::Unjudgeable { keyword, reason } => Some((node.spot.join(keyword), reason.clone())),
        _ => None,
    });
    let inside = || node.rules().iter().flat_map(keywords::children).find_map(unjudgeable);
    here.or_else(inside)
}

/// One schema that stands alone.
#[derive(Debug)]
pub struct Schema {
    schemas: Schemas,
}

impl Schema {
    /// Compiles `schema` with all that it refers to inside itself and in the metaschemas.
    pub fn compile(schema: &Value, dialect: Dialect) -> Result<Self, LoadError> {
        let sources = Sources::from_schema(schema, dialect);
        let schemas = Schemas::new(Arc::new(sources), dialect)?;
        schemas.slots.id(&Spot::root(JsonPointer::root()));
        schemas.compile_named()?;
        Ok(Self { schemas })
    }

    /// What `instance` breaks, sorted.
    #[must_use]
    pub fn errors(&self, instance: &Value) -> Vec<SchemaError> {
        self.schemas.check(&Spot::root(JsonPointer::root()), instance, Direction::Response)
    }
}

#[cfg(test)]
mod tests;
