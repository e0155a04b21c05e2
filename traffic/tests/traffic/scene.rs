//! A document, exchanges with the service that it describes, and a proxy before that service.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use countersign_openapi::{Document, HttpRequest, HttpResponse, LoadOptions};
use countersign_traffic::proxy::{Admin, Failures, Proxy, Settings, Shutdown, Trust, Upstream};
use countersign_traffic::{Deviation, Exchange, File, Gaps, Limits, Observed, Origin, Reading, Scope, Watch};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A document of a small service.
pub fn document() -> Arc<Document> {
    let text = json!({
        "openapi": "3.0.3",
        "info": { "title": "Recordings", "version": "1" },
        "servers": [{ "url": "https://api.example.com/v1" }],
        "components": {
            "securitySchemes": {
                "key": { "type": "apiKey", "in": "query", "name": "sig" },
                "bearer": { "type": "http", "scheme": "bearer" }
            },
            "schemas": {
                "Vod": {
                    "type": "object",
                    "required": ["id", "title"],
                    "properties": {
                        "id": { "type": "integer" },
                        "title": { "type": "string" },
                        "pin": { "type": "string", "format": "password", "maxLength": 8 },
                        "chapters": { "type": "array", "items": { "type": "integer" } }
                    }
                }
            }
        },
        "paths": {
            "/vods/{id}": {
                "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }],
                "get": {
                    "operationId": "vod",
                    "parameters": [{ "name": "X-Trace", "in": "header", "required": false, "schema": { "type": "integer" } }],
                    "responses": {
                        "200": { "description": "it", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Vod" } } } },
                        "404": { "description": "none" }
                    }
                },
                "put": {
                    "operationId": "change",
                    "security": [{ "bearer": [] }, { "key": [] }],
                    "requestBody": { "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Vod" } } } },
                    "responses": { "204": { "description": "done" }, "400": { "description": "no" }, "401": { "description": "no" } }
                },
                "delete": { "operationId": "remove", "responses": { "204": { "description": "gone" } } }
            },
            "/reset/{token}": {
                "parameters": [{ "name": "token", "in": "path", "required": true, "schema": { "type": "string" } }],
                "get": { "operationId": "reset", "responses": { "204": { "description": "done" } } }
            }
        }
    });
    Arc::new(Document::from_text("recordings.json", &text.to_string(), &LoadOptions::default()).unwrap())
}

/// A body that the document lets through.
pub fn vod() -> Value {
    json!({ "id": 7, "title": "Council" })
}

/// `GET path`, answered with `status` and `body` as JSON.
pub fn exchange(number: u64, path: &str, status: u16, body: &Value) -> Exchange {
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let request = HttpRequest {
        method: "GET".into(),
        path: path.into(),
        query: query.map(str::to_owned),
        ..HttpRequest::default()
    };
    let response = HttpResponse {
        status,
        headers: vec![("Content-Type".into(), "application/json".into())],
        body: Some(body.to_string().into_bytes()),
    };
    Exchange { origin: Origin::live(number), request, response, gaps: Gaps::default() }
}

/// A recording that is read for `watch`.
pub fn reading<'r>(scope: &'r Scope, watch: &'r Watch) -> Reading<'r> {
    Reading { file: File { turn: 1, name: "recorded".into() }, scope, watch, limits: Limits::default() }
}

/// Ids, weights and places of what was found, with how often.
pub fn told(observed: &Observed) -> Vec<(String, u64)> {
    let line = |it: &Deviation| {
        let whose = it.operation.as_ref().map(|key| format!("{} {}", key.method, key.path));
        let whose = whose.or_else(|| it.shape.clone()).unwrap_or_default();
        (format!("{:?} {} {whose} {:?}", it.severity, it.code.as_str(), it.place), it.count)
    };
    observed.deviations.iter().map(line).collect()
}

/// A proxy that serves.
pub struct Proxied {
    pub address: SocketAddr,
    pub watch: Arc<Watch>,
    pub admin: Admin,
    drain: oneshot::Sender<()>,
    cut: oneshot::Sender<()>,
    serving: JoinHandle<Failures>,
}

/// Bounds for tests: nothing ever takes long that is not meant to.
pub fn settings() -> Settings {
    Settings { grace: Duration::from_mins(1), ..Settings::default() }
}

impl Proxied {
    pub async fn before(service: SocketAddr, settings: Settings) -> Self {
        Self::with(&format!("http://{service}"), &Trust::Machine, settings).await
    }

    pub async fn with(url: &str, trust: &Trust, settings: Settings) -> Self {
        let watch = Arc::new(Watch::new(document()));
        let upstream = Upstream::new(url, trust, &settings).unwrap();
        let proxy = Proxy::new(upstream, Arc::clone(&watch), settings);
        let admin = proxy.admin();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let ((drain, drained), (cut, is_cut)) = (oneshot::channel(), oneshot::channel());
        let shutdown = Shutdown { drain: wish(drained), cut: wish(is_cut) };
        let serving = tokio::spawn(async move { proxy.serve(listener, shutdown).await.unwrap() });
        Self { address, watch, admin, drain, cut, serving }
    }

    /// Asks for the end; what serves is returned, to be waited for.
    pub fn drain(self) -> Draining {
        self.drain.send(()).unwrap();
        Draining { watch: self.watch, cut: self.cut, serving: self.serving }
    }

    /// Asks for the end and waits for it.
    pub async fn stop(self) -> (Observed, Failures) {
        self.drain().end().await
    }
}

/// A proxy whose end was asked for.
pub struct Draining {
    watch: Arc<Watch>,
    cut: oneshot::Sender<()>,
    serving: JoinHandle<Failures>,
}

impl Draining {
    /// Waits for the end.
    pub async fn end(self) -> (Observed, Failures) {
        // Dropped earlier, the sender would be a wish too.
        let _cut = self.cut;
        let failures = self.serving.await.unwrap();
        (self.watch.observed(), failures)
    }

    /// Cuts what is under way, and waits for the end.
    pub async fn cut(self) -> (Observed, Failures) {
        self.cut.send(()).unwrap();
        let failures = self.serving.await.unwrap();
        (self.watch.observed(), failures)
    }
}

async fn wish(receiver: oneshot::Receiver<()>) {
    if receiver.await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Runs a test on two threads.
pub fn run<F: Future<Output = ()>>(test: F) {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap().block_on(test);
}
