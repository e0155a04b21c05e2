//! From text to values: which kinds of value a schema allows, and which of them a text can be.
//!
//! The schema decides: `7` is a string for one and an integer for another. Where it allows both, each is tried.

use std::ops::BitAnd;

use serde_json::{Map, Number, Value};

use super::style::Wire;
use crate::judge::Judge;
use crate::sources::Spot;

/// Schemas that are looked at to learn what one schema allows, at most: a bound on cycles, and on
/// schemas that refer to each other without end.
const MAX_SCHEMAS: usize = 200;

/// A set of kinds of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kinds(u8);

impl Kinds {
    pub const NONE: Self = Self(0);
    pub const NULL: Self = Self(1);
    pub const BOOLEAN: Self = Self(2);
    pub const NUMBER: Self = Self(4);
    pub const STRING: Self = Self(8);
    pub const ARRAY: Self = Self(16);
    pub const OBJECT: Self = Self(32);
    pub const COMPOUND: Self = Self(48);
    pub const ALL: Self = Self(63);

    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub const fn has_scalar(self) -> bool {
        !self.without(Self::COMPOUND).is_empty()
    }

    fn named(name: &str) -> Self {
        match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" | "number" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => Self::NONE,
        }
    }

    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(_) => Self::NUMBER,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    fn union(kinds: impl IntoIterator<Item = Self>) -> Self {
        kinds.into_iter().fold(Self::NONE, Self::with)
    }
}

impl BitAnd for Kinds {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// What a schema says of the shape of values, learnt from its text.
pub(crate) struct Shape<'j> {
    judge: &'j Judge<'j>,
    /// Schemas that may still be looked at.
    budget: usize,
}

impl<'j> Shape<'j> {
    pub fn new(judge: &'j Judge<'j>) -> Self {
        Self { judge, budget: MAX_SCHEMAS }
    }

    /// The kinds that the schema allows; one that says nothing of kinds is taken to mean a string,
    /// which is what every text is.
    pub fn kinds(judge: &'j Judge<'j>, schema: &Spot) -> Kinds {
        match Self::new(judge).allowed(schema) {
            Kinds::ALL | Kinds::NONE => Kinds::STRING,
            kinds => kinds,
        }
    }

    fn allowed(&mut self, schema: &Spot) -> Kinds {
        let Some((spot, value)) = self.enter(schema) else { return Kinds::ALL };
        let own = match (&value["type"], &value["enum"]) {
            (Value::String(name), _) => Kinds::named(name),
            (Value::Array(names), _) => {
                Kinds::union(names.iter().filter_map(Value::as_str).map(Kinds::named))
            }
            (_, Value::Array(values)) => Kinds::union(values.iter().map(Kinds::of)),
            _ if value.get("const").is_some() => Kinds::of(&value["const"]),
            _ if value.get("properties").is_some() => Kinds::OBJECT,
            _ if value.get("items").is_some() => Kinds::ARRAY,
            _ => Kinds::ALL,
        };
        let nullable = value["nullable"].as_bool() == Some(true);
        let mut kinds = if nullable { own.with(Kinds::NULL) } else { own };
        for (key, all) in [("allOf", true), ("anyOf", false), ("oneOf", false)] {
            let branches = branches(value, &spot, key);
            if branches.is_empty() {
                continue;
            }
            let allowed = branches.iter().map(|branch| self.allowed(branch));
            let together = if all { allowed.fold(Kinds::ALL, Kinds::bitand) } else { Kinds::union(allowed) };
            kinds = kinds & together;
        }
        kinds
    }

    /// The schemas of the member `name` of an object, or of all its other members.
    pub fn member(&mut self, schema: &Spot, name: &str) -> Vec<Spot> {
        let Some((spot, value)) = self.enter(schema) else { return Vec::new() };
        let mut found = Vec::new();
        if value["properties"].get(name).is_some() {
            found.push(spot.join("properties").join(name));
        } else if value["additionalProperties"].is_object() {
            found.push(spot.join("additionalProperties"));
        }
        for branch in all_branches(value, &spot) {
            found.append(&mut self.member(&branch, name));
        }
        found
    }

