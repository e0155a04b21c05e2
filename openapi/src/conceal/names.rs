//! Names that a document itself says hold secrets: members, parameters and headers of the format
//! `password`, and whatever its security schemes read.

use std::collections::HashSet;

use serde_json::Value;

use crate::pointer::JsonPointer;
use crate::sources::{Sources, Spot};

/// References and compositions inside one another that are looked through for a format.
const MAX_LEVELS: usize = 16;

/// The names, in lower case.
#[derive(Debug, Default)]
pub(crate) struct SecretNames(HashSet<String>);

impl SecretNames {
    /// Reads the names of a document.
    pub fn read(sources: &Sources) -> Self {
        let mut names = Self::default();
        let schemes = sources.root()["components"]["securitySchemes"].as_object().into_iter().flatten();
        for (_, scheme) in schemes.filter(|(_, scheme)| scheme["type"] == "apiKey") {
            names.insert(scheme["name"].as_str().unwrap_or_default());
        }
        for spot in sources.schemas() {
            let Some(schema) = sources.get(&spot) else { continue };
            if is_password(sources, &spot, schema, 0)
                && let Some(name) = owner(sources, &spot)
            {
                names.insert(&name);
            }
            names.read_members(sources, &spot, schema);
        }
        names
    }

    /// Whether `name` is one of them, in any case.
    pub fn has(&self, name: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&name.to_lowercase())
    }

    fn insert(&mut self, name: &str) {
        if !name.is_empty() {
            self.0.insert(name.to_lowercase());
        }
    }

    /// Members at any depth of the schema at `spot`, wherever in it they are described.
    fn read_members(&mut self, sources: &Sources, spot: &Spot, schema: &Value) {
        match schema {
            Value::Object(keywords) => {
                for (keyword, value) in
                    keywords.iter().filter(|(_, value)| value.is_object() || value.is_array())
                {
                    if matches!(keyword.as_str(), "enum" | "const" | "default" | "example" | "examples") {
                        continue;
                    }
                    let place = spot.join(keyword);
                    if matches!(keyword.as_str(), "properties" | "patternProperties") {
                        for (name, member) in value.as_object().into_iter().flatten() {
                            if is_password(sources, &place.join(name), member, 0) {
                                self.insert(name);
                            }
                        }
                    }
                    self.read_members(sources, &place, value);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.read_members(sources, &spot.index(index), item);
                }
            }
            _ => {}
        }
    }
}

/// Whether a value of the schema may be a password, or hold one without a name of its own.
fn is_password(sources: &Sources, spot: &Spot, schema: &Value, level: usize) -> bool {
    if schema["format"] == "password" {
        return true;
    }
    if level == MAX_LEVELS || !schema.is_object() {
        return false;
    }
    if schema.get("$ref").is_some()
        && let Ok(target) = sources.follow(spot.clone())
        && let Some(schema) = sources.get(&target)
    {
        return is_password(sources, &target, schema, level + 1);
    }
    let inside = |place: Spot, schema: &Value| is_password(sources, &place, schema, level + 1);
    let listed = ["allOf", "anyOf", "oneOf", "prefixItems"].iter().any(|keyword| {
        let schemas = schema[keyword].as_array().into_iter().flatten().enumerate();
        schemas.into_iter().any(|(index, schema)| inside(spot.join(keyword).index(index), schema))
    });
    listed
        || ["items", "additionalProperties"]
            .iter()
            .any(|keyword| inside(spot.join(keyword), &schema[keyword]))
}

/// The name of the parameter or header that the schema at `spot` describes.
fn owner(sources: &Sources, spot: &Spot) -> Option<String> {
    let tokens: Vec<String> = spot.pointer.tokens().collect();
    // `…/schema`, or `…/content/TYPE/schema`.
    for end in [1, 3] {
        let above = tokens.len().checked_sub(end)?;
        let (path, _) = tokens.split_at(above);
        let pointer = path.iter().fold(JsonPointer::root(), |so_far, token| so_far.join(token));
        let owner = sources.get(&Spot { file: spot.file, pointer })?;
        if owner.get("in").is_some() {
            return owner["name"].as_str().map(str::to_owned);
        }
        if let [.., map, name] = path
            && map == "headers"
        {
            return Some(name.clone());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::LoadOptions;
    use serde_json::json;

    #[test]
    fn a_document_says_what_is_secret() {
        let text = json!({
            "openapi": "3.0.3",
            "info": { "title": "t", "version": "1" },
            "components": {
                "securitySchemes": { "k": { "type": "apiKey", "in": "query", "name": "Sig" }, "b": { "type": "http", "scheme": "basic" } },
                "schemas": {
                    "Secret": { "allOf": [{ "$ref": "#/components/schemas/Hidden" }] },
                    "Hidden": { "type": "string", "format": "password" },
                    "Loop": { "$ref": "#/components/schemas/Loop2" },
                    "Loop2": { "anyOf": [{ "$ref": "#/components/schemas/Loop" }] },
                    "User": {
                        "type": "object",
                        "properties": {
                            "name": { "type": "string", "example": { "properties": { "decoy": { "format": "password" } } } },
                            "Pin": { "$ref": "#/components/schemas/Secret" },
                            "old": { "type": "array", "items": { "format": "password" } },
                            "nested": { "type": "object", "properties": { "code": { "format": "password" } } }
                        }
                    }
                }
            },
            "paths": { "/x": { "get": {
                "parameters": [
                    { "name": "Unlock", "in": "header", "schema": { "$ref": "#/components/schemas/Hidden" } },
                    { "name": "page", "in": "query", "schema": { "type": "integer" } }
                ],
                "responses": { "200": { "description": "d", "headers": {
                    "X-Next": { "content": { "text/plain": { "schema": { "format": "password" } } } }
                } } }
            } } }
        });
        let sources = Sources::from_text("d.json", &text.to_string(), &LoadOptions::default()).unwrap();
        let mut names: Vec<String> = SecretNames::read(&sources).0.into_iter().collect();
        names.sort();
        assert_eq!(names, ["code", "old", "pin", "sig", "unlock", "x-next"]);
    }
}
