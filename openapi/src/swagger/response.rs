//! Response Objects: what they say of their body goes under each media type of `produces`.

use serde_json::{Map, Value, json};

use super::reference::{component, shared};
use super::{Kind, Media, Translator, Way};
use crate::load::LoadError;
use crate::sources::{Spot, refer_to};

impl Translator<'_> {
    /// The `responses` of an operation; `produces` is its own.
    pub(super) fn responses(
        &mut self,
        responses: &Value,
        way: &Way,
        produces: Option<Vec<Media>>,
    ) -> Result<Value, LoadError> {
        let Value::Object(responses) = responses else { return Ok(responses.clone()) };
        let own = produces.is_some();
        let produces = produces.unwrap_or_else(|| self.produces.clone());
        let mut shaped = Map::new();
        for (status, value) in responses {
            let way = way.join(status);
            let response = match value["$ref"].as_str() {
                _ if status.starts_with("x-") => value.clone(),
                Some(reference) => self.response_reference(value, reference, &way, (&produces, own))?,
                None => self.response(value, &way, &produces)?,
            };
            shaped.insert(status.clone(), response);
        }
        Ok(Value::Object(shaped))
    }

    /// What stands for a shared response: a reference where that has the same media types.
    fn response_reference(
        &mut self,
        value: &Value,
        reference: &str,
        way: &Way,
        (produces, own): (&[Media], bool),
    ) -> Result<Value, LoadError> {
        let Ok(target) = self.sources.resolve(&way.written(), reference) else { return Ok(value.clone()) };
        let behind = self.sources.follow(target.clone()).unwrap_or_else(|_| target.clone());
        self.name(&target, Kind::Response);
        self.name(&behind, Kind::Response);
        let has_body = self.sources.get(&behind).is_some_and(|response| response.get("schema").is_some());
        if own && has_body {
            return self.response_again(&behind, way, produces);
        }
        if let Some(name) = shared(&target, "responses") {
            let uri = reference.split('#').next().unwrap_or_default();
            return Ok(json!({ "$ref": refer_to(uri, &component("responses", name)) }));
        }
        Ok(value.clone())
    }

    /// The response at `spot` under other media types.
    fn response_again(&mut self, spot: &Spot, way: &Way, produces: &[Media]) -> Result<Value, LoadError> {
        let Some(value) = self.sources.get(spot) else { return Ok(Value::Null) };
        let from = if spot.file == way.file { spot.pointer.clone() } else { way.from.clone() };
        let way = Way { from, ..way.clone() };
        self.moved(&way);
        let mut shaped = self.without_body(value, &way, spot)?;
        let schema = spot.join("schema");
        let content =
            self.content(&way.join("content"), produces, |translator, way| translator.refer(way, schema))?;
        shaped.insert("content".to_owned(), content);
        Ok(Value::Object(shaped))
    }

    /// A Response Object in its new shape.
    pub(super) fn response(
        &mut self,
        value: &Value,
        way: &Way,
        produces: &[Media],
    ) -> Result<Value, LoadError> {
        if !value.is_object() {
            return Ok(value.clone());
        }
        if let Some(reference) = value["$ref"].as_str() {
            return self.response_reference(value, reference, way, (produces, false));
        }
        let mut shaped = self.without_body(value, way, &way.written())?;
        if let Some(schema) = value.get("schema") {
            let from = way.from.join("schema");
            let mut content = self.content(&way.join("content"), produces, |translator, to| {
                Some(translator.schema(schema, &Way { from, ..to.clone() }))
            })?;
            for (key, example) in value["examples"].as_object().into_iter().flatten() {
                if let Some(entry) = content.get_mut(key) {
                    entry["example"] = example.clone();
                    let to = way.to.join("content").join(key).join("example");
                    self.origin(way.file, &to, &way.from.join("examples").join(key));
                }
            }
            shaped.insert("content".to_owned(), content);
        }
        Ok(Value::Object(shaped))
    }

    /// All of a response but its body. It is written at `spot`.
    fn without_body(
        &mut self,
        value: &Value,
        way: &Way,
        spot: &Spot,
    ) -> Result<Map<String, Value>, LoadError> {
        let mut shaped = Map::new();
        for (key, member) in value.as_object().into_iter().flatten() {
            match (key.as_str(), member) {
                ("schema" | "examples", _) => {}
                ("headers", Value::Object(headers)) => {
                    self.spend(headers.len(), spot)?;
                    let way = way.join("headers");
                    let header = |(name, header): (&String, &Value)| {
                        let header = match header {
                            Value::Object(members) => self.valued(members, &way.join(name), "header"),
                            _ => header.clone(),
                        };
                        (name.clone(), header)
                    };
                    let headers: Map<String, Value> = headers.iter().map(header).collect();
                    shaped.insert(key.clone(), headers.into());
                }
                _ => {
                    shaped.insert(key.clone(), member.clone());
                }
            }
        }
        Ok(shaped)
    }
}
