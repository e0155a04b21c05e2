//! The official verifier fetches pacts of the broker, replays them against a provider and publishes what
//! came of it.

use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::program::{Ended, Official};
use crate::running::{contracts, pact};

/// A provider that answers `/` with 200, and the port on which it does.
async fn provider() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = Router::new().route("/", get(|| async { "here" }));
    tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
    port.to_string()
}

/// The verifier, with the broker's pacts of `Orders`.
pub async fn verify(official: &Official, options: &[&str]) -> Ended {
    let port = provider().await;
    let always = ["-b", &official.broker.base, "-n", "Orders", "-h", "127.0.0.1", "-p", &port];
    official.verifier(&[always.as_slice(), options].concat()).await
}

/// A pact that the provider keeps, or one that it breaks.
fn shop(keeps: bool) -> Value {
    let mut pact = pact(("Shop", "Orders"), "an order");
    if !keeps {
        pact["interactions"][0]["response"]["status"] = json!(204);
    }
    pact
}

/// Has the official command publish a pact that the provider keeps.
pub async fn publish_shop(official: &Official, options: &str) {
    official.publishes(&shop(true), options).await;
}

async fn publish(official: &Official, number: &str, branch: &str, pact: &Value) {
    let body = contracts(("Shop", number), pact);
    let body = json!({ "branch": branch, "pacticipantName": body["pacticipantName"],
        "pacticipantVersionNumber": number, "contracts": body["contracts"] });
    let (status, answer) = official.broker.post("/contracts/publish", body).await;
    assert_eq!(status, 200, "{answer}");
}

/// The latest result for a version of the consumer.
async fn result(official: &Official, number: &str) -> Value {
    let at = format!("/pacts/provider/Orders/consumer/Shop/version/{number}/verification-results/latest");
    official.broker.get(&at).await
}

#[tokio::test]
async fn the_latest_pacts_are_verified_without_selectors() {
    let Some(official) = Official::start().await else { return };
    let nothing = verify(&official, &[]).await;
    assert!(!nothing.success, "{nothing:?}");
    publish(&official, "1", "main", &shop(true)).await;
    let ended = verify(&official, &[]).await;
    assert!(ended.success && ended.said.contains("an order"), "{ended:?}");
}

