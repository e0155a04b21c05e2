//! Calls that webhooks owe, over a process that is killed: while one is under way, and between two tries.

use std::path::Path;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::asking::{self, client, get, publish};
use crate::process::Process;

/// Where a webhook calls; it outlives the broker. The first call fails as the test says, the others go well.
struct Receiver {
    url: String,
    calls: UnboundedReceiver<Option<StatusCode>>,
}

/// How the first call ends; none where it never does.
#[derive(Clone, Copy)]
struct First(Option<StatusCode>);

#[derive(Clone)]
struct Desk {
    first: First,
    calls: UnboundedSender<Option<StatusCode>>,
    taken: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

impl Receiver {
    async fn start(first: First) -> Self {
        let (sender, calls) = unbounded_channel();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/build", listener.local_addr().unwrap());
        let desk = Desk { first, calls: sender, taken: std::sync::Arc::default() };
        let router = Router::new().route("/build", post(take)).with_state(desk);
        tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self { url, calls }
    }

    /// What the next call is answered.
    async fn next(&mut self) -> Option<StatusCode> {
        self.calls.recv().await.unwrap()
    }
}

async fn take(State(desk): State<Desk>) -> StatusCode {
    let before = desk.taken.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    let answer = if before == 0 { desk.first.0 } else { Some(StatusCode::OK) };
    desk.calls.send(answer).unwrap();
    match answer {
        Some(answer) => answer,
        None => std::future::pending().await,
    }
}

/// A broker over the database, with a webhook that a publication has just set off.
async fn set_off(database: &Path, client: &Client, receiver: &Receiver) -> Process {
    let process = Process::calling(database);
    let webhook = json!({
        "events": [{ "name": "contract_published" }],
        "request": { "method": "POST", "url": receiver.url, "body": {} },
    });
    let (status, answer) =
        asking::post(client, &format!("{}/webhooks", process.base), &webhook).await.unwrap();
    assert_eq!(status, 201, "{answer}");
    assert_eq!(publish(client, &process.base, ("Consumer", "1"), "a").await.unwrap().0, 200);
    process
}

/// What the broker tells of the one call, once it tells this of it.
async fn told_until(client: &Client, process: &Process, so: impl Fn(&Value) -> bool) -> Value {
    let url = format!("{}/pacts/provider/Provider/consumer/Consumer/webhooks/status", process.base);
    loop {
        let (_, told) = get(client, &url).await.unwrap();
        if so(&told) {
            return told;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_is_made_by_the_process_that_follows_a_killed_one() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("broker.db");
    let client = client();
    let mut receiver = Receiver::start(First(Some(StatusCode::INTERNAL_SERVER_ERROR))).await;
    let process = set_off(&database, &client, &receiver).await;
    assert_eq!(receiver.next().await, Some(StatusCode::INTERNAL_SERVER_ERROR));
    told_until(&client, &process, |told| told["summary"]["retrying"] == 1).await;
    process.kill();

    let process = Process::calling(&database);
    assert_eq!(receiver.next().await, Some(StatusCode::OK));
    let told = told_until(&client, &process, |told| told["summary"]["successful"] == 1).await;
    assert_eq!(told["_embedded"]["triggeredWebhooks"][0]["attemptsMade"], 2, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_died_with_its_process_is_made_again() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("broker.db");
    let client = client();
    let mut receiver = Receiver::start(First(None)).await;
    let process = set_off(&database, &client, &receiver).await;
    assert_eq!(receiver.next().await, None);
    process.kill();

    let process = Process::calling(&database);
    assert_eq!(receiver.next().await, Some(StatusCode::OK));
    told_until(&client, &process, |told| told["summary"]["successful"] == 1).await;
}
