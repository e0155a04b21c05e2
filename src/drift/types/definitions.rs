//! The named types of a JSON Schema, as they stand among the components of a document: what referred to a
//! definition refers to a component.

use serde_json::{Map, Value};

/// Where a JSON Schema may define types by name.
const PLACES: [&str; 3] = ["$defs", "definitions", "components/schemas"];

/// Its definitions, and itself where it has a title; nothing where there is none.
pub(super) fn definitions(schema: &Value) -> Option<Map<String, Value>> {
    let mut types = Map::new();
    for place in PLACES {
        let defined = schema.pointer(&format!("/{place}")).and_then(Value::as_object);
        types.extend(defined.cloned().unwrap_or_default());
    }
    let own = own(schema);
    let title = own.as_ref().map(|(title, _)| title.clone());
    types.extend(own);
    for schema in types.values_mut() {
        refer_to_components(schema, title.as_deref());
    }
    Some(types).filter(|types| !types.is_empty())
}

/// The schema itself as a type, by its title.
fn own(schema: &Value) -> Option<(String, Value)> {
    let title = schema["title"].as_str()?;
    let mut own = schema.as_object()?.clone();
    for other in ["$schema", "$defs", "definitions", "components", "title"] {
        own.remove(other);
    }
    (!own.is_empty()).then(|| (title.to_owned(), Value::Object(own)))
}

/// Turns the references of a schema around. What stands in `const`, `enum` and examples is data, and no
/// reference, whatever it looks like. `root` is the type that is the whole of the JSON Schema.
fn refer_to_components(schema: &mut Value, root: Option<&str>) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                match (key.as_str(), value) {
                    ("$ref" | "$dynamicRef", Value::String(reference)) => component(reference, root),
                    ("const" | "enum" | "default" | "example" | "examples", _) => {}
                    // Their keys are names of whatever people chose.
                    (
                        "properties" | "patternProperties" | "dependentSchemas" | "$defs" | "definitions",
                        Value::Object(named),
                    ) => named.values_mut().for_each(|it| refer_to_components(it, root)),
                    ("mapping", Value::Object(named)) => {
                        let references = named.values_mut().filter_map(|it| match it {
                            Value::String(reference) => Some(reference),
                            _ => None,
                        });
                        references.for_each(|reference| component(reference, root));
                    }
                    (_, value) => refer_to_components(value, root),
                }
            }
        }
        Value::Array(schemas) => schemas.iter_mut().for_each(|it| refer_to_components(it, root)),
        _ => {}
    }
}

fn component(reference: &mut String, root: Option<&str>) {
    let Some(pointer) = reference.strip_prefix('#') else { return };
    let inner =
        PLACES.iter().find_map(|place| pointer.strip_prefix('/')?.strip_prefix(place)?.strip_prefix('/'));
    let target = match (inner, root) {
        (Some(inner), _) => inner.to_owned(),
        (None, Some(root)) if pointer.is_empty() || pointer.starts_with('/') => {
            format!("{}{pointer}", escaped(root))
        }
        _ => return,
    };
    *reference = format!("#/components/schemas/{target}");
}

/// A name as it stands in a JSON pointer.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_lead_to_components_and_data_stays_what_it_is() {
        let reference = json!({ "$ref": "#/$defs/Inner" });
        let types = definitions(&json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Outer",
            "type": "object",
            "properties": {
                // A property may be called as a keyword is.
                "default": reference,
                "$ref": { "type": "string" },
                "kind": { "const": reference, "enum": [reference], "default": reference, "examples": [reference] },
                "next": { "$ref": "#" },
                "same": { "$ref": "#/properties/kind" },
            },
            "discriminator": { "propertyName": "kind", "mapping": { "inner": "#/definitions/Old" } },
            "$defs": { "Inner": { "anyOf": [{ "$ref": "#/definitions/Old" }, { "$ref": "other.json#/$defs/Far" }] } },
            "definitions": { "Old": { "description": "instead of \"#/definitions/Old\"", "type": "string" } },
        }))
        .unwrap();
        let component = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let outer = &types["Outer"];
        let properties = &outer["properties"];
        assert_eq!(properties["default"], component("Inner"));
        assert_eq!(properties["$ref"], json!({ "type": "string" }));
        assert_eq!(
            properties["kind"],
            json!({ "const": reference, "enum": [reference], "default": reference, "examples": [reference] })
        );
        assert_eq!(properties["next"], component("Outer"));
        assert_eq!(properties["same"], component("Outer/properties/kind"));
        assert_eq!(outer["discriminator"]["mapping"]["inner"], "#/components/schemas/Old");
        assert_eq!(types["Inner"]["anyOf"], json!([component("Old"), { "$ref": "other.json#/$defs/Far" }]));
        assert_eq!(types["Old"]["description"], "instead of \"#/definitions/Old\"");
        assert_eq!((types.len(), outer.get("$defs"), outer.get("title")), (3, None, None));
    }

    #[test]
    fn a_schema_without_names_defines_no_type() {
        assert_eq!(definitions(&json!({ "title": "Empty" })), None);
        assert_eq!(definitions(&json!({ "type": "object" })), None);
        assert_eq!(definitions(&json!(true)), None);
    }
}
