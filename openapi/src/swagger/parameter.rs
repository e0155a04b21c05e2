//! Parameter and Header Objects: what they say of their value becomes its schema, and
//! `collectionFormat` the style in which it is written.

use serde_json::{Map, Value, json};

use super::reference::{component, is_shaped, shared};
use super::schema::adapt_file;
use super::{Kind, Translator, Way};
use crate::load::LoadError;
use crate::sources::{Spot, refer_to};

/// What a parameter, header or item says of its value.
const KEYWORDS: [&str; 19] = [
    "type",
    "format",
    "items",
    "default",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "enum",
    "multipleOf",
    "x-nullable",
    "readOnly",
    "title",
];

/// A parameter that goes into the body of a request.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    /// Behind all references.
    pub(super) spot: Spot,
    /// Where it is listed.
    pub(super) listed: Spot,
    /// Whether it is one field of a form, and not all of the body.
    pub(super) is_field: bool,
}

/// The style and `explode` of a list.
pub(super) type Notation = (&'static str, bool);

impl Translator<'_> {
    /// The `parameters` of a path or an operation: those of the new shape, and those that go into the
    /// body.
    pub(super) fn parameters(&mut self, list: &Value, way: &Way) -> Result<(Value, Vec<Carried>), LoadError> {
        let Value::Array(list) = list else { return Ok((list.clone(), Vec::new())) };
        let (mut plain, mut carried) = (Vec::new(), Vec::new());
        for (index, value) in list.iter().enumerate() {
            let listed = way.written().index(index);
            let spot = self.sources.follow(listed.clone()).unwrap_or_else(|_| listed.clone());
            let kind = self.sources.get(&spot).and_then(|parameter| parameter["in"].as_str());
            if let Some(kind @ ("body" | "formData")) = kind {
                carried.push(Carried { spot, listed, is_field: kind == "formData" });
                continue;
            }
            let to = way.to.index(plain.len());
            let way = Way { file: way.file, from: listed.pointer, to };
            self.moved(&way);
            plain.push(self.plain_parameter(value, &way)?);
        }
        Ok((plain.into(), carried))
    }

    /// An entry of `components.parameters`; none where it goes into a body.
    pub(super) fn shared_parameter(&mut self, value: &Value, way: &Way) -> Result<Option<Value>, LoadError> {
        let target = self.sources.follow(way.written()).ok().and_then(|spot| self.sources.get(&spot));
        let kind = target.and_then(|parameter| parameter["in"].as_str());
        if matches!(kind, Some("body" | "formData")) {
            return Ok(None);
        }
        self.plain_parameter(value, way).map(Some)
    }

    fn plain_parameter(&mut self, value: &Value, way: &Way) -> Result<Value, LoadError> {
        let Some(reference) = value["$ref"].as_str() else { return self.parameter(value, way) };
        let Ok(target) = self.sources.resolve(&way.written(), reference) else { return Ok(value.clone()) };
        let uri = reference.split('#').next().unwrap_or_default();
        if let Some(name) = shared(&target, "parameters") {
            return Ok(json!({ "$ref": refer_to(uri, &component("parameters", name)) }));
        }
        if is_shaped(&target) {
            // Some operation's own, which may stand elsewhere in the new list.
            let target = self.sources.follow(target.clone()).unwrap_or(target);
            let from = if target.file == way.file { target.pointer.clone() } else { way.from.clone() };
            let way = Way { from, ..way.clone() };
            self.moved(&way);
            return self.parameter(self.sources.get(&target).unwrap_or(value), &way);
        }
        self.name(&target, Kind::Parameter);
        Ok(value.clone())
    }

    /// A Parameter Object in its new shape.
    pub(super) fn parameter(&mut self, value: &Value, way: &Way) -> Result<Value, LoadError> {
        let Value::Object(members) = value else { return Ok(value.clone()) };
        if members.contains_key("$ref") {
            return self.plain_parameter(value, way);
        }
        let location = members.get("in").and_then(Value::as_str).unwrap_or_default();
        match location {
            // One that goes into a body is looked into by the operations that refer to it.
            "body" => return Ok(self.with_schema(members, way)),
            "formData" => return Ok(value.clone()),
            "" | "path" | "query" | "header" => {}
            _ => {
                let name = members.get("name").and_then(Value::as_str).unwrap_or_default();
                return Err(LoadError::BadDocument {
                    from: self.sources.position(&way.written().join("in")),
                    reason: format!(
                        "the parameter {name:?} is in none of `path`, `query`, `header`, `formData` and `body`"
                    ),
                });
            }
        }
        if members.contains_key("schema") {
            return Ok(self.with_schema(members, way));
        }
        Ok(self.valued(members, way, location))
    }

    /// A parameter or header whose schema stands where that of 3.0 does.
    fn with_schema(&mut self, members: &Map<String, Value>, way: &Way) -> Value {
        let mut shaped = members.clone();
        if let Some(schema) = members.get("schema") {
            let schema = self.schema(schema, &way.join("schema"));
            shaped.insert("schema".to_owned(), schema);
        }
        Value::Object(shaped)
    }

    /// A parameter or header that says itself what its value is.
    pub(super) fn valued(&mut self, members: &Map<String, Value>, way: &Way, location: &str) -> Value {
        let (mut shaped, mut schema) = (Map::new(), Map::new());
        for (key, value) in members {
            let into = if KEYWORDS.contains(&key.as_str()) { &mut schema } else { &mut shaped };
            into.insert(key.clone(), value.clone());
        }
        shaped.remove("collectionFormat");
        if let Some((style, explode)) = self.notation(members, &way.written(), location) {
            shaped.insert("style".to_owned(), style.into());
            shaped.insert("explode".to_owned(), explode.into());
            for keyword in ["style", "explode"] {
                self.origin(way.file, &way.to.join(keyword), &way.from.join("collectionFormat"));
            }
        }
        self.origin(way.file, &way.to.join("schema"), &way.from);
        shaped.insert("schema".to_owned(), self.simple(schema, &way.written()));
        Value::Object(shaped)
    }

    /// The schema of a value that is no object.
    pub(super) fn simple(&mut self, mut keywords: Map<String, Value>, at: &Spot) -> Value {
        keywords.retain(|keyword, _| KEYWORDS.contains(&keyword.as_str()));
        adapt_file(&mut keywords);
        if let Some(nullable) = keywords.remove("x-nullable") {
            keywords.insert("nullable".to_owned(), nullable);
        }
        if let Some(Value::Object(items)) = keywords.remove("items") {
            let at = at.join("items");
            let items = if items.get("type").is_some_and(|of| of == "array") {
                let message =
                    "lists inside a list have no style in OpenAPI 3.0: their elements are not judged";
                self.remark(at, message);
                Value::Object(Map::new())
            } else {
                self.simple(items, &at)
            };
            keywords.insert("items".to_owned(), items);
        }
        Value::Object(keywords)
    }

    /// How a list is written; `None` where the value is none.
    pub(super) fn notation(
        &mut self,
        members: &Map<String, Value>,
        at: &Spot,
        location: &str,
    ) -> Option<Notation> {
        if members.get("type").is_none_or(|of| of != "array") {
            return None;
        }
        let has_pairs = matches!(location, "query" | "formData");
        let commas = if has_pairs { ("form", false) } else { ("simple", false) };
        let format = members.get("collectionFormat").and_then(Value::as_str).unwrap_or("csv");
        Some(match format {
            "csv" => commas,
            "ssv" => ("spaceDelimited", false),
            "tsv" => ("tabDelimited", false),
            "pipes" => ("pipeDelimited", false),
            "multi" if has_pairs => ("form", true),
            _ => {
                let message = format!("{format:?} is no way to write a list here: `csv` is taken instead");
                self.remark(at.join("collectionFormat"), message);
                commas
            }
        })
    }
}
