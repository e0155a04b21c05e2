//! What is told where one of several schemas should have been kept.

use serde_json::json;

use super::{HOSTILE_PATTERN, errors, short};

#[test]
fn the_errors_are_those_of_the_branch_that_was_meant() {
    let schema = json!({"anyOf": [
        {"$ref": "#/$defs/Movie"},
        {"type": "object", "required": ["kind", "season"], "properties": {"kind": {"const": "episode"}, "season": {"type": "integer"}}},
    ], "$defs": {"Movie": {"type": "object", "required": ["kind", "title", "year"], "properties": {"kind": {"const": "movie"}}}}});
    let told = errors(&schema, &json!({"kind": "movie"}));
    assert_eq!(short(&told), [": required", ": required", ": anyOf"]);
    assert_eq!(told[2].message, "value keeps none of 2 branches; the nearest is Movie");
    let told = errors(&schema, &json!({"kind": "episode", "season": "two"}));
    assert_eq!(short(&told), [": anyOf", "/season: type"]);
    assert_eq!(told[0].message, "value keeps none of 2 branches; the nearest is branch 2");
}

#[test]
fn a_value_of_another_type_has_one_error() {
    let told = errors(&json!({"oneOf": [{"type": "string"}, {"type": "null"}]}), &json!(1));
    assert_eq!(short(&told), [": oneOf"]);
    assert_eq!(told[0].message, "value is of the type of none of 2 branches");
}

#[test]
fn too_many_branches_are_named() {
    let schema = json!({"oneOf": [{"$ref": "#/$defs/A"}, {"type": "string"}, {"minimum": 3}], "$defs": {"A": {"maximum": 5}}});
    let told = errors(&schema, &json!(4));
    assert_eq!(told[0].message, "value keeps 2 of 3 branches and must keep one: A, branch 3");
}

#[test]
fn a_member_that_is_not_allowed_is_named_itself() {
    let closed = json!({"properties": {"a": true}, "additionalProperties": false});
    let told = errors(&closed, &json!({"a": 1, "b": 2, "c": 3}));
    assert_eq!(short(&told), ["/b: additionalProperties", "/c: additionalProperties"]);
    assert_eq!(told[0].rule.pointer.as_str(), "/additionalProperties");
    let unevaluated = json!({"allOf": [{"properties": {"a": true}}], "unevaluatedProperties": false});
    assert_eq!(short(&errors(&unevaluated, &json!({"a": 1, "b": 2}))), ["/b: unevaluatedProperties"]);
}

#[test]
fn a_broken_member_of_an_all_of_is_not_also_unevaluated() {
    let schema =
        json!({"allOf": [{"properties": {"a": {"type": "string"}}}], "unevaluatedProperties": false});
    assert_eq!(short(&errors(&schema, &json!({"a": 1}))), ["/a: type"]);
}

#[test]
fn an_undecided_branch_is_no_verdict_where_it_matters() {
    let unclear = json!({"pattern": HOSTILE_PATTERN});
    let text = json!("a".repeat(40));
    let judge = |schema| {
        let errors = errors(&schema, &text);
        (!errors.is_empty()).then(|| errors.iter().all(|error| error.undecided))
    };
    assert_eq!(judge(json!({"anyOf": [unclear, {"type": "string"}]})), None);
    assert_eq!(judge(json!({"anyOf": [unclear, {"type": "null"}]})), Some(true));
    assert_eq!(judge(json!({"oneOf": [unclear, {"type": "string"}]})), Some(true));
    assert_eq!(judge(json!({"oneOf": [unclear, {"type": "string"}, {"minLength": 1}]})), Some(false));
    assert_eq!(judge(json!({"not": unclear})), Some(true));
    assert_eq!(judge(json!({"if": unclear, "then": false})), Some(true));
    assert_eq!(judge(json!({"allOf": [unclear, {"type": "null"}]})), Some(false));
}
