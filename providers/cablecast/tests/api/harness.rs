//! A station of its own for each test, and a client that holds every exchange against the document.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use cablecast::{Clock, Credentials, Settings, Station, Timestamp};
use countersign_openapi::{Document, HttpRequest, HttpResponse, LoadOptions, Severity, Violation};
use reqwest::{Client, Method};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub const API: &str = cablecast::PREFIX;
pub const USER: &str = "archive";
pub const PASSWORD: &str = "a password of tests";
/// `archive:a password of tests`, as Basic carries it.
const AUTHORIZATION: &str = "Basic YXJjaGl2ZTphIHBhc3N3b3JkIG9mIHRlc3Rz";

/// When every test begins.
pub const NOW: &str = "2026-06-03T08:00:00-05:00";

pub static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/cablecast.yaml");
    Document::load(&path, &LoadOptions::default()).expect("the document of the API loads")
});

/// A running station, stopped when it is dropped.
pub struct TestStation {
    address: SocketAddr,
    now: Arc<Mutex<Timestamp>>,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
}

impl TestStation {
    pub async fn start() -> Self {
        Self::start_with(Settings::default()).await
    }

    /// Starts one with the settings, but for the clock and the user, which are the tests' own.
    pub async fn start_with(settings: Settings) -> Self {
        // Whoever comes first installs it; all of them install the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let now = Arc::new(Mutex::new(Timestamp::parse(NOW).unwrap()));
        let clock = Clock::from_fn({
            let now = Arc::clone(&now);
            move || *now.lock().unwrap()
        });
        let users = vec![Credentials::new(USER, PASSWORD).unwrap()];
        let station = Station::new(Settings { clock, users, ..settings });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move {
            // A sender that is dropped stops the station as well.
            let _ = stopped.await;
        };
        tokio::spawn(cablecast::serve(listener, station, shutdown));
        let client = Client::builder().timeout(Duration::from_mins(1)).build().unwrap();
        Self { address, now, client, stop: Some(stop) }
    }

    /// Lets time pass for the station.
    pub fn pass(&self, seconds: i64) {
        let mut now = self.now.lock().unwrap();
        *now = now.plus_seconds(seconds);
    }

    /// Sends what the document allows. Both sides of the exchange must keep it.
    pub async fn send(&self, call: Call) -> Answer {
        let (answer, asked, answered) = self.exchange(call).await;
        assert!(asked.is_empty(), "the request breaks the document: {asked:#?}");
        assert!(answered.is_empty(), "the answer breaks the document: {answered:#?}\n{answer:?}");
        answer
    }

    /// Sends what the document does not allow. The answer must keep it all the same.
    pub async fn send_against_document(&self, call: Call) -> Answer {
        let (answer, asked, answered) = self.exchange(call).await;
        assert!(!asked.is_empty(), "the document allows this request: send it as such");
        assert!(answered.is_empty(), "the answer breaks the document: {answered:#?}\n{answer:?}");
        answer
    }

    /// Sends what the document says nothing about.
    pub async fn send_outside_document(&self, call: Call) -> Answer {
        self.exchange(call).await.0
    }

    async fn exchange(&self, call: Call) -> (Answer, Vec<Violation>, Vec<Violation>) {
        let request = call.into_request();
        let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        let url = format!("http://{}{}{query}", self.address, request.path);
        let method = Method::from_bytes(request.method.as_bytes()).unwrap();
        let mut sent = self.client.request(method, url);
        for (name, value) in &request.headers {
            sent = sent.header(name, value);
        }
        let received = sent.body(request.body.clone().unwrap_or_default()).send().await.unwrap();
        let status = received.status().as_u16();
        let headers = received.headers().iter();
        let headers: Vec<_> =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        let body = received.bytes().await.unwrap().to_vec();
        let response = HttpResponse { status, headers, body: (!body.is_empty()).then_some(body) };
        let asked = errors(DOCUMENT.check_request(&request));
        let answered = errors(DOCUMENT.check_response(&request, &response));
        (Answer(response), asked, answered)
    }
}

impl Drop for TestStation {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The server may be gone already; then there is nothing to stop.
            let _ = stop.send(());
        }
    }
}

fn errors(violations: Vec<Violation>) -> Vec<Violation> {
    violations.into_iter().filter(|violation| violation.severity != Severity::Info).collect()
}

/// A request about to be sent.
#[derive(Clone, Debug)]
pub struct Call(HttpRequest);

impl Call {
    /// `target` is a path below the API's prefix, with its query.
    pub fn new(method: &str, target: &str) -> Self {
        Self::outside(method, &format!("{API}{target}"))
    }

    /// `target` is a whole path, with its query.
    pub fn outside(method: &str, target: &str) -> Self {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        Self(HttpRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            query,
            ..HttpRequest::default()
        })
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.0.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With the user of the tests.
    pub fn signed_in(self) -> Self {
        self.header("Authorization", AUTHORIZATION)
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.0.body = Some(body.into());
        self.header("Content-Type", content_type)
    }

    /// The form of one segment of a file.
    pub fn segment(self, segment: &str, file: &[u8]) -> Self {
        let part = |name: &str| format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"");
        let mut body = format!("{}\r\n\r\n{segment}\r\n", part("segment")).into_bytes();
        let file_head = "; filename=\"part\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        body.extend(format!("{}{file_head}", part("file")).into_bytes());
        body.extend(file);
        body.extend(b"\r\n--cut--\r\n");
        self.body("multipart/form-data; boundary=cut", body)
    }

    pub fn into_request(self) -> HttpRequest {
        self.0
    }
}

pub fn get(target: &str) -> Call {
    Call::new("GET", target)
}

pub fn post(target: &str, body: &Value) -> Call {
    Call::new("POST", target).json(body)
}

pub fn put(target: &str, body: &Value) -> Call {
    Call::new("PUT", target).json(body)
}

pub fn delete(target: &str) -> Call {
    Call::new("DELETE", target)
}

/// What the station said.
pub struct Answer(HttpResponse);

impl Answer {
    pub fn status(&self) -> u16 {
        self.0.status
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.header(name)
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(self.0.body.as_deref().unwrap_or_default()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(self.text()).unwrap()
    }

    /// The body of an answer that must be a 200.
    pub fn ok(&self) -> Value {
        assert_eq!(self.status(), 200, "{self:?}");
        self.json()
    }

    /// The message of an answer that must be a refusal.
    pub fn refused(&self, status: u16) -> String {
        assert_eq!(self.status(), status, "{self:?}");
        self.json()["message"].as_str().expect("a refusal says why").to_owned()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status(), self.text())
    }
}

/// The numbers under `member` of every object in an array.
pub fn ids(array: &Value) -> Vec<i64> {
    array.as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
}
