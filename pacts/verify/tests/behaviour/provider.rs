//! A provider of a test's own on a free port, gone when the test is.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use countersign_verify::{Event, Pact, Settings, Target, Verification, verify};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

/// Lines such as `GET /shows/7?page=1`, in the order of arrival.
pub type Log = Arc<Mutex<Vec<String>>>;

pub struct Provider {
    pub url: Url,
    pub log: Log,
    task: JoinHandle<()>,
}

impl Provider {
    pub async fn start(router: Router) -> Self {
        let log = Log::default();
        let router = router.layer(middleware::from_fn_with_state(Arc::clone(&log), record));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = url_of(&listener);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, log, task }
    }

    pub fn target(&self) -> Target {
        target(&self.url)
    }

    /// With the handler of provider states at `/states`.
    pub fn target_with_states(&self) -> Target {
        Target { states: Some(self.url.join("/states").unwrap()), ..self.target() }
    }

    pub fn requests(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn record(State(log): State<Log>, request: Request, next: Next) -> Response {
    log.lock().unwrap().push(format!("{} {}", request.method(), request.uri()));
    next.run(request).await
}

pub fn url_of(listener: &TcpListener) -> Url {
    Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap()
}

pub fn target(url: &Url) -> Target {
    Target::http(url.clone())
}

/// Replays without a document.
pub async fn replay(pact: &Pact, target: &Target, settings: &Settings) -> Verification {
    verify(pact, target, None, settings, &|_: Event<'_>| {}).await.unwrap()
}
