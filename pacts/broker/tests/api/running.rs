//! A broker of its own for each test: own database, own port, gone with the test.

use std::path::Path;
use std::pin::Pin;

use base64::Engine as _;
use countersign_broker::http::{Broker, Settings, serve};
use countersign_broker::provider_states;
use countersign_broker::shelf::Shelf;
use countersign_broker::store::Location;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub struct Running {
    pub base: String,
    client: Client,
    end: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<()>>,
    pub folder: TempDir,
}

impl Running {
    pub async fn start() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn with(settings: Settings) -> Self {
        let folder = TempDir::new().unwrap();
        Self::over(folder, settings).await
    }

    /// Over the database that stands in a folder already.
    pub async fn over(folder: TempDir, settings: Settings) -> Self {
        let shelf = Shelf::open(&database(folder.path()).await).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        Self::around(folder, base, |shutdown| async {
            serve(listener, Broker::new(shelf, settings), shutdown).await.unwrap();
        })
    }

    /// With provider states, and addresses that start with `base_url`.
    pub async fn rehearsing(base_url: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let shelf = Shelf::open(&database(folder.path()).await).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let settings = Settings { base_url: Some(base_url.parse().unwrap()), ..calling("*") };
        let router = provider_states::router(Broker::new(shelf, settings));
        Self::around(folder, base, |shutdown| async {
            axum::serve(listener, router).with_graceful_shutdown(shutdown).await.unwrap();
        })
    }

    pub fn around<F: Future<Output = ()> + Send + 'static>(
        folder: TempDir,
        base: String,
        service: impl FnOnce(Pin<Box<dyn Future<Output = ()> + Send>>) -> F,
    ) -> Self {
        let (end, ended) = oneshot::channel();
        let served = tokio::spawn(service(Box::pin(async { drop(ended.await) })));
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().timeout(std::time::Duration::from_secs(30)).build().unwrap();
        Self { base, client, end: Some(end), served: Some(served), folder }
    }

    /// Ends the service and gives its folder back.
    pub async fn stop(mut self) -> TempDir {
        drop(self.end.take());
        self.served.take().unwrap().await.unwrap();
        self.folder
    }

    /// Ends it in the middle of everything, as a signal that cannot be caught does.
    pub async fn kill(mut self) -> TempDir {
        let served = self.served.take().unwrap();
        served.abort();
        assert!(served.await.unwrap_err().is_cancelled());
        self.folder
    }

    /// An address of ours: a path, or what an answer gave.
    pub async fn send(&self, method: Method, at: &str, body: Option<Value>) -> Response {
        let url = if at.starts_with('/') { format!("{}{at}", self.base) } else { at.to_owned() };
        let request = self.client.request(method, url).header("accept", "application/hal+json");
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        request.send().await.unwrap()
    }

    /// Status and body.
    pub async fn ask(&self, method: Method, at: &str, body: Option<Value>) -> (StatusCode, Value) {
        let response = self.send(method, at, body).await;
        let status = response.status();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// What is there, which has to be there.
    pub async fn get(&self, at: &str) -> Value {
        let (status, body) = self.ask(Method::GET, at, None).await;
        assert_eq!(status, 200, "{at}: {body}");
        body
    }

    pub async fn post(&self, at: &str, body: Value) -> (StatusCode, Value) {
        self.ask(Method::POST, at, Some(body)).await
    }

    pub async fn put(&self, at: &str, body: Value) -> (StatusCode, Value) {
        self.ask(Method::PUT, at, Some(body)).await
    }

    /// Publishes a pact of one interaction, as the official command does.
    pub async fn publish(
        &self,
        (consumer, number, provider): (&str, &str, &str),
        description: &str,
    ) -> Value {
        let body = contracts((consumer, number), &pact((consumer, provider), description));
        let (status, answer) = self.post("/contracts/publish", body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }
}

/// Settings that let webhooks call a host.
pub fn calling(host: &str) -> Settings {
    let mut settings = Settings::default();
    settings.calls.targets.hosts.push(host.to_owned());
    settings
}

/// Where the tests run once more on a server: the URL of it.
pub const SERVER: &str = "COUNTERSIGN_TEST_POSTGRESQL";

/// The database of a test: a file in its folder, or one of the server that is named there.
pub async fn database(folder: &Path) -> Location {
    let Ok(server) = std::env::var(SERVER) else { return Location::Sqlite(folder.join("broker.db")) };
    let named = folder.join("database");
    if let Ok(url) = std::fs::read_to_string(&named) {
        return url.parse().unwrap();
    }
    let url = create(&server).await;
    std::fs::write(named, &url).unwrap();
    url.parse().unwrap()
}

/// A new, empty database of a server.
pub async fn create(server: &str) -> String {
    let name = format!("test_{}", uuid::Uuid::new_v4().simple());
    let mut connection = PgConnection::connect(server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    connection.close().await.unwrap();
    server.replacen("/postgres?", &format!("/{name}?"), 1)
}

pub fn pact((consumer, provider): (&str, &str), description: &str) -> Value {
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "interactions": [{
            "description": description,
            "request": { "method": "GET", "path": "/" },
            "response": { "status": 200 },
        }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    })
}

pub fn contracts((consumer, number): (&str, &str), pact: &Value) -> Value {
    json!({
        "pacticipantName": consumer,
        "pacticipantVersionNumber": number,
        "branch": "main",
        "contracts": [{
            "consumerName": consumer,
            "providerName": pact["provider"]["name"],
            "specification": "pact",
            "contentType": "application/json",
            "content": base64::engine::general_purpose::STANDARD.encode(pact.to_string()),
        }],
    })
}
