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
    /// What a document of 2.0 says that the operation takes and gives, whether there is a body or
    /// not; empty elsewhere.
    pub consumes: Content,
    pub produces: Content,
}

/// The member under which an operation of 2.0 keeps its `consumes` and `produces` in the shape of
/// 3.0: there the media types stand with the bodies, and so are lost where there is none.
pub(crate) fn listed_key(keyword: &str) -> String {
    format!("x-countersign-{keyword}")
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
    /// Of the whole document.
    pub security: Option<Security>,
}

impl Rules {
    /// Reads the Operation Object at `spot`.
    pub fn read<'d>(
        judge: &Judge<'d>,
        spot: Spot,
        value: &'d Value,
        shared: &Shared,
    ) -> Result<Self, LoadError> {
        let mut parameters = read_parameters(judge, &spot, value)?;
        let inherited = absent(&parameters, shared.parameters.clone());
        parameters.extend(inherited);
        // A path parameter that the path does not have can neither be sent nor be missing.
        parameters.retain(|parameter| {
            parameter.location != Location::Path || shared.captures.contains(&parameter.name)
        });
        // An exploded object that is open takes every query parameter nobody else does: it is last.
        parameters.sort_by_key(|parameter| is_open(judge, parameter));
        let security = match Security::read(judge, &spot, value)? {
            Some(own) => Some(own),
            None => shared.security.clone(),
        };
        Ok(Self {
            parameters,
            body: RequestBody::read(judge, &spot, value)?,
            answers: read_answers(judge, &spot, value)?,
            security,
            captures: shared.captures.clone(),
            consumes: Content::listed(&value[listed_key("consumes")], &spot),
            produces: Content::listed(&value[listed_key("produces")], &spot),
            spot,
        })
    }
}

/// Reads the `parameters` of the Path Item or Operation Object `owner`, which stands at `spot`.
pub(crate) fn read_parameters<'d>(
    judge: &Judge<'d>,
    spot: &Spot,
    owner: &'d Value,
) -> Result<Vec<Parameter>, LoadError> {
    let spot = spot.join("parameters");
    let parameters = owner["parameters"].as_array().into_iter().flatten().enumerate();
    parameters
        .filter_map(|(index, value)| Parameter::read(judge, spot.index(index), value).transpose())
        .collect()
}

/// Those of `more` that `parameters` do not replace.
pub(crate) fn absent(parameters: &[Parameter], mut more: Vec<Parameter>) -> Vec<Parameter> {
    more.retain(|parameter| !parameters.iter().any(|own| own.is_same(parameter)));
    more
}

fn read_answers<'d>(judge: &Judge<'d>, spot: &Spot, operation: &'d Value) -> Result<Vec<Answer>, LoadError> {
    let spot = spot.join("responses");
    let answers = operation["responses"].as_object().into_iter().flatten();
    answers
        .filter(|(key, _)| !key.starts_with("x-"))
        .map(|(key, value)| Answer::read(judge, key, spot.join(key), value))
        .collect()
}

fn is_open(judge: &Judge<'_>, parameter: &Parameter) -> bool {
    let Notation::Styled { style: Style::Form, explode: true, schema } = &parameter.notation else {
        return false;
    };
    Shape::kinds(judge, schema).has(Kinds::OBJECT) && Shape::new(judge).members(schema).1
}

impl RequestBody {
    fn read<'d>(judge: &Judge<'d>, operation: &Spot, value: &'d Value) -> Result<Option<Self>, LoadError> {
        let Some(body) = value.get("requestBody") else { return Ok(None) };
        let (spot, value) = judge.object(operation.join("requestBody"), body, "a request body")?;
        let content = Content::read(judge, value, &spot)?;
        Ok(Some(Self { required: value["required"].as_bool().unwrap_or(false), spot, content }))
    }
}
