//! The pact of the Pact Broker's Ruby client, replayed by our program against our broker.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Stdio;

use countersign_broker::http::{Broker, Settings};
use countersign_broker::provider_states;
use countersign_broker::shelf::Shelf;
use countersign_broker::store::Location;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::HOUSE;

/// Serves a broker of its own, until the test ends.
async fn broker(folder: &TempDir) -> String {
    let shelf = Shelf::open(&Location::Sqlite(folder.path().join("broker.db"))).await.unwrap();
    // Three interactions name the address under which the broker is reached.
    let mut settings =
        Settings { base_url: Some("http://example.org".parse().unwrap()), ..Settings::default() };
    // Others make webhooks, for hosts of their own.
    settings.calls.targets.hosts.push("*".to_owned());
    let router = provider_states::router(Broker::new(shelf, settings));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
    address
}

#[tokio::test]
async fn our_broker_keeps_the_pact_of_the_ruby_client() {
    let pact = Path::new(HOUSE).join("../shared/conformance/broker/client-v2.json");
    if !pact.exists() {
        let _ = writeln!(io::stderr(), "SKIPPED: the pact of the broker's Ruby client is not here");
        return;
    }
    let folder = TempDir::new().unwrap();
    let address = broker(&folder).await;
    let checked = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["verify", "--provider", "Pact Broker", "--format", "json", "--url", &address])
        .args(["--states-url", "/_pact/provider-states", "--pact"])
        .arg(&pact)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let told = String::from_utf8_lossy(&checked.stderr);
    let report: Value = serde_json::from_slice(&checked.stdout).unwrap_or_else(|_| panic!("{told}"));
    let pact: Value = serde_json::from_str(&fs::read_to_string(pact).unwrap()).unwrap();
    let interactions = pact["interactions"].as_array().unwrap().len();
    assert_eq!(report["summary"]["kept"], interactions, "{report:#}");
    assert!(checked.status.success(), "{told}");
}
