//! A loaded OpenAPI document: its version, its operations, and the judge of exchanges.
//!
//! **What reads it.** A thin model of our own over the raw value, with the place of everything. Of
//! 2,639 real documents the raw value reads all; the typed crates each refuse some that are in use
//! (`openapiv3` has no 3.1 and fails on a callback that is a reference, `oas3` refuses 54, `roas`
//! 398), and none keeps lines. `openapiv3` is asked where a typed opinion helps and can do no harm:
//! [`Document::remarks`] tells what of a 3.0 document it cannot read.

mod outline;
mod remark;
mod traffic;

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use crate::conceal::clip;
use crate::exchange::{HttpRequest, HttpResponse};
use crate::expectation::{Expectation, Expected, Strictness};
use crate::judge::{Broken, Judge};
pub use crate::load::{LoadError, LoadOptions};
use crate::operation::Rules;
use crate::pointer::JsonPointer;
use crate::route::{Found, Miss, Router};
use crate::schema::Schemas;
use crate::sources::{Sources, Spot};
use crate::swagger;
use crate::violation::{Code, Place, Position, Violation};
use outline::Outline;
pub(crate) use outline::{ADDITIONAL, METHODS, METHODS_3_2};
pub use remark::Remark;
pub use traffic::Judged;

/// Which OpenAPI a document is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenApiVersion {
    /// Swagger. The document is put into the shape of 3.0 when it is loaded.
    V2_0,
    V3_0,
    V3_1,
    V3_2,
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

/// An OpenAPI document, ready to judge. It may be shared between threads.
#[derive(Debug)]
pub struct Document {
    version: OpenApiVersion,
    sources: Arc<Sources>,
    schemas: Schemas,
    router: Router,
    operations: Vec<Operation>,
    /// What `operations` say, in the same order.
    rules: Vec<Rules>,
    /// What was odd when the document was put into another shape.
    reshaped: Vec<Remark>,
}

impl Document {
    /// Loads a YAML or JSON document from a file, with the files it refers to.
    pub fn load(path: &Path, options: &LoadOptions) -> Result<Self, LoadError> {
        Self::new(Sources::load(path, options)?, options)
    }

    /// Loads a document from text; `name` stands for its file in positions. References to other
    /// files are refused.
    pub fn from_text(name: &str, text: &str, options: &LoadOptions) -> Result<Self, LoadError> {
        Self::new(Sources::from_text(name, text, options)?, options)
    }

    fn new(mut sources: Sources, options: &LoadOptions) -> Result<Self, LoadError> {
        let version = outline::version(&sources)?;
        let reshaped = match version {
            OpenApiVersion::V2_0 => swagger::reshape(&mut sources, options)?,
            _ => Vec::new(),
        };
        if !options.examples {
            sources.forget_examples(version.dialect());
        }
        let sources = Arc::new(sources);
        let schemas = Schemas::new(Arc::clone(&sources), version.dialect())?;
        let judge = Judge { sources: &sources, schemas: &schemas };
        let Outline { router, operations, rules } = Outline::read(&judge, version)?;
        Ok(Self { version, sources, schemas, router, operations, rules, reshaped })
    }

    #[must_use]
    pub fn version(&self) -> OpenApiVersion {
        self.version
    }

    /// Compiles every schema now, rather than when a value first meets it; gives the number of
    /// places that are judged for themselves. The first keyword that has no meaning is an error.
    pub fn compile_schemas(&self) -> Result<usize, LoadError> {
        self.schemas.compile_all()
    }

