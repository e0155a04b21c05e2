//! Schemas and values that mean harm: each gets an answer.

use serde_json::{Map, Value, json};

use super::{Components, HOSTILE_PATTERN, errors, short};
use crate::schema::Direction::Response;

#[test]
fn a_schema_that_only_names_itself_asks_for_nothing() {
    for schema in [
        json!({"allOf": [{"$ref": "#"}]}),
        json!({"anyOf": [{"$ref": "#"}]}),
        json!({"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"$ref": "#/$defs/a"}}}),
        json!({"$dynamicRef": "#a", "$dynamicAnchor": "a"}),
    ] {
        assert!(errors(&schema, &json!({"x": [1]})).is_empty(), "{schema}");
    }
}

#[test]
fn a_schema_that_denies_itself_is_no_verdict() {
    let told = errors(&json!({"not": {"$ref": "#"}}), &json!(1));
    assert!(told.len() == 1 && told[0].undecided, "{told:?}");
}

#[test]
fn a_schema_that_holds_itself_is_followed_down() {
    let tree = json!({"properties": {"next": {"$ref": "#"}, "value": {"type": "integer"}}});
    assert_eq!(short(&errors(&tree, &json!({"next": {"next": {"value": "x"}}}))), ["/next/next/value: type"]);
}

#[test]
fn references_that_double_at_each_step_are_given_up() {
    let mut schemas: Vec<String> = (0..64)
        .map(|level| {
            let next = format!("{{$ref: '#/components/schemas/A{}'}}", level + 1);
            format!("A{level}: {{allOf: [{{allOf: [{next}]}}, {{allOf: [{next}]}}]}}")
        })
        .collect();
    schemas.push("A64: {minimum: 0}".to_owned());
    let components = Components::of_3_1(&schemas.join("\n"));
    let errors = components.check("A0", Response, &json!(1));
    assert!(errors.len() == 1 && errors[0].undecided, "{errors:?}");
}

#[test]
fn nesting_that_is_too_deep_is_given_up() {
    let mut instance = json!(1);
    for _ in 0..700 {
        instance = Value::Array(vec![instance]);
    }
    let schema = json!({"allOf": [{"items": {"$ref": "#"}}]});
    let told = errors(&schema, &instance);
    assert!(told.len() == 1 && told[0].undecided, "{told:?}");
    // What `serde_json` reads at all is judged to its end.
    let mut instance = json!({"value": "x"});
    for _ in 0..63 {
        instance = Value::Object(Map::from_iter([("next".to_owned(), Value::Array(vec![instance]))]));
    }
    let schema =
        json!({"allOf": [{"properties": {"next": {"items": {"$ref": "#"}}, "value": {"type": "null"}}}]});
    let told = errors(&schema, &instance);
    assert!(told.len() == 1 && !told[0].undecided, "{told:?}");
}

#[test]
fn a_pattern_that_backtracks_is_given_up() {
    let text = "a".repeat(100);
    for schema in [
        json!({"pattern": HOSTILE_PATTERN}),
        json!({"patternProperties": {HOSTILE_PATTERN: true}}),
        json!({"propertyNames": {"pattern": HOSTILE_PATTERN}}),
    ] {
        let told: Vec<_> =
            [json!(text), json!({text.clone(): 1})].iter().flat_map(|value| errors(&schema, value)).collect();
        assert!(told.len() == 1 && told[0].undecided, "{told:?}");
        assert_eq!(told[0].message.matches("could not be judged").count(), 1, "{told:?}");
    }
}

#[test]
fn a_pattern_that_is_huge_is_no_verdict() {
    let components = Components::of_3_0("A: {pattern: '((a{1000}){1000}){1000}'}");
    let errors = components.check("A", Response, &json!("a"));
    assert!(errors.len() == 1 && errors[0].undecided, "{errors:?}");
}

#[test]
fn patterns_that_backtrack_again_and_again_are_given_up_together() {
    let text = "a".repeat(100);
    let texts: Vec<String> = (0..10_000).map(|number| format!("{text}{number}")).collect();
    let told = errors(&json!({"items": {"pattern": HOSTILE_PATTERN}}), &json!(texts));
    assert!(told.len() == 1 && told[0].undecided, "{told:?}");
    let members: Map<String, Value> = texts.iter().map(|text| (text.clone(), json!(1))).collect();
    let told = errors(&json!({"patternProperties": {HOSTILE_PATTERN: true}}), &Value::Object(members));
    assert!(told.len() == 1 && told[0].undecided, "{told:?}");
}

#[test]
fn a_million_errors_are_counted_and_not_told() {
    let told = errors(&json!({"items": {"type": "string"}}), &json!(vec![0; 5_000]));
    assert_eq!(told.len(), 1_001);
    assert_eq!(told[1_000].message, "and 4000 further violations");
}
