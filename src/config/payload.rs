//! JSON that is written in TOML, with placeholders in its texts.

use std::ops::Range;

use serde_json::{Map, Number, Value};
use toml::Spanned;

use super::problem::Problem;
use super::template::{Filling, Malformed, Template, Unfillable};
use crate::secrets::Secrets;

/// A JSON value whose texts are templates.
#[derive(Clone, Debug)]
pub enum Payload {
    Text(Template),
    /// A number or a boolean.
    Plain(Value),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Payload {
    /// What `written` means as JSON; a point in time is a text.
    pub(super) fn parse(written: Spanned<toml::Value>) -> Result<Self, Problem> {
        let span = written.span();
        Self::read(written.into_inner(), &span)
    }

    fn read(written: toml::Value, span: &Range<usize>) -> Result<Self, Problem> {
        Ok(match written {
            toml::Value::String(text) => Self::text(text, span)?,
            toml::Value::Datetime(time) => Self::text(time.to_string(), span)?,
            toml::Value::Integer(number) => Self::Plain(number.into()),
            toml::Value::Float(number) => {
                Self::Plain(Value::Number(Number::from_f64(number).ok_or_else(|| {
                    Problem::new(span.clone(), format!("JSON has no number {number}"), "take another one")
                })?))
            }
            toml::Value::Boolean(truth) => Self::Plain(truth.into()),
            toml::Value::Array(items) => {
                Self::List(items.into_iter().map(|item| Self::read(item, span)).collect::<Result<_, _>>()?)
            }
            toml::Value::Table(members) => {
                let read = |(name, value)| Self::read(value, span).map(|value| (name, value));
                Self::Object(members.into_iter().map(read).collect::<Result<_, _>>()?)
            }
        })
    }

    fn text(text: String, span: &Range<usize>) -> Result<Self, Problem> {
        let refused = |why: Malformed| {
            Problem::new(
                span.clone(),
                why.to_string(),
                "correct the placeholder, or write $$ for a dollar sign",
            )
        };
        Template::parse(text, span.clone()).map(Self::Text).map_err(refused)
    }

    /// The texts of it.
    pub(super) fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Text(text) => vec![text],
            Self::Plain(_) => vec![],
            Self::List(items) => items.iter().flat_map(Self::templates).collect(),
            Self::Object(members) => members.iter().flat_map(|(_, value)| value.templates()).collect(),
        }
    }

    /// The value; what came from the environment is noted among `secrets`.
    pub fn fill(&self, filling: &Filling<'_>, secrets: &mut Secrets) -> Result<Value, Unfillable> {
        Ok(match self {
            Self::Text(text) => Value::String(text.fill(filling, secrets)?),
            Self::Plain(value) => value.clone(),
            Self::List(items) => {
                Value::Array(items.iter().map(|item| item.fill(filling, secrets)).collect::<Result<_, _>>()?)
            }
            Self::Object(members) => {
                let mut object = Map::new();
                for (name, value) in members {
                    object.insert(name.clone(), value.fill(filling, secrets)?);
                }
                Value::Object(object)
            }
        })
    }
}
