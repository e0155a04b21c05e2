//! Whether two schemas say the same, without comparing them: for finding which branch of a `oneOf`
//! is which.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use serde_json::Value;

use super::side::{SchemaId, Side, is_annotation};

/// Values that are looked at for one fingerprint, at most. Beyond them a schema is like none other.
const MAX_VALUES: usize = 5_000;

/// References that are followed into one another, at most. Beyond them the name stands for it.
const MAX_REFERENCES: usize = 4;

/// Equal for schemas that say the same in the same words, whatever they are called.
pub(super) fn fingerprint(side: &mut Side<'_>, schema: SchemaId) -> u64 {
    let mut print = Print { side, hasher: DefaultHasher::new(), left: MAX_VALUES };
    print.schema(schema, 0);
    if print.left == 0 {
        print.side.spot(schema).hash(&mut print.hasher);
    }
    print.hasher.finish()
}

struct Print<'p, 'd> {
    side: &'p mut Side<'d>,
    hasher: DefaultHasher,
    left: usize,
}

impl<'d> Print<'_, 'd> {
    fn schema(&mut self, id: SchemaId, references: usize) {
        let name = self.side.reference(id);
        let target = if references < MAX_REFERENCES { self.side.target(id) } else { id };
        if target == id && references >= MAX_REFERENCES && name.is_some() {
            return name.hash(&mut self.hasher);
        }
        let references = references + usize::from(target != id);
        match self.side.value(target) {
            Value::Object(members) => {
                for (keyword, value) in members.iter().filter(|(keyword, _)| !is_annotation(keyword)) {
                    if self.spend() {
                        keyword.hash(&mut self.hasher);
                        self.keyword(target, (keyword, value), references);
                    }
                }
                // Keeps what follows from being taken for a part of it.
                0xff_u8.hash(&mut self.hasher);
            }
            other => self.data(other),
        }
    }

    fn keyword(&mut self, owner: SchemaId, (keyword, value): (&'d str, &'d Value), references: usize) {
        match (keyword, value) {
            ("properties" | "patternProperties" | "dependentSchemas", Value::Object(schemas)) => {
                for (name, schema) in schemas {
                    name.hash(&mut self.hasher);
                    let schema = self.side.named(owner, keyword, (name, schema));
                    self.schema(schema, references);
                }
            }
            ("allOf" | "oneOf" | "anyOf" | "prefixItems", Value::Array(schemas)) => {
                for element in schemas.iter().enumerate() {
                    let schema = self.side.listed(owner, keyword, element);
                    self.schema(schema, references);
                }
            }
            (
                "items"
                | "additionalProperties"
                | "not"
                | "if"
                | "then"
                | "else"
                | "contains"
                | "propertyNames"
                | "unevaluatedItems"
                | "unevaluatedProperties"
                | "contentSchema",
                Value::Object(_) | Value::Bool(_),
            ) => {
                let schema = self.side.keyword(owner, keyword, value);
                self.schema(schema, references);
            }
            ("type", Value::Array(names)) if names.len() == 1 => self.data(&names[0]),
            ("type" | "required" | "enum", Value::Array(names)) => {
                let mut names: Vec<String> = names.iter().map(Value::to_string).collect();
                names.sort_unstable();
                names.hash(&mut self.hasher);
            }
            (_, value) => self.data(value),
        }
    }

    fn data(&mut self, value: &Value) {
        value.to_string().hash(&mut self.hasher);
    }

    fn spend(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }
}
