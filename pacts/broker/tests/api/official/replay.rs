//! The Ruby client's pact, replayed against the broker by the official verifier.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use countersign_broker::provider_states;
use serde_json::Value;

use super::program::{program, run};
use crate::running::Running;

/// The pact, or nothing where it is not beside this repository.
fn pact() -> Option<PathBuf> {
    let pact =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/broker/client-v2.json");
    if pact.exists() {
        return Some(pact);
    }
    let _ = writeln!(io::stderr(), "SKIPPED: the pact of the broker's Ruby client is not here");
    None
}

fn read(pact: &Path) -> Vec<Value> {
    let pact: Value = serde_json::from_str(&std::fs::read_to_string(pact).unwrap()).unwrap();
    pact["interactions"].as_array().unwrap().clone()
}

#[test]
fn every_state_that_is_named_can_be_had_and_no_other() {
    let Some(pact) = pact() else { return };
    let interactions = read(&pact);
    let named = interactions.iter().filter_map(|it| it["providerState"].as_str()).map(str::to_owned);
    assert_eq!(provider_states::names().collect::<BTreeSet<_>>(), named.collect());
}

#[tokio::test]
async fn the_official_verifier_finds_every_interaction_kept() {
    let (Some(pact), Some(program)) = (pact(), program()) else { return };
    let broker = Running::rehearsing("http://example.org").await;
    let states = format!("{}/_pact/provider-states", broker.base);
    let port = broker.base.rsplit(':').next().unwrap();
    let file = pact.to_str().unwrap();
    let ended = run(&program, &["verifier", "-f", file, "-h", "127.0.0.1", "-p", port, "-s", &states]).await;
    assert!(ended.success, "{}\n{}", ended.said, ended.complained);
    let replayed = ended.said.matches("returns a response which").count();
    assert_eq!(replayed, read(&pact).len(), "{}", ended.said);
}