#[tokio::test]
async fn results_are_published_with_branch_tags_and_build() {
    let Some(official) = Official::start().await else { return };
    publish(&official, "1", "main", &shop(true)).await;
    publish(&official, "2", "feat/x", &shop(false)).await;
    let publishing = [
        "--publish",
        "--provider-version",
        "7",
        "--provider-branch",
        "feat/y",
        "--provider-tags",
        "dev,qa",
        "--build-url",
        "http://ci/7",
    ];
    let selecting = ["--consumer-version-selectors", r#"{"branch":"main"}"#];
    let ended = verify(&official, &[publishing.as_slice(), &selecting].concat()).await;
    assert!(ended.success, "{ended:?}");
    let kept = result(&official, "1").await;
    assert_eq!((&kept["success"], &kept["providerApplicationVersion"]), (&json!(true), &json!("7")));
    assert_eq!(kept["buildUrl"], "http://ci/7");
    let version = official.broker.get("/pacticipants/Orders/versions/7").await;
    assert_eq!(version["_embedded"]["tags"].as_array().unwrap().len(), 2, "{version}");
    official.broker.get("/pacticipants/Orders/branches/feat%2Fy/versions/7").await;

    let selecting = ["--consumer-version-selectors", r#"{"branch":"feat/x"}"#];
    let ended = verify(&official, &[publishing.as_slice(), &selecting].concat()).await;
    assert!(!ended.success, "{ended:?}");
    let broken = result(&official, "2").await;
    assert_eq!(broken["success"], false);
    let pact = official.broker.get("/pacts/provider/Orders/consumer/Shop/version/2").await;
    assert_eq!(broken["testResults"][0]["interactionId"], pact["interactions"][0]["_id"], "{broken}");
    assert_eq!(broken["testResults"][0]["mismatches"][0]["attribute"], "status", "{broken}");
}

#[tokio::test]
async fn a_pact_that_was_never_kept_is_pending_and_one_that_was_is_not() {
    let Some(official) = Official::start().await else { return };
    publish(&official, "1", "main", &shop(false)).await;
    let branch = ["--provider-branch", "main", "--provider-version", "7", "--publish"];
    let selecting = ["--consumer-version-selectors", r#"{"mainBranch":true}"#];
    let strict = [branch.as_slice(), &selecting].concat();
    let lenient = [strict.as_slice(), &["--enable-pending"]].concat();
    assert!(!verify(&official, &strict).await.success);
    let ended = verify(&official, &lenient).await;
    assert!(ended.success, "{ended:?}");
    assert!(ended.said.contains("pending"), "{ended:?}");

    let pact = official.broker.get("/pacts/provider/Orders/consumer/Shop/latest").await;
    let results = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    official.does("create-or-update-version -a Orders -e 6 --branch main").await;
    let kept = json!({ "success": true, "providerApplicationVersion": "6" });
    assert_eq!(official.broker.post(results, kept).await.0, 201);
    assert!(!verify(&official, &lenient).await.success);
}

#[tokio::test]
async fn work_in_progress_is_verified_and_does_not_fail() {
    let Some(official) = Official::start().await else { return };
    publish(&official, "1", "main", &shop(true)).await;
    publish(&official, "2", "feat/x", &shop(false)).await;
    let options = [
        "--provider-branch",
        "main",
        "--provider-version",
        "7",
        "--publish",
        "--consumer-version-selectors",
        r#"{"mainBranch":true}"#,
        "--enable-pending",
        "--include-wip-pacts-since",
        "2020-01-01",
    ];
    let ended = verify(&official, &options).await;
    assert!(ended.success, "{ended:?}");
    assert_eq!(result(&official, "1").await["success"], true);
    assert_eq!(result(&official, "2").await["success"], false);
}

#[tokio::test]
async fn every_selector_is_understood() {
    let Some(official) = Official::start().await else { return };
    let said = official.does("create-environment --name test -o json").await;
    assert!(said.contains("test"));
    publish(&official, "1", "main", &shop(true)).await;
    official.does("create-version-tag -a Shop -e 1 -t prod").await;
    official.does("record-deployment -a Shop -e 1 --environment test").await;
    official.does("record-release -a Shop -e 1 --environment test").await;
    for selector in [
        r#"{"latest":true}"#,
        r#"{"tag":"prod"}"#,
        r#"{"tag":"none","fallbackTag":"prod","latest":true}"#,
        r#"{"branch":"none","fallbackBranch":"main"}"#,
        r#"{"mainBranch":true,"consumer":"Shop"}"#,
        r#"{"matchingBranch":true}"#,
        r#"{"deployed":true}"#,
        r#"{"released":true}"#,
        r#"{"deployedOrReleased":true}"#,
        r#"{"environment":"test"}"#,
        r#"{"deployed":true,"environment":"test"}"#,
    ] {
        let options = ["--consumer-version-selectors", selector, "--provider-branch", "main"];
        let ended = verify(&official, &options).await;
        assert!(ended.success && ended.said.contains("an order"), "{selector}: {ended:?}");
    }
    let none = ["--consumer-version-selectors", r#"{"branch":"none"}"#];
    assert!(!verify(&official, &none).await.success);
    let ignoring = [none.as_slice(), &["--ignore-no-pacts-error"]].concat();
    assert!(verify(&official, &ignoring).await.success);
}

#[tokio::test]
async fn a_pact_is_verified_by_its_address() {
    let Some(official) = Official::start().await else { return };
    publish(&official, "1", "main", &shop(true)).await;
    let address = format!("{}/pacts/provider/Orders/consumer/Shop/version/1", official.broker.base);
    let port = provider().await;
    let fixed = ["-n", "Orders", "-h", "127.0.0.1", "-p", &port, "-b", &official.broker.base];
    let publishing = ["--publish", "--provider-version", "7", "--webhook-callback-url", &address];
    let ended = official.verifier(&[fixed.as_slice(), &publishing].concat()).await;
    assert!(ended.success, "{ended:?}");
    assert_eq!(result(&official, "1").await["success"], true);
}
