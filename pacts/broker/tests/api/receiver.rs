//! Where webhooks call in tests, and brokers that may call there.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use countersign_broker::Model;
use countersign_broker::http::{Broker, Settings, serve};
use countersign_broker::model::Triggered;
use countersign_broker::shelf::Shelf;
use countersign_broker::webhook::{Calls, Targets};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::running::{Running, database};

pub struct Receiver {
    pub url: String,
    calls: UnboundedReceiver<Received>,
}

#[derive(Debug)]
pub struct Received {
    pub uri: String,
    pub headers: http::HeaderMap,
    pub body: String,
}

/// What the receiver says, in order; then 200.
#[derive(Clone, Copy)]
pub enum Says {
    Status(u16),
    /// It takes the call and never answers.
    Nothing,
}

#[derive(Clone)]
struct Desk {
    answers: Arc<Mutex<VecDeque<Says>>>,
    calls: UnboundedSender<Received>,
}

impl Receiver {
    pub async fn start(answers: &[Says]) -> Self {
        let (sender, calls) = unbounded_channel();
        let answers = Arc::new(Mutex::new(answers.iter().copied().collect()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(take).with_state(Desk { answers, calls: sender });
        tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self { url, calls }
    }

    pub async fn next(&mut self) -> Received {
        self.calls.recv().await.unwrap()
    }

    /// Calls that came and were not looked at.
    pub fn left(&mut self) -> usize {
        std::iter::from_fn(|| self.calls.try_recv().ok()).count()
    }

    /// A webhook that calls here.
    pub fn webhook(&self, events: &[&str]) -> Value {
        let events: Vec<Value> = events.iter().map(|name| json!({ "name": name })).collect();
        json!({
            "events": events,
            "request": { "method": "POST", "url": format!("{}/call", self.url), "body": {} },
        })
    }
}

async fn take(State(desk): State<Desk>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let says = desk.answers.lock().unwrap().pop_front();
    let body = String::from_utf8(body.to_vec()).unwrap();
    // What it got is given back, as a careless receiver would.
    let echo = format!("{:?} {body}", parts.headers);
    desk.calls.send(Received { uri: parts.uri.to_string(), headers: parts.headers, body }).unwrap();
    match says {
        None => echo.into_response(),
        Some(Says::Status(status)) => {
            let location = [("location", "http://127.0.0.1:1/elsewhere")];
            (StatusCode::from_u16(status).unwrap(), location, echo).into_response()
        }
        Some(Says::Nothing) => std::future::pending().await,
    }
}

/// Settings that let webhooks call this machine, and do not wait between tries.
pub fn calling_here() -> Settings {
    let targets = Targets {
        schemes: vec!["http".to_owned()],
        private_hosts: vec!["127.0.0.1".to_owned()],
        ..Targets::default()
    };
    let pauses = vec![Duration::from_millis(1); 2];
    Settings { calls: Calls { targets, pauses, ..Calls::default() }, ..Settings::default() }
}

/// A broker beside its shelf, which tells when something was written.
pub async fn shelved(folder: TempDir, settings: Settings) -> (Running, Arc<Shelf>) {
    let shelf = Shelf::open(&database(folder.path()).await).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let broker = Broker::new(shelf, settings);
    let shelf = Arc::clone(&broker.shelf);
    let running = Running::around(folder, base, |shutdown| async {
        serve(listener, broker, shutdown).await.unwrap();
    });
    (running, shelf)
}

/// Waits until the model is so.
pub async fn until(shelf: &Shelf, so: impl Fn(&Model) -> bool) {
    loop {
        let written = shelf.written();
        if shelf.read(|model| so(model)).await.unwrap() {
            return;
        }
        written.await;
    }
}

/// Waits until no call is owed and at least one was.
pub async fn until_settled(shelf: &Shelf) {
    let over = |triggered: &Triggered| triggered.due().is_none();
    until(shelf, |model| model.triggered().count() > 0 && model.triggered().all(over)).await;
}
