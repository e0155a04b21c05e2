//! A process that is killed in the middle of everything.

use std::sync::Arc;

use reqwest::Client;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::asking::{client, get, pact, publish, verify};
use crate::process::Process;

const WRITERS: usize = 12;
/// How many writes are acknowledged before it is killed.
const ACKNOWLEDGED: u32 = 40;

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_loses_nothing_acknowledged_and_leaves_no_half() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("broker.db");
    let client = client();
    let mut acknowledged = Vec::new();
    for round in 0..3 {
        let process = Process::start(&database);
        let enough = Arc::new(Semaphore::new(0));
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let name = format!("Consumer-{round}-{writer}");
            writers.spawn(write_on(client.clone(), process.base.clone(), name, Arc::clone(&enough)));
        }
        drop(enough.acquire_many(ACKNOWLEDGED).await.unwrap());
        process.kill();
        acknowledged.extend(writers.join_all().await.into_iter().flatten());
    }
    let process = Process::start(&database);
    for path in &acknowledged {
        let (status, _) = get(&client, &format!("{}{path}", process.base)).await.unwrap();
        assert_eq!(status, 200, "{path} was acknowledged");
    }
    every_version_has_all_of_its_request(&client, &process.base).await;
}

/// Publishes and verifies until the connection breaks; what was acknowledged, by address.
async fn write_on(client: Client, base: String, consumer: String, enough: Arc<Semaphore>) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for at in 0.. {
        let number = at.to_string();
        let Ok((status, answer)) = publish(&client, &base, (&consumer, &number), &number).await else {
            break;
        };
        assert_eq!(status, 200, "{answer}");
        acknowledged.push(pact(&consumer, &number));
        enough.add_permits(1);
        let provider_version = format!("{consumer}.{at}");
        let Ok(result) = verify(&client, &base, (&consumer, &number), &provider_version).await else { break };
        acknowledged.push(result);
        enough.add_permits(1);
    }
    acknowledged
}

/// Version, branch and pact are of one request, acknowledged or not.
async fn every_version_has_all_of_its_request(client: &Client, base: &str) {
    let (_, all) = get(client, &format!("{base}/pacticipants")).await.unwrap();
    let names = all["_embedded"]["pacticipants"].as_array().unwrap();
    let consumers = names.iter().filter_map(|it| it["name"].as_str()).filter(|name| *name != "Provider");
    let mut seen = 0;
    for consumer in consumers {
        let (_, versions) = get(client, &format!("{base}/pacticipants/{consumer}/versions")).await.unwrap();
        for version in versions["_embedded"]["versions"].as_array().unwrap() {
            let number = version["number"].as_str().unwrap();
            let (status, pact) = get(client, &format!("{base}{}", pact(consumer, number))).await.unwrap();
            assert_eq!(status, 200, "{consumer} {number} has no pact");
            assert_eq!(pact["interactions"].as_array().map(Vec::len), Some(1), "{pact}");
            let branch = format!("{base}/pacticipants/{consumer}/branches/main/versions/{number}");
            assert_ne!(get(client, &branch).await.unwrap(), (reqwest::StatusCode::NOT_FOUND, Value::Null));
            seen += 1;
        }
    }
    assert!(seen > 0);
}
