//! What operators ask: whether it lives, and how much there is.

use countersign_broker::http::Settings;
use reqwest::{Client, Method};
use serde_json::json;
use tempfile::TempDir;

use crate::receiver::shelved;
use crate::running::Running;

#[tokio::test]
async fn a_database_that_is_lost_is_told() {
    let (broker, shelf) = shelved(TempDir::new().unwrap(), Settings::default()).await;
    let dependencies = "/diagnostic/status/dependencies";
    assert_eq!(broker.get(dependencies).await["database"]["ok"], true);
    shelf.close().await;
    let (status, told) = broker.ask(Method::GET, dependencies, None).await;
    assert_eq!((status.as_u16(), &told["database"]["ok"]), (503, &json!(false)));
    let answer = broker.send(Method::POST, "/pacticipants", Some(json!({ "name": "A" }))).await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (503, &"1".parse().unwrap()));
    assert_eq!(broker.get("/diagnostic/status/heartbeat").await["ok"], true);
}

#[tokio::test]
async fn metrics_are_told_to_people_and_to_prometheus() {
    let broker = Running::start().await;
    broker.publish(("Foo", "1", "Bar"), "a").await;
    broker.publish(("Foo", "2", "Bar"), "a").await;
    let counted = broker.get("/metrics").await;
    assert_eq!(counted["pactPublications"]["count"], 2);
    assert_eq!(counted["pactVersions"]["count"], 1);
    assert_eq!(counted["pacticipants"], json!({ "count": 2, "withMainBranchSetCount": 1 }));
    let client = Client::builder().timeout(std::time::Duration::from_secs(30)).build().unwrap();
    let text = client.get(format!("{}/metrics", broker.base)).header("accept", "text/plain").send().await;
    let text = text.unwrap().text().await.unwrap();
    assert!(text.contains("# TYPE countersign_broker_pact_publications_count gauge\n"), "{text}");
    assert!(text.contains("\ncountersign_broker_pact_publications_count 2\n"), "{text}");
}