    /// `info.title`, where the document gives one.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.value()["info"]["title"].as_str()
    }

    /// What the document's own file says. One of 2.0 is in the shape of 3.0 here, and only here: each
    /// position is one of the file as it is written.
    #[must_use]
    pub fn value(&self) -> &Value {
        self.sources.root()
    }

    /// Every operation, in the order of the document.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation that answers `method` at `path` (percent-encoded, server prefix included or
    /// not): the most specific template wins.
    #[must_use]
    pub fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        self.router.find(method, path).ok().map(|found| &self.operations[found.operation])
    }

    /// The files that the document is made of.
    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Where what the operation `index` says stands, behind references.
    pub(crate) fn operation_spot(&self, index: usize) -> &Spot {
        &self.rules[index].spot
    }

    /// Where `pointer` stands in the document's own file.
    #[must_use]
    pub fn position(&self, pointer: &JsonPointer) -> Position {
        self.sources.position(&Spot::root(pointer.clone()))
    }

    /// What is odd about the document and does not keep it from judging.
    #[must_use]
    pub fn remarks(&self) -> Vec<Remark> {
        remark::remarks(&self.sources, self.version, &self.reshaped)
    }

    /// What the request breaks. Sorted; the same exchange always gives the same list.
    #[must_use]
    pub fn check_request(&self, request: &HttpRequest) -> Vec<Violation> {
        let judge = self.judge();
        match self.router.find(&request.method, &request.path) {
            Ok(found) => {
                let found = self.likeliest(found, request);
                sorted(judge.check_request(&self.rules[found.operation], &found, request))
            }
            Err(miss) => vec![self.unknown(request, miss)],
        }
    }

    /// What the answer to `request` breaks. Sorted. Where no operation answers the request, nothing
    /// can be said of the answer, and that is what this says.
    #[must_use]
    pub fn check_response(&self, request: &HttpRequest, response: &HttpResponse) -> Vec<Violation> {
        let judge = self.judge();
        match self.router.find(&request.method, &request.path) {
            Ok(found) => {
                let found = self.likeliest(found, request);
                sorted(judge.check_response(&self.rules[found.operation], request, response))
            }
            Err(miss) => vec![self.unknown(request, miss)],
        }
    }

    /// What an expected exchange breaks, and what the document promises of its answer.
    #[must_use]
    pub fn check_expectation(&self, expectation: &Expectation<'_>, strictness: &Strictness) -> Expected<'_> {
        let request = expectation.request;
        let routing = &strictness.routing;
        let spellings = routing.spellings(&request.path);
        let mut found =
            spellings.iter().map(|path| self.router.find_by(&request.method, path, routing.ignore_case));
        let first = found.next().unwrap_or(Err(Miss::Path { nearest: Vec::new() }));
        let found = match first.or_else(|miss| found.find_map(Result::ok).ok_or(miss)) {
            Ok(found) => self.likeliest(found, request),
            Err(miss) => {
                let violations = vec![self.unknown(request, miss)];
                return Expected { violations, ..Expected::default() };
            }
        };
        let operation = Some(&self.operations[found.operation]);
        let (violations, promises) =
            self.judge().check_expectation(&self.rules[found.operation], &found, expectation, strictness);
        Expected { operation, violations: sorted(violations), promises }
    }

    /// Of several operations that answer the same requests, the first that takes this one best.
    fn likeliest<'r>(&self, found: Found<'r>, request: &HttpRequest) -> Found<'r> {
        if found.others.is_empty() {
            return found;
        }
        let judge = self.judge();
        let broken = |operation: &usize| judge.check_request(&self.rules[*operation], &found, request).len();
        let all = std::iter::once(found.operation).chain(found.others.iter().copied());
        let operation = all.min_by_key(broken).unwrap_or(found.operation);
        Found { operation, ..found }
    }

    /// The position of a place in any of the document's files.
    #[must_use]
    pub fn position_of(&self, spot: &Spot) -> Position {
        self.sources.position(spot)
    }

    fn judge(&self) -> Judge<'_> {
        Judge { sources: &self.sources, schemas: &self.schemas }
    }

    fn unknown(&self, request: &HttpRequest, miss: Miss) -> Violation {
        let paths = Spot::root(JsonPointer::root()).join("paths");
        let path = clip(&request.path);
        let shown = path.as_str().unwrap_or_default();
        let broken = Broken {
            code: Code::RequestPathOrMethodUnknown,
            at: Place::RequestPath,
            rule: &paths,
            keyword: None,
            expected: Value::Null,
            actual: None,
            message: String::new(),
        };
        let broken = match miss {
            Miss::Path { nearest } => {
                let hint = match nearest.as_slice() {
                    [] => String::new(),
                    nearest => format!(": it comes near {}", nearest.join(", ")),
                };
                let message = format!("the document has no path that matches {shown:?}{hint}");
                Broken { actual: Some(path), expected: Value::from(nearest), message, ..broken }
            }
            Miss::Method { operations } => {
                let mut methods: Vec<&str> =
                    operations.iter().map(|index| self.operations[*index].key.method.as_str()).collect();
                methods.sort_unstable();
                methods.dedup();
                let method = clip(&request.method);
                let message = format!(
                    "the document has no {} at {shown:?}: it has {}",
                    method.as_str().unwrap_or_default(),
                    methods.join(", "),
                );
                let expected = Value::from_iter(methods);
                Broken { at: Place::RequestMethod, actual: Some(method), expected, message, ..broken }
            }
        };
        self.judge().violation(broken)
    }
}

fn sorted(mut violations: Vec<Violation>) -> Vec<Violation> {
    violations.sort_by(|one, other| {
        let key = |violation: &Violation| (violation.at.clone(), violation.code, violation.rule.clone());
        key(one).cmp(&key(other)).then_with(|| one.message.cmp(&other.message))
    });
    violations
}
