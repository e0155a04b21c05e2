//! Path Item and Operation Objects.

use serde_json::{Map, Value};

use super::parameter::Carried;
use super::{Kind, Translator, Way, media_types};
use crate::document::METHODS;
use crate::load::LoadError;
use crate::operation::listed_key;
use crate::pointer::JsonPointer;
use crate::sources::FileId;

impl Translator<'_> {
    pub(super) fn paths(&mut self, paths: &Value) -> Result<Value, LoadError> {
        let Value::Object(paths) = paths else { return Ok(paths.clone()) };
        let place = JsonPointer::root().join("paths");
        let mut shaped = Map::new();
        for (path, item) in paths {
            let here = place.join(path);
            let way = Way { file: FileId::ROOT, from: here.clone(), to: here };
            let item = if path.starts_with("x-") { item.clone() } else { self.path_item(item, &way)? };
            shaped.insert(path.clone(), item);
        }
        Ok(Value::Object(shaped))
    }

    /// A path with its operations. None of them changes its place.
    pub(super) fn path_item(&mut self, item: &Value, way: &Way) -> Result<Value, LoadError> {
        let Value::Object(members) = item else { return Ok(item.clone()) };
        let mut shaped = members.clone();
        let mut carried = Vec::new();
        if let Some(list) = members.get("parameters") {
            let plain;
            (plain, carried) = self.parameters(list, &way.join("parameters"))?;
            shaped.insert("parameters".to_owned(), plain);
        }
        if let Some(Value::String(reference)) = members.get("$ref")
            && let Ok(target) = self.sources.resolve(&way.written(), reference)
        {
            self.name(&target, Kind::PathItem);
        }
        for method in METHODS {
            if let Some(Value::Object(operation)) = members.get(method) {
                let operation = self.operation(operation, &way.join(method), &carried)?;
                shaped.insert(method.to_owned(), operation);
            }
        }
        Ok(Value::Object(shaped))
    }

    fn operation(
        &mut self,
        members: &Map<String, Value>,
        way: &Way,
        inherited: &[Carried],
    ) -> Result<Value, LoadError> {
        let mut shaped = members.clone();
        for keyword in ["consumes", "produces", "schemes"] {
            shaped.remove(keyword);
        }
        let mut carried = Vec::new();
        if let Some(list) = members.get("parameters") {
            let plain;
            (plain, carried) = self.parameters(list, &way.join("parameters"))?;
            shaped.insert("parameters".to_owned(), plain);
        }
        self.inherit(&mut carried, inherited);
        let consumes = media_types(members.get("consumes"), &way.written().join("consumes"));
        if let Some(body) = self.request_body(&carried, way, consumes)? {
            shaped.insert("requestBody".to_owned(), body);
        }
        if let Some(responses) = members.get("responses") {
            let produces = media_types(members.get("produces"), &way.written().join("produces"));
            let responses = self.responses(responses, &way.join("responses"), produces)?;
            shaped.insert("responses".to_owned(), responses);
        }
        for keyword in ["consumes", "produces"] {
            let own = media_types(members.get(keyword), &way.written().join(keyword));
            let listed = if keyword == "consumes" { &self.consumes } else { &self.produces };
            let keys = own.as_ref().unwrap_or(listed).iter().filter(|media| media.from.is_some());
            let keys: Vec<Value> = keys.map(|media| media.key.as_str().into()).collect();
            self.spend(keys.len(), &way.written())?;
            if !keys.is_empty() {
                shaped.insert(listed_key(keyword), Value::Array(keys));
            }
        }
        if let Some(servers) = self.own_servers(members, way) {
            shaped.insert("servers".to_owned(), servers);
        }
        Ok(Value::Object(shaped))
    }

    /// Adds those of the path that the operation has none of its own for.
    fn inherit(&self, own: &mut Vec<Carried>, inherited: &[Carried]) {
        let name = |carried: &Carried| self.sources.get(&carried.spot).map(|value| &value["name"]);
        let has_body = own.iter().any(|carried| !carried.is_field);
        let count = own.len();
        for more in inherited {
            let replaced = if more.is_field {
                has_body || own[..count].iter().any(|own| own.is_field && name(own) == name(more))
            } else {
                count > 0
            };
            if !replaced {
                own.push(more.clone());
            }
        }
    }
}
