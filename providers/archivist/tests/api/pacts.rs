//! The letters that this provider is bound by: each state they name is one it can be put into, and
//! it has no state that no letter names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use archivist::provider_states;
use serde_json::Value;

#[test]
fn every_provider_state_of_a_pact_has_a_handler_and_every_handler_a_pact() {
    let handlers: BTreeSet<String> = provider_states::names().into_iter().map(str::to_owned).collect();
    assert_eq!(states_in_pacts(), handlers, "left: pacts/*-archivist.json, right: provider_states");
}

fn states_in_pacts() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pacts");
    let pacts: Vec<Value> = fs::read_dir(folder)
        .expect("the house has pacts")
        .map(|entry| entry.expect("pacts/ can be listed").path())
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .map(|path| fs::read_to_string(path).expect("a pact can be read"))
        .map(|pact| serde_json::from_str(&pact).expect("a pact is JSON"))
        .filter(|pact: &Value| pact["provider"]["name"] == "archivist")
        .collect();
    assert!(!pacts.is_empty(), "no pact binds archivist");
    pacts
        .iter()
        .flat_map(|pact| pact["interactions"].as_array().expect("a pact has interactions"))
        .filter_map(|interaction| interaction["providerStates"].as_array())
        .flatten()
        .map(|state| state["name"].as_str().expect("a state has a name").to_owned())
        .collect()
}
