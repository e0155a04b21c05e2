//! Providers publish their documents, and get them back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::running::Running;

const DOCUMENT: &str = "openapi: 3.0.3\ninfo: {title: é, version: '1'}\npaths: {}\n";
const ADDRESS: &str = "/contracts/provider/Bar/version/1";

fn document(text: &str) -> Value {
    json!({
        "content": STANDARD.encode(text),
        "contractType": "oas",
        "contentType": "application/yaml",
        "selfVerificationResults": {"success": true, "verifier": "ours"},
    })
}

#[tokio::test]
async fn a_document_is_given_back_as_it_was_published() {
    let broker = Running::start().await;
    assert_eq!(broker.put(ADDRESS, document(DOCUMENT)).await.0, 201);
    assert_eq!(broker.put(ADDRESS, document(DOCUMENT)).await.0, 200);
    let shown = broker.get(ADDRESS).await;
    assert_eq!(STANDARD.decode(shown["content"].as_str().unwrap()).unwrap(), DOCUMENT.as_bytes());
    assert_eq!(shown["selfVerificationResults"], json!({"success": true, "verifier": "ours"}));
    let plain =
        broker.send(Method::GET, shown["_links"]["pb:document"]["href"].as_str().unwrap(), None).await;
    assert_eq!(plain.headers()["content-type"], "application/yaml");
    assert_eq!(plain.text().await.unwrap(), DOCUMENT);
    let (status, answer) = broker.put(ADDRESS, document("openapi: 3.1.0")).await;
    assert_eq!(status, 409, "{answer}");
    assert_eq!(broker.ask(Method::GET, "/contracts/provider/Bar/version/2", None).await.0, 404);
}

#[tokio::test]
async fn a_document_is_published_with_branch_and_tags() {
    let broker = Running::start().await;
    let index = broker.get("/").await;
    let address = index["_links"]["pf:publish-provider-contract"]["href"].as_str().unwrap();
    let address = address.replace("{provider}", "Bar");
    let mut contract = document(DOCUMENT);
    contract["specification"] = contract["contractType"].take();
    contract.as_object_mut().unwrap().remove("contractType");
    let body = json!({
        "pacticipantVersionNumber": "1",
        "branch": "main",
        "tags": ["dev"],
        "buildUrl": "http://build",
        "contract": contract,
    });
    let (status, answer) = broker.post(&address, body).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["_embedded"]["version"]["number"], "1");
    assert_eq!(answer["_links"]["pb:pacticipant-version-tags"][0]["name"], "dev");
    broker.get(answer["_links"]["pb:branch-version"]["href"].as_str().unwrap()).await;
    assert_eq!(broker.get("/pacticipants/Bar/versions/1").await["buildUrl"], "http://build");
    assert_eq!(broker.post(&address, json!({})).await.0, 400);
}

#[tokio::test]
async fn what_is_no_document_is_told_by_field() {
    let broker = Running::start().await;
    for (field, value) in [
        ("content", json!("%")),
        ("content", json!(STANDARD.encode([0xff]))),
        ("content", json!("")),
        ("contractType", json!("raml")),
        ("contentType", json!("text/html")),
        ("selfVerificationResults", json!({})),
    ] {
        let mut body = document(DOCUMENT);
        body[field] = value;
        let (status, answer) = broker.put(ADDRESS, body).await;
        assert_eq!(status, 400, "{field}: {answer}");
        let told = answer["errors"].as_object().unwrap().keys().next().unwrap().clone();
        assert!(told.starts_with(field), "{field}: {told}");
    }
    assert_eq!(broker.ask(Method::GET, ADDRESS, None).await.0, 404);
}
