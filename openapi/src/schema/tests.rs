//! What the test suites do not ask: OpenAPI's own keywords, the places in errors, hostile schemas.

mod composition;
mod dialects;
mod direction;
mod discriminator;
mod hostile;

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Dialect, Direction, Schema, SchemaError, Schemas};
use crate::load::LoadOptions;
use crate::pointer::JsonPointer;
use crate::sources::{Sources, Spot};

/// Takes more steps back than there is time on a text of many `a` and no `b`.
const HOSTILE_PATTERN: &str = r"^(?:(a+)\1?)+b\1$";

/// A document with the component schemas that `schemas` writes down as YAML, each on one line.
struct Components(Schemas);

impl Components {
    fn of_3_0(schemas: &str) -> Self {
        Self::new("3.0.3", schemas, Dialect::OpenApi30)
    }

    fn of_3_1(schemas: &str) -> Self {
        Self::new("3.1.0", schemas, Dialect::OpenApi31)
    }

    fn new(version: &str, schemas: &str, dialect: Dialect) -> Self {
        let schemas: Vec<String> =
            schemas.trim().lines().map(|line| format!("    {}", line.trim())).collect();
        let schemas = schemas.join("\n");
        let text = format!("openapi: {version}\ncomponents:\n  schemas:\n{schemas}");
        let sources = Sources::from_text("doc.yaml", &text, &LoadOptions::default()).expect("loads");
        Self(Schemas::new(Arc::new(sources), dialect).expect("a known dialect"))
    }

    fn check(&self, schema: &str, direction: Direction, instance: &Value) -> Vec<SchemaError> {
        let pointer = JsonPointer::root().join("components").join("schemas").join(schema);
        self.0.check(&Spot::root(pointer), instance, direction)
    }

    /// `pointer into the instance: keyword` of each error of a response.
    fn broken(&self, schema: &str, instance: &Value) -> Vec<String> {
        short(&self.check(schema, Direction::Response, instance))
    }
}

fn short(errors: &[SchemaError]) -> Vec<String> {
    errors.iter().map(|error| format!("{}: {}", error.instance, error.keyword)).collect()
}

fn errors(schema: &Value, instance: &Value) -> Vec<SchemaError> {
    Schema::compile(schema, Dialect::OpenApi31).expect("compiles").errors(instance)
}

#[test]
fn an_error_has_both_places_and_both_values() {
    let components = Components::of_3_0(
        "Show: {type: object, properties: {tags: {type: array, items: {$ref: '#/components/schemas/Tag'}}}}
         Tag: {type: string, maxLength: 3}",
    );
    let errors = components.check("Show", Direction::Response, &json!({"tags": ["abc", "abcd"]}));
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!(error.instance.as_str(), "/tags/1");
    let position = components.0.sources.position(&error.rule);
    assert_eq!((position.pointer.as_str(), position.line), ("/components/schemas/Tag/maxLength", Some(5)));
    assert_eq!((&error.expected, &error.actual), (&json!(3), &Some(json!("abcd"))));
    assert_eq!(error.message, "value is longer than 3 characters");
    assert!(!error.undecided);
}

#[test]
fn errors_come_sorted_and_each_once() {
    let schema = json!({
        "allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}],
        "required": ["z"],
        "$defs": {"a": {"properties": {"b": {"type": "string"}, "a": {"minimum": 2, "type": "string"}}}}
    });
    let found = short(&errors(&schema, &json!({"b": 1, "a": 1})));
    assert_eq!(found, [": required", "/a: minimum", "/a: type", "/b: type"]);
}

#[test]
fn what_is_told_of_a_value_is_cut() {
    let long = "x".repeat(10_000);
    let errors =
        errors(&json!({"type": "integer"}), &json!({"a": [[[[long]]]], "b": vec![0; 50], "c": long}));
    let actual = errors[0].actual.as_ref().expect("a value").to_string();
    assert!(actual.len() < 1_000, "{actual}");
    assert!(!errors[0].message.contains("xx"));
}

#[test]
fn a_keyword_without_a_meaning_is_no_verdict() {
    let components = Components::of_3_0(
        "A: {type: object, required: true}
         B: {type: strin}
         C: {type: string, pattern: '('}
         D: {$ref: '#/components/schemas/A/type'}",
    );
    for (schema, keyword) in [("A", "required"), ("B", "type"), ("C", "pattern"), ("D", "schema")] {
        let errors = components.check(schema, Direction::Response, &json!("x"));
        let undecided: Vec<_> = errors.iter().filter(|error| error.undecided).collect();
        assert_eq!(undecided.len(), 1, "{errors:?}");
        assert!(undecided[0].keyword == keyword || schema == "D", "{errors:?}");
        assert!(undecided[0].message.starts_with("could not be judged: "), "{errors:?}");
    }
    let error = components.0.compile_all().expect_err("refused").to_string();
    assert!(error.starts_with("doc.yaml:4: "), "{error}");
}
