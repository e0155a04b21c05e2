//! Results of verification, by every name that they have.

use reqwest::Method;
use serde_json::{Value, json};

use crate::running::Running;

const PAIR: &str = "/pacts/provider/Bar/consumer/Foo";

async fn verify(broker: &Running, number: &str, success: bool) -> Value {
    let pact = broker.get(&format!("{PAIR}/version/{number}")).await;
    let results = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    let body = json!({
        "success": success,
        "providerApplicationVersion": "7",
        "testResults": [{"interactionId": "x", "success": success}],
    });
    let (status, answer) = broker.post(results, body).await;
    assert_eq!(status, 201, "{answer}");
    answer
}

#[tokio::test]
async fn the_latest_result_is_found_by_version_content_and_tag() {
    let broker = Running::start().await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    broker.put("/pacticipants/Foo/versions/1/tags/dev", json!({})).await;
    verify(&broker, "1", false).await;
    let last = verify(&broker, "1", true).await;
    let own = last["_links"]["self"]["href"].as_str().unwrap();
    let content = own.strip_suffix("/2").unwrap().to_owned();
    for address in [
        own,
        &format!("{content}/latest"),
        &content.replace("/verification-results", "/metadata/eA/verification-results/2"),
        &format!("{PAIR}/version/1/verification-results/latest"),
        &format!("{PAIR}/latest/verification-results/latest"),
        &format!("{PAIR}/latest/dev/verification-results/latest"),
    ] {
        let result = broker.get(address).await;
        assert_eq!(result, last, "{address}");
        assert_eq!(result["testResults"][0]["interactionId"], "x");
    }
    for address in [
        format!("{content}/3"),
        format!("{content}/x"),
        format!("{PAIR}/version/2/verification-results/latest"),
        format!("{PAIR}/latest/none/verification-results/latest"),
    ] {
        assert_eq!(broker.ask(Method::GET, &address, None).await.0, 404, "{address}");
    }
}

#[tokio::test]
async fn a_result_that_is_deleted_leaves_the_one_before() {
    let broker = Running::start().await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    verify(&broker, "1", false).await;
    verify(&broker, "1", true).await;
    let latest = format!("{PAIR}/version/1/verification-results/latest");
    assert_eq!(broker.ask(Method::DELETE, &latest, None).await.0, 204);
    assert_eq!(broker.get(&latest).await["success"], false);
    assert_eq!(broker.ask(Method::DELETE, &latest, None).await.0, 204);
    assert_eq!(broker.ask(Method::DELETE, &latest, None).await.0, 404);
}

#[tokio::test]
async fn a_consumer_version_is_kept_where_every_provider_kept_it() {
    let broker = Running::start().await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    broker.publish(("Foo", "1", "Baz"), "b").await;
    let address = "/verification-results/consumer/Foo/version/1/latest";
    verify(&broker, "1", true).await;
    let summary = broker.get(address).await;
    assert_eq!(summary["success"], false);
    assert_eq!(summary["providerSummary"], json!({"successful": ["Bar"], "failed": [], "unknown": ["Baz"]}));
    let one = broker.get("/pacts/provider/Baz/consumer/Foo/version/1").await;
    let results = one["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    broker.post(results, json!({"success": true, "providerApplicationVersion": "7"})).await;
    let summary = broker.get(address).await;
    assert_eq!(summary["success"], true);
    assert_eq!(summary["_embedded"]["verificationResults"].as_array().unwrap().len(), 2);
    assert_eq!(
        broker.ask(Method::GET, "/verification-results/consumer/Foo/version/9/latest", None).await.0,
        404
    );
}
