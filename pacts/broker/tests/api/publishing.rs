//! Pacts are published, given out and verified.

use countersign_broker::http::Settings;
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::receiver::{Receiver, calling_here, shelved, until_settled};
use crate::running::{Running, contracts, pact};

#[tokio::test]
async fn a_pact_is_published_and_given_out() {
    let broker = Running::start().await;
    let answer = broker.publish(("Foo", "1", "Bar baz"), "a").await;
    assert_eq!(answer["_embedded"]["version"]["number"], "1");
    let href = answer["_links"]["pb:contracts"][0]["href"].as_str().unwrap();
    assert_eq!(href, format!("{}/pacts/provider/Bar%20baz/consumer/Foo/version/1", broker.base));
    let pact = broker.get(href).await;
    assert!(pact["interactions"][0]["_id"].is_string());
    let by_content = pact["_links"]["pb:pact-version"]["href"].as_str().unwrap();
    assert_eq!(broker.get(by_content).await["interactions"], pact["interactions"]);
    let latest = broker.get("/pacts/latest").await;
    assert_eq!(latest["pacts"][0]["_embedded"]["consumer"]["_embedded"]["version"]["number"], "1");
}

#[tokio::test]
async fn a_pact_that_is_published_again_calls_who_hears_of_publications_alone() {
    let mut receiver = Receiver::start(&[]).await;
    let (broker, shelf) = shelved(TempDir::new().unwrap(), calling_here()).await;
    let events =
        ["contract_published", "contract_content_changed", "contract_requiring_verification_published"];
    let mut body = receiver.webhook(&events);
    body["request"]["body"] = json!({ "event": "${pactbroker.eventName}" });
    broker.post("/webhooks", body).await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    until_settled(&shelf).await;
    let first = receiver.left();
    assert!(first >= 2, "{first} calls");
    broker.publish(("Foo", "1", "Bar"), "a").await;
    assert!(receiver.next().await.body.contains("contract_published"));
    until_settled(&shelf).await;
    assert_eq!(receiver.left(), 0);
    let audit = broker.get("/audit").await.to_string();
    assert_eq!(audit.matches("\"pact_published\"").count(), 1, "{audit}");
}

#[tokio::test]
async fn what_is_published_stands() {
    let broker = Running::start().await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    let other = contracts(("Foo", "1"), &pact(("Foo", "Bar"), "b"));
    let (status, answer) = broker.post("/contracts/publish", other.clone()).await;
    assert_eq!(status, 409, "{answer}");
    assert!(answer["error"].as_str().unwrap().contains("version 1 of Foo"));
    let mut merging = other;
    merging["contracts"][0]["onConflict"] = json!("merge");
    assert_eq!(broker.post("/contracts/publish", merging).await.0, 200);
    let merged = broker.get("/pacts/provider/Bar/consumer/Foo/version/1").await;
    assert_eq!(merged["interactions"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_by_field() {
    let broker = Running::start().await;
    let (status, answer) = broker.post("/contracts/publish", json!({ "contracts": [{}] })).await;
    assert_eq!(status, 400);
    assert!(answer["errors"]["pacticipantName"].is_array(), "{answer}");
    assert!(answer["errors"]["contracts"][0].as_str().unwrap().ends_with("(at index 0)"), "{answer}");
}

#[tokio::test]
async fn a_result_belongs_to_the_content() {
    let broker = Running::start().await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    let pact = broker.get("/pacts/provider/Bar/consumer/Foo/latest").await;
    let results = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    let result =
        json!({ "success": false, "providerApplicationVersion": "7", "testResults": [{ "success": false }] });
    let (status, answer) = broker.post(results, result).await;
    assert_eq!(status, 201, "{answer}");
    let own = answer["_links"]["self"]["href"].as_str().unwrap();
    assert_eq!(broker.get(own).await["providerApplicationVersion"], "7");
    assert_eq!(broker.post(results, json!({})).await.0, 400);
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let broker = Running::start().await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    let again = Running::over(broker.stop().await, Settings::default()).await;
    again.get("/pacts/provider/Bar/consumer/Foo/version/1").await;
    let gone = again.ask(Method::DELETE, "/pacts/provider/Bar/consumer/Foo/version/1", None).await;
    assert_eq!(gone.0, 200);
    assert_eq!(again.ask(Method::GET, "/pacts/provider/Bar/consumer/Foo/latest", None).await.0, 404);
}
