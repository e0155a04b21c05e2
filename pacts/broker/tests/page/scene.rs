//! A broker with services that stand well, badly and nobody knows how; and with names that want to be markup.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_broker::http::{Broker, Settings, serve};
use countersign_broker::shelf::Shelf;
use countersign_broker::store::Location;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A name, an example and a description that would do harm if any page took them for its own.
pub const HOSTILE: &str = "\"><script>alert(1)</script>";
pub const SECRET: &str = "secret-of-the-hook";

pub struct Scene {
    pub base: String,
    pub client: Client,
    end: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
    _folder: TempDir,
}

impl Scene {
    pub async fn empty() -> Self {
        let folder = TempDir::new().unwrap();
        let shelf = Shelf::open(&Location::Sqlite(folder.path().join("broker.db"))).await.unwrap();
        Self::over(shelf, folder).await
    }

    pub async fn played() -> Self {
        let folder = TempDir::new().unwrap();
        let shelf = Shelf::open(&Location::Sqlite(folder.path().join("broker.db"))).await.unwrap();
        webhook(&shelf).await;
        let scene = Self::over(shelf, folder).await;
        scene.play().await;
        scene
    }

    async fn over(shelf: Shelf, folder: TempDir) -> Self {
        let broker = Broker::new(shelf, Settings::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (end, ended) = oneshot::channel();
        let shutdown = async { drop(ended.await) };
        let served = tokio::spawn(async { serve(listener, broker, shutdown).await.unwrap() });
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().timeout(std::time::Duration::from_secs(30)).build().unwrap();
        Self { base, client, end: Some(end), served, _folder: folder }
    }

    /// Ends the broker, when no browser holds a connection any more.
    pub async fn end(mut self) {
        drop(self.end.take());
        self.served.await.unwrap();
    }

    async fn play(&self) {
        self.publish(("web", "1.0"), "orders", &[order("reads an order")]).await;
        self.publish(("web", "1.1"), "orders", &[order("reads an order"), cancelling()]).await;
        self.publish(("orders", "7"), "payments", &[order("pays")]).await;
        self.publish(("mobile", "3"), "orders", &[order("reads an order on a phone")]).await;
        self.publish((HOSTILE, HOSTILE), "orders", &[order(HOSTILE)]).await;
        self.verified("orders", "web", true, &Value::Null).await;
        let mismatch = json!([{ "attribute": "body", "identifier": "$.id",
            "description": format!("expected a number, got {HOSTILE}") }]);
        self.verified("payments", "orders", false, &mismatch).await;
        self.document().await;
        self.told(Method::POST, "/environments", json!({ "name": "prod", "production": true })).await;
        let version = self.json("/pacticipants/orders/versions/42").await;
        let record = version["_links"]["pb:record-deployment"][0]["href"].as_str().unwrap();
        self.told(Method::POST, record, json!({})).await;
    }

    async fn publish(&self, (consumer, number): (&str, &str), provider: &str, interactions: &[Value]) {
        let pact = json!({
            "consumer": { "name": consumer },
            "provider": { "name": provider },
            "interactions": interactions,
            "metadata": { "pactSpecification": { "version": "3.0.0" } },
        });
        let body = json!({
            "pacticipantName": consumer,
            "pacticipantVersionNumber": number,
            "branch": "main",
            "buildUrl": "https://ci.example/1",
            "contracts": [{
                "consumerName": consumer,
                "providerName": provider,
                "specification": "pact",
                "contentType": "application/json",
                "content": STANDARD.encode(pact.to_string()),
            }],
        });
        self.told(Method::POST, "/contracts/publish", body).await;
    }

    /// Publishes a result of every interaction of the latest pact, by version 42.
    async fn verified(&self, provider: &str, consumer: &str, success: bool, mismatches: &Value) {
        let pact = self.json(&format!("/pacts/provider/{provider}/consumer/{consumer}/latest")).await;
        let at = pact["_links"]["pb:publish-verification-results"]["href"].as_str().unwrap();
        let results: Vec<Value> = pact["interactions"].as_array().unwrap().iter().map(|interaction| {
            json!({ "interactionId": interaction["_id"], "success": success, "mismatches": mismatches })
        }).collect();
        let body = json!({ "success": success, "providerApplicationVersion": "42", "testResults": results });
        self.told(Method::POST, at, body).await;
    }

    /// A document that has the order but no cancelling of it.
    async fn document(&self) {
        let document = json!({
            "openapi": "3.1.0",
            "info": { "title": "orders", "version": "42" },
            "paths": {
                "/orders/{id}": { "get": { "summary": "An order" } },
                "/orders": { "post": { "summary": "A new order" } },
            },
        });
        let body = json!({
            "content": STANDARD.encode(document.to_string()),
            "contentType": "application/json",
            "contractType": "oas",
        });
        self.told(Method::PUT, "/contracts/provider/orders/version/42", body).await;
    }

    async fn told(&self, method: Method, at: &str, body: Value) {
        let request = self.client.request(method, self.url(at)).header("accept", "application/hal+json");
        let answer = request.json(&body).send().await.unwrap();
        let status = answer.status();
        assert!(status.is_success(), "{at}: {status}: {}", answer.text().await.unwrap());
    }

    async fn json(&self, at: &str) -> Value {
        let answer =
            self.client.get(self.url(at)).header("accept", "application/hal+json").send().await.unwrap();
        assert!(answer.status().is_success(), "{at}: {}", answer.status());
        answer.json().await.unwrap()
    }

    pub fn url(&self, at: &str) -> String {
        if at.starts_with('/') { format!("{}{at}", self.base) } else { at.to_owned() }
    }
}

/// With parts of an address, a header and a body that nobody but its owner should see.
async fn webhook(shelf: &Shelf) {
    let uuid = "11111111-1111-4111-8111-111111111111";
    let stored = json!({ "event": "webhook_stored", "uuid": uuid, "webhook": {
        "description": "Tell the builds",
        "events": ["contract_content_changed"],
        "consumer": null,
        "provider": { "name": "orders" },
        "enabled": false,
        "method": "POST",
        "url": format!("https://hooks.example/{SECRET}?token={SECRET}"),
        "headers": { "Authorization": SECRET },
        "body": { "key": SECRET },
        "username": SECRET,
        "password": SECRET,
    }});
    let triggered = json!({ "event": "webhook_triggered", "uuid": "22222222-2222-4222-8222-222222222222",
        "webhook": uuid, "trigger": { "event": "contract_content_changed", "consumer": "web",
        "provider": "orders", "parameters": {} } });
    let attempted = json!({ "event": "webhook_attempted", "uuid": "22222222-2222-4222-8222-222222222222",
        "success": false, "status": 503, "again": null });
    let written = shelf.write("test", |draft| {
        let log =
            draft.keep(format!("HTTP/1.1 POST https://hooks.example/**\n\nHTTP/1.1 503\nX: {HOSTILE}\n"));
        let attempted = Value::Object(
            attempted
                .as_object()
                .unwrap()
                .clone()
                .into_iter()
                .chain([("body".to_owned(), json!(log))])
                .collect(),
        );
        for event in [stored, triggered, attempted] {
            draft.push(serde_json::from_value(event).unwrap());
        }
        Ok(())
    });
    written.await.unwrap();
}

fn order(description: &str) -> Value {
    json!({
        "description": description,
        "providerStates": [{ "name": "there is an order", "params": { "id": 1 } }],
        "request": { "method": "GET", "path": "/orders/1", "query": { "deep": ["true"] } },
        "response": {
            "status": 200,
            "headers": { "Content-Type": "application/json" },
            "body": { "id": 1, "note": HOSTILE },
            "matchingRules": { "body": { "$.id": { "combine": "AND", "matchers": [{ "match": "integer" }] } } },
        },
    })
}

fn cancelling() -> Value {
    json!({
        "description": "cancels an order",
        "request": { "method": "DELETE", "path": "/orders/1" },
        "response": { "status": 204 },
    })
}
