//! Messages made of anything: none makes loading panic.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{any_json, load, with};

/// Whole messages, of which parts are replaced.
fn messages() -> [(&'static str, Value); 3] {
    let part = json!({
        "contents": {"content": {"a": 1}, "contentType": "application/json", "encoded": false},
        "metadata": {"contentType": "application/json"}, "matchingRules": {}, "generators": {},
    });
    let mut asynchronous = part.clone();
    asynchronous["type"] = json!("Asynchronous/Messages");
    let synchronous = json!({"type": "Synchronous/Messages", "request": part, "response": [part]});
    let old = json!({"contents": {"a": 1}, "metaData": {"contentType": "application/json"}});
    [("4.0", asynchronous), ("4.0", synchronous), ("3.0.0", old)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_message_makes_loading_panic(
        parts in prop::collection::vec((prop::sample::select(MESSAGE_PLACES), any_json()), 1..4),
        kind in 0..3_usize,
    ) {
        let (version, mut message) = messages()[kind].clone();
        for (place, value) in parts {
            let (parent, name) = place.rsplit_once('/').unwrap();
            match message.pointer_mut(parent) {
                Some(Value::Object(members)) => drop(members.insert(name.to_owned(), value)),
                Some(Value::Array(items)) => items.iter_mut().take(1).for_each(|item| *item = value.clone()),
                _ => {}
            }
        }
        let mut pact = with("/metadata/pactSpecification/version", json!(version));
        let list = if version == "4.0" { "interactions" } else { "messages" };
        pact[list] = json!([message]);
        drop(load(&pact.to_string()));
    }
}

const MESSAGE_PLACES: &[&str] = &[
    "/description",
    "/providerStates",
    "/transport",
    "/pending",
    "/contents",
    "/contents/content",
    "/contents/contentType",
    "/contents/encoded",
    "/metadata",
    "/metadata/contentType",
    "/metaData",
    "/matchingRules",
    "/generators",
    "/request",
    "/request/contents",
    "/request/metadata",
    "/request/matchingRules",
    "/request/generators",
    "/response",
    "/response/0",
    "/response/0/contents",
    "/response/0/metadata",
    "/response/0/matchingRules",
    "/response/0/generators",
    "/pluginConfiguration",
    "/interactionMarkup",
    "/comments",
    "/key",
];
