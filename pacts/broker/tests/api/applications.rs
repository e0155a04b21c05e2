//! Applications, their versions, branches, tags and labels.

use reqwest::Method;
use serde_json::json;

use crate::running::Running;

#[tokio::test]
async fn an_application_is_described_step_by_step() {
    let broker = Running::start().await;
    let (status, made) =
        broker.post("/pacticipants", json!({ "name": "A b", "repositoryUrl": "http://a" })).await;
    assert_eq!((status.as_u16(), made["repositoryUrl"].as_str()), (201, Some("http://a")));
    let own = made["_links"]["self"]["href"].as_str().unwrap().to_owned();
    let (status, changed) = broker.ask(Method::PATCH, &own, Some(json!({ "mainBranch": "trunk" }))).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!((&changed["repositoryUrl"], &changed["mainBranch"]), (&json!("http://a"), &json!("trunk")));
    // To put it is to say all there is.
    let (_, put) = broker.put(&own, json!({ "displayName": "Bee" })).await;
    assert_eq!((&put["displayName"], put.get("mainBranch")), (&json!("Bee"), None));
    assert_eq!(broker.get("/pacticipants").await["_embedded"]["pacticipants"][0]["name"], "A b");
    assert_eq!(broker.ask(Method::DELETE, &own, None).await.0, 204);
    assert_eq!(broker.ask(Method::GET, &own, None).await.0, 404);
}

#[tokio::test]
async fn branches_and_tags_find_versions() {
    let broker = Running::start().await;
    assert_eq!(broker.put("/pacticipants/A/branches/feat%2Fx/versions/1", json!({})).await.0, 201);
    assert_eq!(broker.put("/pacticipants/A/branches/feat%2Fx/versions/1", json!({})).await.0, 200);
    let (status, tag) = broker.put("/pacticipants/A/versions/2/tags/prod", json!({})).await;
    assert_eq!(status, 201, "{tag}");
    assert_eq!(broker.get("/pacticipants/A/latest-version/prod").await["number"], "2");
    assert_eq!(broker.get("/pacticipants/A/latest-version").await["number"], "2");
    assert_eq!(broker.get("/pacticipants/A/branches/feat%2Fx/latest-version").await["number"], "1");
    let version = broker.get("/pacticipants/A/versions/1").await;
    assert_eq!(version["_embedded"]["branchVersions"][0]["name"], "feat/x");
    // The first tag of a new version stands for its branch.
    assert_eq!(broker.get("/pacticipants/A/branches/prod").await["name"], "prod");
    let page = broker.get("/pacticipants/A/versions?pageSize=1&pageNumber=2").await;
    assert_eq!(page["_embedded"]["versions"][0]["number"], "1");
    assert_eq!(page["page"]["totalElements"], 2);
    assert_eq!(broker.ask(Method::DELETE, "/pacticipants/A/branches/feat%2Fx", None).await.0, 204);
    assert_eq!(broker.get("/pacticipants/A/versions/1").await["_embedded"]["branchVersions"], json!([]));
}

#[tokio::test]
async fn a_branch_named_main_is_taken_for_the_main_branch() {
    let broker = Running::start().await;
    broker.put("/pacticipants/A/branches/feat/versions/1", json!({})).await;
    broker.put("/pacticipants/A/branches/main/versions/1", json!({})).await;
    broker.put("/pacticipants/A/branches/master/versions/1", json!({})).await;
    assert_eq!(broker.get("/pacticipants/A").await["mainBranch"], "main");
}

#[tokio::test]
async fn labels_gather_applications() {
    let broker = Running::start().await;
    broker.post("/pacticipants", json!({ "name": "A" })).await;
    assert_eq!(broker.put("/pacticipants/A/labels/web", json!({})).await.0, 201);
    assert_eq!(broker.get("/pacticipants/label/web").await["_embedded"]["pacticipants"][0]["name"], "A");
    assert_eq!(broker.put("/pacticipants/B/labels/web", json!({})).await.0, 404);
    assert_eq!(broker.ask(Method::DELETE, "/pacticipants/A/labels/web", None).await.0, 204);
    assert_eq!(broker.get("/labels").await["_embedded"]["labels"], json!([]));
}

#[tokio::test]
async fn an_error_is_said_as_the_client_wants_to_hear_it() {
    let broker = Running::start().await;
    let url = format!("{}/environments", broker.base);
    let client = reqwest::Client::builder().timeout(std::time::Duration::from_secs(30)).build().unwrap();
    let answer = client.post(url).header("accept", "application/hal+json, application/problem+json");
    let answer = answer.json(&json!({ "name": "a b" })).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/problem+json"));
    let problem: serde_json::Value = answer.json().await.unwrap();
    let pointers: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|it| it["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/name", "/production"]);
    let (status, plain) = broker.post("/environments", json!({ "name": "a b" })).await;
    assert_eq!((status.as_u16(), plain["errors"]["name"].is_array()), (400, true));
}
