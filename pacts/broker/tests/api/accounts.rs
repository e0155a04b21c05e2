//! Who may do what, and that the log says who did it.

use countersign_broker::http::{Accounts, Settings};
use countersign_broker::shelf::Shelf;
use countersign_broker::token;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::running::{Running, contracts, database, pact};

fn settings() -> Settings {
    let accounts = Accounts::default().with("writer", "w", true).with("reader", "r", false);
    Settings { accounts, ..Settings::default() }
}

struct Asking<'b>(&'b Running, Client);

impl<'b> Asking<'b> {
    fn of(broker: &'b Running) -> Self {
        Self(broker, Client::builder().timeout(std::time::Duration::from_secs(30)).build().unwrap())
    }

    fn to(&self, method: Method, path: &str) -> RequestBuilder {
        self.1.request(method, format!("{}{path}", self.0.base))
    }
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

async fn json_of(response: Response) -> Value {
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

#[tokio::test]
async fn an_account_that_reads_does_not_write() {
    let broker = Running::with(settings()).await;
    let asking = Asking::of(&broker);
    let refused = asking.to(Method::GET, "/").send().await.unwrap();
    assert_eq!(refused.status(), 401);
    assert_eq!(refused.headers()["www-authenticate"], "Basic realm=\"Restricted area\"");
    let heartbeat = "/diagnostic/status/heartbeat";
    assert_eq!(status(asking.to(Method::GET, heartbeat)).await, 401);
    for (name, password) in [("reader", "w"), ("nobody", "r"), ("", "")] {
        assert_eq!(status(asking.to(Method::GET, "/").basic_auth(name, Some(password))).await, 401, "{name}");
    }
    assert_eq!(status(asking.to(Method::GET, "/").bearer_auth("cst_1")).await, 401);
    let publish = || {
        let body = contracts(("Foo", "1"), &pact(("Foo", "Bar"), "a"));
        asking.to(Method::POST, "/contracts/publish").json(&body)
    };
    assert_eq!(status(publish().basic_auth("reader", Some("r"))).await, 403);
    assert_eq!(status(publish().basic_auth("writer", Some("w"))).await, 200);
    let reader = |method, path| asking.to(method, path).basic_auth("reader", Some("r"));
    assert_eq!(status(reader(Method::GET, "/pacts/latest")).await, 200);
    let asked = reader(Method::POST, "/pacts/provider/Bar/for-verification").json(&json!({}));
    assert_eq!(status(asked).await, 200);
    assert_eq!(status(reader(Method::DELETE, "/pacticipants/Foo")).await, 403);
}

#[tokio::test]
async fn the_log_says_who_did_it() {
    let broker = Running::with(settings()).await;
    let asking = Asking::of(&broker);
    let writer = |method, path| asking.to(method, path).basic_auth("writer", Some("w"));
    for name in ["A", "B"] {
        let made = writer(Method::POST, "/pacticipants").json(&json!({ "name": name }));
        assert_eq!(status(made).await, 201);
    }
    let reader = asking.to(Method::GET, "/audit").basic_auth("reader", Some("r"));
    assert_eq!(status(reader).await, 403);
    let page = json_of(writer(Method::GET, "/audit?limit=1").send().await.unwrap()).await;
    let entry = &page["_embedded"]["entries"][0];
    assert_eq!((&entry["actor"], &entry["event"]["name"]), (&json!("writer"), &json!("A")));
    let next = page["_links"]["next"]["href"].as_str().unwrap().strip_prefix(&broker.base).unwrap();
    let page = json_of(writer(Method::GET, next).send().await.unwrap()).await;
    assert_eq!(page["_embedded"]["entries"][0]["seq"], 2);
    assert_eq!(status(writer(Method::GET, "/audit?after=x")).await, 400);
}

#[tokio::test]
async fn a_token_admits_until_it_is_revoked() {
    let mut settings = Settings::default();
    settings.accounts.required = true;
    let broker = Running::with(settings).await;
    let asking = Asking::of(&broker);
    // As the command does it: beside the running service.
    let shelf = Shelf::open(&database(broker.folder.path()).await).await.unwrap();
    let writes = shelf.write("command", |draft| token::issue(draft, "ci", true)).await.unwrap();
    let reads = shelf.write("command", |draft| token::issue(draft, "page", false)).await.unwrap();
    let create = |token: &str| {
        asking.to(Method::POST, "/pacticipants").bearer_auth(token).json(&json!({ "name": "A" }))
    };
    assert_eq!(status(create(&reads.token)).await, 403);
    assert_eq!(status(create(&writes.token)).await, 201);
    let audit = asking.to(Method::GET, "/audit").bearer_auth(&writes.token).send().await.unwrap();
    let audit = json_of(audit).await;
    assert_eq!(audit["_embedded"]["entries"][2]["actor"], "token ci", "{audit}");
    assert_eq!(audit["_embedded"]["entries"][0]["event"]["hash"], "**********");
    shelf.write("command", |draft| token::revoke(draft, writes.uuid)).await.unwrap();
    assert_eq!(status(create(&writes.token)).await, 401);
    assert_eq!(status(asking.to(Method::GET, "/").bearer_auth(&reads.token)).await, 200);
}

#[tokio::test]
async fn reading_may_be_open_to_everybody() {
    let mut settings = settings();
    settings.accounts.public_read = true;
    let broker = Running::with(settings).await;
    let asking = Asking::of(&broker);
    assert_eq!(status(asking.to(Method::GET, "/pacts/latest")).await, 200);
    assert_eq!(status(asking.to(Method::GET, "/audit")).await, 401);
    assert_eq!(status(asking.to(Method::PUT, "/pacticipants/A").json(&json!({}))).await, 401);
    assert_eq!(status(asking.to(Method::GET, "/").basic_auth("reader", Some("wrong"))).await, 401);
}

#[tokio::test]
async fn the_heartbeat_may_be_open() {
    let mut settings = settings();
    settings.accounts.open_heartbeat = true;
    let broker = Running::with(settings).await;
    let asking = Asking::of(&broker);
    assert_eq!(status(asking.to(Method::GET, "/diagnostic/status/heartbeat")).await, 200);
    assert_eq!(status(asking.to(Method::GET, "/diagnostic/status/dependencies")).await, 401);
}
