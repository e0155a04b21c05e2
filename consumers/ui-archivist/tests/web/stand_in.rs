//! An Archivist that answers what a test wants it to, and the UI before it, asked as a browser asks.

use std::time::Duration;

use reqwest::header::{COOKIE, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use ui_archivist::web::{Ui, serve};
use ui_archivist::{Archivist, Limits};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

pub struct StandIn {
    pub archivist: MockServer,
    pub base: String,
    client: Client,
    end: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

pub struct Got {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn says(&self, what: &str) -> &Self {
        assert!(self.text.contains(what), "{what}: {} {}", self.status, self.text);
        self
    }
}

pub fn refusal(kind: &str, message: &str, details: &Value) -> Value {
    json!({"error": {"type": kind, "message": message, "details": details, "request_id": "r-1"}})
}

impl StandIn {
    /// Somebody of this role is signed in.
    pub async fn open(role: &str, https: bool) -> Self {
        let archivist = MockServer::start().await;
        let user = json!({"id": 1, "username": "editor", "role": role});
        let me = Mock::given(path("/api/auth/me"));
        me.respond_with(ResponseTemplate::new(200).set_body_json(user)).mount(&archivist).await;
        let at = archivist.uri();
        Self::before(archivist, &at, https).await
    }

    /// Where an Archivist should be, nobody listens.
    pub async fn before_nothing() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        Self::before(MockServer::start().await, &at, false).await
    }

    async fn before(archivist: MockServer, at: &str, https: bool) -> Self {
        let limits = Limits { answer: Duration::from_millis(300), max_body: 4096, ..Limits::default() };
        let client = Archivist::new(at, limits).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (end, ended) = oneshot::channel();
        let shutdown = async { drop(ended.await) };
        let served =
            tokio::spawn(async move { serve(listener, Ui::new(client, https), shutdown).await.unwrap() });
        let client =
            Client::builder().redirect(Policy::none()).timeout(Duration::from_mins(1)).build().unwrap();
        Self { archivist, base, client, end, served }
    }

    pub async fn answers(&self, verb: &str, at: &str, answer: ResponseTemplate) {
        Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&self.archivist).await;
    }

    /// By somebody, who does not say from where.
    pub fn is_asked(&self, method: Method, at: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{at}", self.base))
    }

    /// By a page of ours.
    pub fn asks(&self, method: Method, at: &str) -> RequestBuilder {
        self.is_asked(method, at).header("sec-fetch-site", "same-origin")
    }

    pub async fn got(request: RequestBuilder) -> Got {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Got { status, headers, text: answer.text().await.unwrap() }
    }

    pub async fn get(&self, at: &str) -> Got {
        Self::got(self.asks(Method::GET, at).header(COOKIE, "archivist-session=token")).await
    }

    pub async fn post(&self, at: &str, form: &str) -> Got {
        let request = self.asks(Method::POST, at).header(COOKIE, "archivist-session=token");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        Self::got(request.body(form.to_owned())).await
    }

    pub async fn close(self) {
        let _ = self.end.send(());
        drop(self.client);
        self.served.await.unwrap();
    }
}
