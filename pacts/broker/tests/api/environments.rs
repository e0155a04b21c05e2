//! What is deployed and released where.

use reqwest::Method;
use serde_json::{Value, json};

use crate::running::Running;

async fn with_environment(name: &str) -> (Running, Value) {
    let broker = Running::start().await;
    let (status, environment) =
        broker.post("/environments", json!({ "name": name, "production": true })).await;
    assert_eq!(status, 201, "{environment}");
    (broker, environment)
}

async fn record(broker: &Running, number: &str, what: &str, body: Value) -> Value {
    let version = broker.get(&format!("/pacticipants/A/versions/{number}")).await;
    let place =
        version["_links"][what].as_array().unwrap().iter().find(|link| link["name"] == "prod").unwrap();
    let (status, recorded) = broker.post(place["href"].as_str().unwrap(), body).await;
    assert_eq!(status, 201, "{recorded}");
    recorded
}

#[tokio::test]
async fn a_new_deployment_replaces_the_one_of_its_instance() {
    let (broker, environment) = with_environment("prod").await;
    for number in ["1", "2"] {
        broker.put(&format!("/pacticipants/A/branches/main/versions/{number}"), json!({})).await;
    }
    let first = record(&broker, "1", "pb:record-deployment", json!({ "applicationInstance": "blue" })).await;
    record(&broker, "1", "pb:record-deployment", json!({})).await;
    record(&broker, "2", "pb:record-deployment", json!({ "target": "blue" })).await;
    let there = environment["_links"]["pb:currently-deployed-deployed-versions"]["href"].as_str().unwrap();
    let deployed = broker.get(&format!("{there}?pacticipant=A")).await;
    let numbers: Vec<&Value> = deployed["_embedded"]["deployedVersions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["_embedded"]["version"]["number"])
        .collect();
    assert_eq!(numbers, ["1", "2"]);
    let own = first["_links"]["self"]["href"].as_str().unwrap();
    assert_eq!(broker.get(own).await["currentlyDeployed"], false);
    let last = deployed["_embedded"]["deployedVersions"][1]["_links"]["self"]["href"].as_str().unwrap();
    let (status, ended) = broker.ask(Method::PATCH, last, Some(json!({ "currentlyDeployed": false }))).await;
    assert_eq!((status.as_u16(), &ended["currentlyDeployed"]), (200, &json!(false)));
    assert_eq!(broker.get(&format!("{there}?target=blue")).await["_embedded"]["deployedVersions"], json!([]));
}

#[tokio::test]
async fn releases_add_up_until_support_ends() {
    let (broker, environment) = with_environment("prod").await;
    let mut last = Value::Null;
    for number in ["1", "2"] {
        broker.put(&format!("/pacticipants/A/branches/main/versions/{number}"), json!({})).await;
        last = record(&broker, number, "pb:record-release", json!({})).await;
    }
    let there = environment["_links"]["pb:currently-supported-released-versions"]["href"].as_str().unwrap();
    assert_eq!(broker.get(there).await["_embedded"]["releasedVersions"].as_array().unwrap().len(), 2);
    let own = last["_links"]["self"]["href"].as_str().unwrap();
    broker.ask(Method::PATCH, own, Some(json!({ "currentlySupported": false }))).await;
    assert_eq!(broker.get(there).await["_embedded"]["releasedVersions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_environment_has_its_name_alone() {
    let (broker, environment) = with_environment("prod").await;
    let (status, answer) = broker.post("/environments", json!({ "name": "prod", "production": false })).await;
    assert_eq!((status.as_u16(), answer["errors"]["name"].is_array()), (400, true));
    let own = environment["_links"]["self"]["href"].as_str().unwrap();
    assert_eq!(broker.put(own, json!({ "name": "prod", "production": false })).await.1["production"], false);
    assert_eq!(broker.ask(Method::DELETE, own, None).await.0, 204);
    assert_eq!(broker.get("/environments").await["_embedded"]["environments"], json!([]));
}