    /// The schemas of the elements of an array.
    pub fn items(&mut self, schema: &Spot) -> Vec<Spot> {
        let Some((spot, value)) = self.enter(schema) else { return Vec::new() };
        let mut found = Vec::new();
        if value["items"].is_object() {
            found.push(spot.join("items"));
        }
        for branch in all_branches(value, &spot) {
            found.append(&mut self.items(&branch));
        }
        found
    }

    /// Names of the members that the schema tells of, and whether it asks for others too.
    pub fn members(&mut self, schema: &Spot) -> (Vec<String>, bool) {
        let Some((spot, value)) = self.enter(schema) else { return (Vec::new(), false) };
        let mut names: Vec<String> = value["properties"]
            .as_object()
            .map(|members| members.keys().cloned().collect())
            .unwrap_or_default();
        let mut others = value["additionalProperties"].is_object() || value["additionalProperties"] == true;
        for branch in all_branches(value, &spot) {
            let (mut more, open) = self.members(&branch);
            names.append(&mut more);
            others |= open;
        }
        (names, others)
    }

    /// The schema itself, behind its references; none once the budget is spent.
    fn enter(&mut self, schema: &Spot) -> Option<(Spot, &'j Value)> {
        self.budget = self.budget.checked_sub(1)?;
        let value = self.judge.sources.get(schema)?;
        if value.get("$ref").is_none() {
            return Some((schema.clone(), value));
        }
        let spot = self.judge.sources.follow(schema.clone()).ok()?;
        let value = self.judge.sources.get(&spot)?;
        Some((spot, value))
    }
}

fn branches(value: &Value, spot: &Spot, key: &str) -> Vec<Spot> {
    let count = value[key].as_array().map_or(0, Vec::len);
    (0..count).map(|index| spot.join(key).index(index)).collect()
}

fn all_branches(value: &Value, spot: &Spot) -> Vec<Spot> {
    ["allOf", "anyOf", "oneOf"].into_iter().flat_map(|key| branches(value, spot, key)).collect()
}

impl Judge<'_> {
    /// The value that `wire` is under any of `schemas`; text where nothing better fits.
    pub fn coerce(&self, wire: &Wire, schemas: &[Spot]) -> Value {
        match wire {
            Wire::Text(text) => self.coerce_text(text, schemas),
            Wire::List(items) => {
                let inner: Vec<Spot> =
                    schemas.iter().flat_map(|schema| Shape::new(self).items(schema)).collect();
                items.iter().map(|item| self.coerce(item, &inner)).collect()
            }
            Wire::Fields(fields) => {
                let member = |name: &str| -> Vec<Spot> {
                    schemas.iter().flat_map(|schema| Shape::new(self).member(schema, name)).collect()
                };
                let fields =
                    fields.iter().map(|(name, wire)| (name.clone(), self.coerce(wire, &member(name))));
                Value::Object(fields.collect::<Map<_, _>>())
            }
        }
    }

    fn coerce_text(&self, text: &str, schemas: &[Spot]) -> Value {
        let kinds = Kinds::union(schemas.iter().map(|schema| Shape::kinds(self, schema)));
        let mut candidates = candidates(text, kinds);
        if candidates.len() > 1 {
            let fits = |value: &Value| schemas.iter().any(|schema| self.allows(schema, value));
            let best = candidates.iter().position(fits).unwrap_or(0);
            candidates.swap(0, best);
        }
        candidates.swap_remove(0)
    }
}

/// What `text` may be among `kinds`; never nothing.
fn candidates(text: &str, kinds: Kinds) -> Vec<Value> {
    let mut values = Vec::new();
    if kinds.has(Kinds::NUMBER)
        && let Ok(number) = serde_json::from_str::<Number>(text)
    {
        values.push(Value::Number(number));
    }
    if kinds.has(Kinds::BOOLEAN)
        && let Ok(boolean) = text.parse::<bool>()
    {
        values.push(Value::Bool(boolean));
    }
    if kinds.has(Kinds::NULL) && (text.is_empty() || text == "null") {
        values.push(Value::Null);
    }
    if kinds.has(Kinds::STRING) || values.is_empty() {
        values.push(Value::String(text.to_owned()));
    }
    values
}
