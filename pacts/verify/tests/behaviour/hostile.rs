//! Files that are no pacts, or bad ones: each refused with a reason, none with a panic.

#[cfg(test)]
mod messages;

use std::path::Path;

use countersign_verify::{Pact, PactError};
use proptest::prelude::*;
use serde_json::{Value, json};

fn load(text: &str) -> Result<Pact, PactError> {
    Pact::parse(Path::new("pacts/ui-shop.json"), text)
}

fn refusal(json: &Value) -> String {
    load(&serde_json::to_string_pretty(json).unwrap()).unwrap_err().to_string()
}

fn whole() -> Value {
    json!({
        "consumer": { "name": "ui" },
        "provider": { "name": "shop" },
        "interactions": [crate::pacts::get("root", "/", 200)],
        "metadata": { "pactSpecification": { "version": "4.0" } },
    })
}

fn with(pointer: &str, value: Value) -> Value {
    let mut pact = whole();
    *pact.pointer_mut(pointer).unwrap() = value;
    pact
}

#[test]
fn a_missing_file_is_named() {
    let error = Pact::load(Path::new("pacts/nobody-nowhere.json")).unwrap_err();
    assert!(error.to_string().starts_with("cannot read pacts/nobody-nowhere.json: "), "{error}");
}

#[test]
fn malformed_json_is_named_by_line_and_column() {
    let error = load("{\n  \"consumer\": {,\n").unwrap_err();
    assert!(error.to_string().starts_with("pacts/ui-shop.json:2:16 is not JSON: "), "{error}");
    assert!(load("consumer:\n  name: ui\n").unwrap_err().to_string().contains("is not JSON"));
}

