//! One operation, read once: what it takes, what it answers with, and what it asks for.

use serde_json::Value;

use crate::body::Content;
use crate::judge::Judge;
use crate::load::LoadError;
use crate::parameter::coerce::{Kinds, Shape};
use crate::parameter::style::Style;
use crate::parameter::{Location, Notation, Parameter};
use crate::response::Answer;
use crate::security::Security;
use crate::sources::Spot;

/// What a document says of one operation, behind all references.
#[derive(Debug)]
pub(crate) struct Rules {
    pub spot: Spot,
    /// Of the operation and of its path, without those that the operation replaces.
    pub parameters: Vec<Parameter>,
    /// None where the operation takes no body.
    pub body: Option<RequestBody>,
    /// In the order of the document's keys, `default` among them.
    pub answers: Vec<Answer>,
    pub security: Option<Security>,
    /// Names between the braces of the path, in order.
    pub captures: Vec<String>,
}

/// A Request Body Object.
#[derive(Debug)]
pub(crate) struct RequestBody {
    pub required: bool,
    pub spot: Spot,
    pub content: Content,
}

/// What all operations of one path share.
pub(crate) struct Shared {
    pub parameters: Vec<Parameter>,
    pub captures: Vec<String>,
}

impl Rules {
    /// Reads the Operation Object at `spot`.
    pub fn read(judge: &Judge<'_>, spot: Spot, shared: &Shared) -> Result<Self, LoadError> {
        let (spot, value) = judge.object(spot, "an operation")?;
        let mut parameters = read_parameters(judge, &spot)?;
        for parameter in &shared.parameters {
            if !parameters.iter().any(|own| own.is_same(parameter)) {
                parameters.push(parameter.clone());
            }
        }
        // A path parameter that the path does not have can neither be sent nor be missing.
        parameters.retain(|parameter| {
            parameter.location != Location::Path || shared.captures.contains(&parameter.name)
        });
        // An exploded object that is open takes every query parameter nobody else does: it is last.
        parameters.sort_by_key(|parameter| is_open(judge, parameter));
        let document = Spot::root(crate::JsonPointer::root());
        let security = match value.get("security") {
            Some(_) => Security::read(judge, spot.join("security"))?,
            None => Security::read(judge, document.join("security"))?,
        };
        Ok(Self {
            parameters,
            body: RequestBody::read(judge, &spot, value)?,
            answers: read_answers(judge, &spot, value)?,
            security,
            captures: shared.captures.clone(),
            spot,
        })
    }
}

/// Reads the `parameters` of the Path Item or Operation Object at `spot`.
pub(crate) fn read_parameters(judge: &Judge<'_>, spot: &Spot) -> Result<Vec<Parameter>, LoadError> {
    let spot = spot.join("parameters");
    let count = judge.sources.get(&spot).and_then(Value::as_array).map_or(0, Vec::len);
    (0..count).filter_map(|index| Parameter::read(judge, spot.index(index)).transpose()).collect()
}

fn read_answers(judge: &Judge<'_>, spot: &Spot, value: &Value) -> Result<Vec<Answer>, LoadError> {
    let keys = value["responses"].as_object().into_iter().flat_map(|responses| responses.keys());
    keys.filter(|key| !key.starts_with("x-"))
        .map(|key| Answer::read(judge, key, spot.join("responses").join(key)))
        .collect()
}

fn is_open(judge: &Judge<'_>, parameter: &Parameter) -> bool {
    let Notation::Styled { style: Style::Form, explode: true, schema } = &parameter.notation else {
        return false;
    };
    Shape::kinds(judge, schema).has(Kinds::OBJECT) && Shape::new(judge).members(schema).1
}

impl RequestBody {
    fn read(judge: &Judge<'_>, operation: &Spot, value: &Value) -> Result<Option<Self>, LoadError> {
        if value.get("requestBody").is_none() {
            return Ok(None);
        }
        let (spot, value) = judge.object(operation.join("requestBody"), "a request body")?;
        let content = Content::read(value, &spot);
        Ok(Some(Self { required: value["required"].as_bool().unwrap_or(false), spot, content }))
    }
}
