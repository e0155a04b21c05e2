//! Pacts made of the few words that a test is about.

use std::path::Path;

use countersign_verify::Pact;
use serde_json::{Value, json};

/// A V4 pact of these interactions.
pub fn pact(interactions: &[Value]) -> Pact {
    let json = json!({
        "consumer": { "name": "ui" },
        "provider": { "name": "shop" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "4.0" } },
    });
    let text = serde_json::to_string_pretty(&json).unwrap();
    Pact::parse(Path::new("pacts/ui-shop.json"), &text).unwrap()
}

/// `GET path` that expects a status and nothing else.
pub fn get(description: &str, path: &str, status: u16) -> Value {
    json!({
        "type": "Synchronous/HTTP",
        "description": description,
        "request": { "method": "GET", "path": path },
        "response": { "status": status },
    })
}

/// `interaction` with a provider state.
pub fn given(mut interaction: Value, state: &str, params: &Value) -> Value {
    let states = &mut interaction["providerStates"];
    if states.is_null() {
        *states = json!([]);
    }
    states.as_array_mut().unwrap().push(json!({ "name": state, "params": params }));
    interaction
}

/// `interaction` that expects a JSON body under these matching rules.
pub fn expecting(mut interaction: Value, body: &Value, rules: &Value) -> Value {
    interaction["response"]["body"] =
        json!({ "content": body, "contentType": "application/json", "encoded": false });
    interaction["response"]["matchingRules"] = json!({ "body": rules });
    interaction
}
