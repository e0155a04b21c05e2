//! The matrix and can-i-deploy over HTTP.

use reqwest::Method;
use serde_json::json;

use crate::running::Running;

async fn verified(broker: &Running, (consumer, provider): (&str, &str), (number, success): (&str, bool)) {
    let pact = broker.get(&format!("/pacts/provider/{provider}/consumer/{consumer}/latest")).await;
    let results = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
    let body = json!({ "success": success, "providerApplicationVersion": number, "testResults": [] });
    assert_eq!(broker.post(results, body).await.0, 201);
}

#[tokio::test]
async fn a_version_is_deployable_once_it_is_verified_with_what_is_there() {
    let broker = Running::start().await;
    broker.post("/environments", json!({ "name": "prod", "production": true })).await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    let asked = "/can-i-deploy?pacticipant=Foo&version=1&environment=prod";
    assert_eq!(broker.get(asked).await["summary"]["deployable"], json!(null));
    verified(&broker, ("Foo", "Bar"), ("7", true)).await;
    let version = broker.get("/pacticipants/Bar/versions/7").await;
    let deploy = version["_links"]["pb:record-deployment"][0]["href"].as_str().unwrap().to_owned();
    assert_eq!(broker.post(&deploy, json!({})).await.0, 201);
    let answer = broker.get(asked).await;
    assert_eq!(answer["summary"]["deployable"], true, "{answer}");
    verified(&broker, ("Foo", "Bar"), ("7", false)).await;
    let raw = "/matrix?q[][pacticipant]=Foo&q[][version]=1&latestby=cvpv&environment=prod";
    let answer = broker.get(raw).await;
    assert_eq!(answer["summary"]["deployable"], false);
    assert_eq!(answer["matrix"][0]["provider"]["version"]["environments"][0]["name"], "prod");
    assert_eq!(answer["matrix"][0]["verificationResult"]["success"], false);
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let broker = Running::start().await;
    let (status, answer) = broker.ask(Method::GET, "/matrix?q[][pacticipant]=Nobody", None).await;
    assert_eq!((status.as_u16(), answer["errors"].is_array()), (400, true), "{answer}");
}

#[tokio::test]
async fn a_badge_says_the_verdict_in_words() {
    let broker = Running::start().await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    verified(&broker, ("Foo", "Bar"), ("7", true)).await;
    let answer = broker.send(Method::GET, "/pacts/provider/Bar/consumer/Foo/latest/badge.svg", None).await;
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("image/svg+xml"));
    let svg = answer.text().await.unwrap();
    assert!(svg.contains("Foo/Bar pact: verified"), "{svg}");
    let label = "/pacts/provider/Bar/consumer/Foo/latest/badge?label=%3Cscript%3E";
    let svg = broker.send(Method::GET, label, None).await.text().await.unwrap();
    assert!(!svg.contains("<script>"), "{svg}");
}
