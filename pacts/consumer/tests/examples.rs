//! A matcher whose example breaks its own rule, or that Pact cannot express, is refused where it is written.

use countersign_consumer::prelude::*;
use serde_json::json;

#[test]
#[should_panic(expected = "as the example of a matcher")]
fn a_date_that_is_none() {
    let _ = date("yyyy-MM-dd", "next week");
}

#[test]
#[should_panic(expected = "as the example of a matcher")]
fn a_word_that_is_not_in_the_list() {
    let _ = one_of(&["queued", "complete"], "done");
}

/// `term!` asks another regex engine than the one that verifies.
#[test]
#[should_panic(expected = "as the example of a matcher")]
fn null_or_an_expression_that_a_verifier_cannot_read() {
    let _ = null_or(term!("(?s)^.*$", "a"));
}

#[test]
#[should_panic(expected = "two provider states")]
fn null_or_an_object() {
    let _ = null_or(json_pattern!({"id": 1}));
}

#[test]
#[should_panic(expected = "several rules")]
fn null_or_two_rules() {
    let _ = null_or(not_empty("a"));
}

#[test]
#[should_panic(expected = "compares with the example")]
fn a_null_answer_for_a_rule_that_compares() {
    let _ = null_or(like!("a")).answering_null();
}

#[test]
#[should_panic(expected = "name one element")]
fn an_array_that_contains_nothing() {
    let _ = array_contains([]);
}

#[test]
fn a_word_is_taken_literally() {
    let pattern = json_pattern!(one_of(&["a.c"], "a.c"));
    assert!(!accepts(&pattern, &json!("abc")));
}

#[test]
fn null_or_a_literal_is_null_or_exactly_that() {
    let pattern = json_pattern!({"kind": null_or("show")});
    assert!(accepts(&pattern, &json!({"kind": "show"})));
    assert!(accepts(&pattern, &json!({"kind": null})));
    assert!(!accepts(&pattern, &json!({"kind": "reel"})));
}

#[test]
fn a_list_of_objects_has_every_member_of_every_element() {
    let pattern = json_pattern!(list_of(json_pattern!({"id": integer(1), "url": null_or(like!("a"))})));
    assert!(accepts(&pattern, &json!([{"id": 2, "url": null}, {"id": 3, "url": "b"}])));
    assert!(!accepts(&pattern, &json!([{"id": 2, "url": null}, {"id": 3}])));
    assert!(!accepts(&pattern, &json!([{"id": 2, "url": null}, {"id": "3", "url": "b"}])));
}
