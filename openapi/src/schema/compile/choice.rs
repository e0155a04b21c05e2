//! Reads the keywords that choose among schemas: `allOf`, `anyOf`, `oneOf`, `not` and the
//! discriminator that helps them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Compiler;
use crate::schema::Dialect;
use crate::schema::keywords::branches::Branches;
use crate::schema::keywords::discriminator::{Among, Discriminator};
use crate::schema::node::Rule;
use crate::schema::slots::NodeId;
use crate::sources::is_reference;
use crate::swagger::CLOSED;

impl Compiler<'_> {
    pub(super) fn branches(&mut self) {
        if let Some(branches) = self.list("allOf") {
            self.rules.push(Rule::AllOf(branches.into()));
        }
        let mut one_of = self.list("oneOf").map(|nodes| Branches { nodes: nodes.into() });
        let mut any_of = self.list("anyOf").map(|nodes| Branches { nodes: nodes.into() });
        self.one("not", Rule::Not);
        if self.schemas.dialect.is_of_documents() {
            self.discriminator(&mut one_of, &mut any_of);
        }
        self.rules.extend(one_of.map(Rule::OneOf));
        self.rules.extend(any_of.map(Rule::AnyOf));
    }

    /// Takes the branches among which the discriminator chooses.
    fn discriminator(&mut self, one_of: &mut Option<Branches>, any_of: &mut Option<Branches>) {
        let Some(value) = self.keywords.get("discriminator") else { return };
        let (property, wanted) = match self.schemas.dialect {
            Dialect::AsyncApi => (Some(value), "it is no name of a property"),
            _ => (value.get("propertyName"), "it has no `propertyName`"),
        };
        let Some(property) = property.and_then(Value::as_str) else {
            return self.malformed("discriminator", wanted);
        };
        let among = match (one_of.take(), any_of.take()) {
            (Some(branches), rest) => {
                *any_of = rest;
                Among::OneOf(branches)
            }
            (None, Some(branches)) => Among::AnyOf(branches),
            (None, None) => Among::Components,
        };
        let mapping = value.get("mapping").and_then(Value::as_object).into_iter().flatten();
        let mapping: BTreeMap<_, _> =
            mapping.map(|(value, target)| (value.clone(), self.mapped(target))).collect();
        let default = value.get("defaultMapping").map(|target| self.mapped(target));
        let closed = self.schemas.dialect == Dialect::AsyncApi || value.get(CLOSED).is_some();
        let discriminator = Discriminator { property: property.to_owned(), mapping, default, among, closed };
        self.rules.push(Rule::Discriminator(Box::new(discriminator)));
    }

    /// The schema that a value of a discriminator is mapped to: a reference, or a component's name.
    fn mapped(&self, target: &Value) -> Result<NodeId, String> {
        let target = target.as_str().ok_or("a target of `mapping` is no text")?;
        if let Some(id) = self.schemas.component(self.spot, target) {
            return Ok(id);
        }
        if !is_reference(target) {
            return Err(format!("`mapping` names {target:?}, and no component has this name"));
        }
        let spot = self.schemas.sources.resolve(self.spot, target);
        spot.map(|spot| self.schemas.slots.id(&spot)).map_err(|error| format!("the reference {error}"))
    }
}