#[test]
fn nesting_without_end_and_keys_that_hide_each_other_are_refused() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(load(&deep).is_err());
    assert!(load(r#"{"interactions":[],"interactions":[1]}"#).unwrap_err().to_string().contains("twice"));
}

#[test]
fn a_version_nobody_knows_is_named() {
    for version in ["5.0", "latest"] {
        let text = refusal(&with("/metadata/pactSpecification/version", json!(version)));
        assert!(text.contains(version) && text.contains("V4"), "{text}");
    }
}

#[test]
fn names_that_lead_out_of_the_folder_are_refused() {
    for name in ["", " ", "../../etc", "a/b", "a\\b", "..", "a\u{0}b"] {
        assert!(refusal(&with("/consumer/name", json!(name))).contains("consumer"), "{name:?}");
        assert!(refusal(&with("/provider/name", json!(name))).contains("provider"), "{name:?}");
    }
    assert!(refusal(&with("/provider", json!({}))).contains("/provider"));
}

#[test]
fn what_is_wrong_is_named_by_pointer_and_line() {
    let text = refusal(&with("/interactions/0/response/status", json!("ok")));
    assert!(text.contains("/interactions/0/response/status") && text.contains("ui-shop.json:"), "{text}");
    assert!(!text.contains("JsonPointer"), "{text}");
    assert!(refusal(&with("/interactions", json!({}))).contains("no array"));
    assert!(refusal(&with("/interactions/0/type", json!("Telepathy"))).contains("Telepathy"));
    assert!(
        refusal(&json!({ "consumer": { "name": "a" }, "provider": { "name": "b" } }))
            .contains("interactions")
    );
}

#[test]
fn interactions_that_would_replace_each_other_are_refused() {
    let twice = [crate::pacts::get("root", "/", 200), crate::pacts::get("root", "/other", 200)];
    let text = refusal(&with("/interactions", json!(twice)));
    assert!(text.contains("/interactions/0") && text.contains("description"), "{text}");

    let given = |id| {
        crate::pacts::given(crate::pacts::get("a show", "/", 200), "a show exists", &json!({ "id": id }))
    };
    let other_parameters = with("/interactions", json!([given(1), given(2)]));
    assert_eq!(load(&other_parameters.to_string()).unwrap().len(), 2);
    assert!(refusal(&with("/interactions", json!([given(1), given(1)]))).contains("/interactions/0"));

    let keyed = |description| {
        let mut interaction = crate::pacts::get(description, "/", 200);
        interaction["key"] = json!("k1");
        interaction
    };
    assert!(refusal(&with("/interactions", json!([keyed("a"), keyed("b")]))).contains("key"));
}

#[test]
fn every_specification_is_read() {
    let old = |version: &str, state: Value, query: Value| {
        json!({
            "consumer": { "name": "ui" },
            "provider": { "name": "shop" },
            "interactions": [{
                "description": "d", "providerState": state,
                "request": { "method": "get", "path": "/", "query": query },
                "response": { "status": 200, "body": { "a": 1 } },
            }],
            "metadata": { "pactSpecification": { "version": version } },
        })
    };
    for version in ["1.0.0", "1.1.0", "2.0.0", "3.0.0"] {
        let pact = load(&old(version, json!("a state"), json!("a=1")).to_string()).unwrap();
        assert_eq!(pact.interactions()[0].provider_states(), ["a state"], "{version}");
    }
    let messages = json!({
        "consumer": { "name": "ui" },
        "provider": { "name": "shop" },
        "messages": [{ "description": "paid", "providerStates": [{ "name": "s" }], "contents": {} }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    });
    let pact = load(&messages.to_string()).unwrap();
    assert_eq!(pact.interactions()[0].description(), "paid");
    assert_eq!(pact.interactions()[0].position().pointer.as_str(), "/messages/0");
}

/// Any JSON, made of the words that pact files are made of so that it gets far.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(WORDS).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(
                (prop_oneof![prop::sample::select(WORDS).prop_map(str::to_owned), ".{0,6}"], inner),
                0..6
            )
            .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

const WORDS: &[&str] = &[
    "body",
    "content",
    "contentType",
    "encoded",
    "base64",
    "application/json",
    "headers",
    "Content-Type",
    "matchingRules",
    "generators",
    "matchers",
    "match",
    "regex",
    "type",
    "min",
    "max",
    "combine",
    "AND",
    "$",
    "$.a",
    "$.a[*].b",
    "$['x y']",
    "[",
    "path",
    "query",
    "status",
    "header",
    "date",
    "format",
    "arrayContains",
    "variants",
    "index",
    "rules",
    "eachKey",
    "eachValue",
    "value",
    "ProviderState",
    "expression",
    "${id}",
    "Uuid",
    "Regex",
    "RandomInt",
    "digits",
    "name",
    "params",
    "integer",
    "decimal",
    "semver",
    "statusCode",
    "clientError",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_json_makes_loading_panic(json in any_json()) {
        drop(load(&json.to_string()));
    }

    #[test]
    fn no_interaction_makes_loading_panic(
        parts in prop::collection::vec((prop::sample::select(PLACES), any_json()), 1..4),
        version in prop::sample::select(&["1.0.0", "2.0.0", "3.0.0", "4.0"][..]),
    ) {
        let mut pact = with("/metadata/pactSpecification/version", json!(version));
        let interaction = pact.pointer_mut("/interactions/0").unwrap();
        for (place, value) in parts {
            let (parent, name) = place.rsplit_once('/').unwrap();
            if let Some(Value::Object(members)) = interaction.pointer_mut(parent) {
                members.insert(name.to_owned(), value);
            }
        }
        drop(load(&pact.to_string()));
    }
}

const PLACES: &[&str] = &[
    "/description",
    "/providerStates",
    "/providerState",
    "/request",
    "/response",
    "/request/query",
    "/request/headers",
    "/request/body",
    "/request/matchingRules",
    "/request/generators",
    "/response/status",
    "/response/headers",
    "/response/body",
    "/response/matchingRules",
    "/response/generators",
    "/pending",
    "/comments",
    "/pluginConfiguration",
    "/interactionMarkup",
    "/key",
];
