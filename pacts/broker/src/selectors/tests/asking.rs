//! What can be asked, and what cannot.

use serde_json::{Value, json};

use crate::Refusal;
use crate::selectors::Ask;

fn refused(body: &Value) -> Vec<(String, Vec<String>)> {
    match Ask::read(body) {
        Err(Refusal::Invalid(fields)) => fields,
        other => panic!("{body} gives {other:?}"),
    }
}

#[test]
fn a_selector_that_means_nothing_or_two_things_is_refused() {
    for selector in [
        json!({}),
        json!({"consumer": "A"}),
        json!({"latest": false}),
        json!({"tag": "a", "branch": "b"}),
        json!({"mainBranch": true, "branch": "b"}),
        json!({"matchingBranch": true}),
        json!({"branch": "b", "latest": false}),
        json!({"branch": ""}),
        json!({"branch": 1}),
        json!({"fallbackBranch": "b", "mainBranch": true}),
        json!({"tag": "a", "fallbackTag": "b"}),
        json!({"environment": "e", "latest": true}),
        json!({"deployed": true, "released": true}),
        json!({"deployed": "yes"}),
        json!({"branch": "b", "fallbackBranch": "c", "fallbackToMainBranch": true}),
        json!("latest"),
    ] {
        let fields = refused(&json!({ "consumerVersionSelectors": [{"latest": true}, selector] }));
        assert_eq!(fields[0].0, "consumerVersionSelectors", "{selector}");
        assert!(fields[0].1[0].ends_with("(at index 1)"), "{selector}: {:?}", fields[0].1);
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let fields = refused(&json!({
        "providerVersionBranch": 1,
        "providerVersionTags": "dev",
        "includePendingStatus": "true",
        "includeWipPactsSince": "yesterday",
        "consumerVersionSelectors": {},
    }));
    assert_eq!(fields.len(), 5, "{fields:?}");
    let many = vec![json!({"latest": true}); 1001];
    assert_eq!(refused(&json!({ "consumerVersionSelectors": many })).len(), 1);
}
