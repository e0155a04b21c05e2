//! What every check of an exchange needs: the document's text, its compiled schemas, and one way to
//! turn what is broken into a violation.

use serde_json::Value;

use crate::conceal::{conceal, is_secret};
use crate::load::{LoadError, RefError};
use crate::pointer::JsonPointer;
use crate::schema::{Direction, SchemaError, Schemas};
use crate::sources::{Sources, Spot};
use crate::violation::{Code, Place, Severity, Violation};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Judge<'d> {
    pub sources: &'d Sources,
    pub schemas: &'d Schemas,
}

/// What is wrong, before it is said where.
#[derive(Debug)]
pub(crate) struct Broken<'b> {
    pub code: Code,
    pub at: Place,
    pub rule: &'b Spot,
    pub keyword: Option<&'b str>,
    pub expected: Value,
    pub actual: Option<Value>,
    pub message: String,
}

/// How the errors of a schema become violations.
pub(crate) struct Blame<'b> {
    pub code: Code,
    /// Where "could not be judged" is another id than "is wrong".
    pub undecided: Code,
    /// The place in the exchange of the value's own place.
    pub at: &'b dyn Fn(&SchemaError) -> Place,
    /// What stands before each message.
    pub what: String,
    /// True where the value may be a secret, whatever it is called.
    pub secret: bool,
}

impl<'d> Judge<'d> {
    /// The object `value`, which stands at `spot`, or the one that its references lead to. Values
    /// are handed down with their places since to look one up from the root is slow in a large file.
    pub fn object(&self, spot: Spot, value: &'d Value, noun: &str) -> Result<(Spot, &'d Value), LoadError> {
        let (spot, value) = self.target(spot, value)?;
        if value.is_object() {
            Ok((spot, value))
        } else {
            Err(self.invalid(&spot, format!("{noun} is no object")))
        }
    }

    fn target(&self, spot: Spot, value: &'d Value) -> Result<(Spot, &'d Value), LoadError> {
        if value.get("$ref").is_none() {
            return Ok((spot, value));
        }
        let invalid = |error: RefError| self.invalid(&spot, error.to_string());
        self.sources.follow_from((spot.clone(), value)).map_err(invalid)
    }

    /// The document is wrong at `spot`, in a way that leaves it unusable.
    pub fn invalid(&self, spot: &Spot, reason: impl Into<String>) -> LoadError {
        LoadError::BadDocument { from: self.sources.position(spot), reason: reason.into() }
    }

    /// Whether `schema` lets a sent value through.
    pub fn allows(&self, schema: &Spot, value: &Value) -> bool {
        self.schemas.check(schema, value, Direction::Request).is_empty()
    }

    /// Whether a member, parameter or header of this name holds a secret: by how secrets are called, or
    /// by what the document says.
    pub fn is_secret(&self, name: &str) -> bool {
        is_secret(name) || self.schemas.secret_names().has(name)
    }

    /// Whether the keyword at `rule` stands in the schema of a password.
    fn is_of_password(&self, rule: &Spot) -> bool {
        let schema =
            rule.pointer.as_str().rsplit_once('/').and_then(|(schema, _)| JsonPointer::parse(schema));
        let schema = schema.and_then(|pointer| self.sources.get(&Spot { file: rule.file, pointer }));
        schema.is_some_and(|schema| schema["format"] == "password")
    }

    pub fn violation(&self, broken: Broken<'_>) -> Violation {
        Violation {
            code: broken.code,
            severity: broken.code.severity(),
            at: broken.at,
            within: JsonPointer::root(),
            rule: self.sources.position(broken.rule),
            keyword: broken.keyword.map(str::to_owned),
            expected: broken.expected,
            actual: broken.actual,
            message: broken.message,
        }
    }

    /// The violations that the errors of one schema are.
    pub fn blame(&self, errors: Vec<SchemaError>, blame: &Blame<'_>) -> Vec<Violation> {
        let violation = |error: SchemaError| {
            let code = if error.undecided { blame.undecided } else { blame.code };
            let at = (blame.at)(&error);
            let is_body = matches!(at, Place::RequestBody(_) | Place::ResponseBody(_));
            Violation {
                code,
                severity: if error.undecided { Severity::Warning } else { code.severity() },
                at,
                within: if is_body { JsonPointer::root() } else { error.instance.clone() },
                rule: self.sources.position(&error.rule),
                keyword: Some(error.keyword),
                expected: error.expected,
                actual: error.actual.map(|actual| {
                    let secret = blame.secret || self.is_of_password(&error.rule);
                    conceal(actual, &error.instance, secret, &|name| self.is_secret(name))
                }),
                message: format!("{}{}", blame.what, error.message),
            }
        };
        errors.into_iter().map(violation).collect()
    }
}
