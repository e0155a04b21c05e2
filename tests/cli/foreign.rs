//! Services that are not ours: within this process for what a service may answer, and as processes
//! of their own for how a service may live and die.

mod queue;

pub use queue::work;

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

/// A service in this process; gone when dropped.
pub struct Foreign {
    pub url: String,
    runtime: Option<Runtime>,
}

impl Foreign {
    pub fn serve(router: Router) -> Self {
        Self::with(|listener| async { axum::serve(listener, router).await.unwrap() })
    }

    /// Takes every connection and closes it at once.
    pub fn closing() -> Self {
        Self::with(|listener| async move {
            while let Ok((connection, _)) = listener.accept().await {
                drop(connection);
            }
        })
    }

    /// Takes every request and never answers; the receiver hears of each.
    pub fn hanging() -> (Self, mpsc::UnboundedReceiver<()>) {
        let (sender, requests) = mpsc::unbounded_channel();
        let hang = move || {
            // The receiver may have heard enough.
            let _ = sender.send(());
            std::future::pending::<StatusCode>()
        };
        (Self::serve(Router::new().fallback(hang)), requests)
    }

    /// What is done with the connections.
    pub fn with<F: Future<Output = ()> + Send + 'static>(serve: impl FnOnce(TcpListener) -> F) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(serve(listener));
        Self { url, runtime: Some(runtime) }
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::ZERO);
        }
    }
}

/// Greets: `{"greeting": "hello …"}`.
pub fn greeter() -> Router {
    Router::new().route("/greetings/{name}", get(greet))
}

async fn greet(Path(name): Path<String>) -> Json<Value> {
    Json(json!({ "greeting": format!("hello {name}") }))
}

/// Greets with the credentials that it was sent, as no service should.
pub fn parrot() -> Router {
    let repeat = |headers: HeaderMap| async move {
        let sent = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
        Json(json!({ "greeting": sent.unwrap_or("nobody") }))
    };
    Router::new().fallback(repeat)
}

/// Answers everything with this many bytes of JSON.
pub fn endless(bytes: usize) -> Router {
    Router::new().fallback(move || async move { Json("x".repeat(bytes)) })
}

/// Sends everybody elsewhere.
pub fn elsewhere(url: &str) -> Router {
    let url = url.to_owned();
    Router::new().fallback(move || async move { Redirect::temporary(&url) })
}

/// Keeps stock for whoever knows the key, and has provider states.
fn stock(key: String) -> Router {
    let count = std::sync::Arc::new(std::sync::Mutex::new(0));
    let set = std::sync::Arc::clone(&count);
    let states = move |Json(change): Json<Value>| async move {
        *set.lock().unwrap() = change["params"]["count"].as_i64().unwrap_or_default();
        Json(json!({}))
    };
    let read = move |headers: HeaderMap, Query(query): Query<Value>| async move {
        if headers.get(header::AUTHORIZATION).is_none_or(|sent| *sent != format!("Key {key}")) {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        Json(json!({ "item": query["item"], "count": *count.lock().unwrap() })).into_response()
    };
    Router::new()
        .route("/stock", get(read))
        .route("/states", post(states))
        .route("/health", get(|| async { "well" }))
}

/// Answers what the service at this URL answers.
fn relay(to: String) -> Router {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let client = reqwest::Client::builder().timeout(Duration::from_mins(1)).no_proxy().build().unwrap();
    let ask = move |uri: Uri| async move {
        match client.get(format!("{to}{uri}")).send().await {
            Ok(answer) => Json(answer.json::<Value>().await.unwrap()).into_response(),
            Err(_) => StatusCode::BAD_GATEWAY.into_response(),
        }
    };
    Router::new().fallback(ask)
}

/// Says where it is, until it is asked for the last time.
fn mortal() -> Router {
    Router::new().route("/last", get(die)).merge(greeter())
}

#[expect(clippy::print_stderr, reason = "the last words of a process whose output is caught")]
async fn die() -> Response {
    eprintln!("the database is on fire, key hunter2hunter2");
    std::process::exit(3)
}

/// The arguments with which this test binary is a service: what `start` in a countersign.toml says.
pub fn start() -> String {
    let program = std::env::current_exe().unwrap().display().to_string();
    format!("start = [{program:?}, \"foreign::as_a_process\", \"--exact\", \"--ignored\", \"--nocapture\"]")
}

/// Serves what the environment asks for; other tests start it as a process.
#[test]
#[ignore = "it is a service: other tests start it with FOREIGN and FOREIGN_LISTEN set"]
fn as_a_process() {
    let variable = |name| std::env::var(name).unwrap_or_else(|_| panic!("{name} says what to do"));
    let router = match variable("FOREIGN").as_str() {
        "greeter" => greeter(),
        "mortal" => mortal(),
        "relay" => relay(variable("RELAY_TO")),
        "stock" => stock(variable("STOCK_KEY")),
        "worker" => return queue::work(&variable("QUEUE")),
        "publisher" => queue::publisher(&variable("QUEUE")),
        other => panic!("there is no service {other}"),
    };
    let listen: SocketAddr = variable("FOREIGN_LISTEN").parse().unwrap();
    Runtime::new().unwrap().block_on(async {
        let listener = TcpListener::bind(listen).await.unwrap();
        println!("listening on http://{}", listener.local_addr().unwrap());
        axum::serve(listener, router).await.unwrap();
    });
}
