//! Takes examples out of a file that was read: they describe nothing that schemas do not, and are a
//! third of some large documents.

use serde_json::Value;

use super::walk::{Holds, Identifiers, holds};

/// Takes the examples out of `value`; where they stood stays known.
pub(super) fn forget_examples(value: &mut Value, identifiers: Identifiers) {
    match value {
        Value::Object(members) => {
            for (keyword, value) in members {
                match holds(keyword, identifiers) {
                    Holds::Keywords => forget_examples(value, identifiers),
                    Holds::Names => forget_below(value, identifiers),
                    Holds::Examples => empty(value),
                    Holds::Data if keyword == "example" => *value = Value::Null,
                    Holds::Mapping | Holds::Data => {}
                }
            }
        }
        Value::Array(elements) => {
            for element in elements {
                forget_examples(element, identifiers);
            }
        }
        _ => {}
    }
}

fn forget_below(value: &mut Value, identifiers: Identifiers) {
    match value {
        Value::Object(members) => {
            for member in members.values_mut() {
                forget_examples(member, identifiers);
            }
        }
        other => forget_examples(other, identifiers),
    }
}

/// Empties examples by name, or a list of them. References among them stay: something stands there yet.
fn empty(examples: &mut Value) {
    match examples {
        Value::Object(examples) => {
            for example in examples.values_mut().filter_map(Value::as_object_mut) {
                for data in ["value", "dataValue"] {
                    if let Some(value) = example.get_mut(data) {
                        *value = Value::Null;
                    }
                }
            }
        }
        Value::Array(examples) => examples.clear(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn examples_go_and_what_is_called_so_stays() {
        let mut document = json!({
            "components": {
                "examples": {"show": {"summary": "a show", "value": {"id": 1}}, "other": {"$ref": "#/x"}},
                "schemas": {
                    "examples": {"type": "object"},
                    "Show": {
                        "properties": {"example": {"type": "string", "example": "x"}, "value": {"const": 1}},
                        "examples": [{"id": 2}],
                        "default": {"example": 3}
                    }
                }
            }
        });
        forget_examples(&mut document, Identifiers::None);
        let left = json!({
            "components": {
                "examples": {"show": {"summary": "a show", "value": null}, "other": {"$ref": "#/x"}},
                "schemas": {
                    "examples": {"type": "object"},
                    "Show": {
                        "properties": {"example": {"type": "string", "example": null}, "value": {"const": 1}},
                        "examples": [],
                        "default": {"example": 3}
                    }
                }
            }
        });
        assert_eq!(document, left);
    }
}
