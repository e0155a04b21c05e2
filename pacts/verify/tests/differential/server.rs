//! The provider of all cases: answers `/case/N` as case N says, and tells what it was asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response};
use axum::routing::post;
use axum::serve::ListenerExt as _;
use axum::{Json, extract::Request};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

use crate::case::{Answer, Case};

/// What arrived, in a form that two clients can agree on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrived {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    /// Without those that every client sets in its own way.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub struct Server {
    pub url: Url,
    arrived: Arc<Mutex<HashMap<usize, Arrived>>>,
}

#[derive(Clone)]
struct Known {
    answers: Arc<Vec<Answer>>,
    arrived: Arc<Mutex<HashMap<usize, Arrived>>>,
}

impl Server {
    pub async fn start(cases: &[Case]) -> Self {
        let answers = Arc::new(cases.iter().map(|case| case.answer.clone()).collect());
        let arrived = Arc::default();
        let known = Known { answers, arrived: Arc::clone(&arrived) };
        let router = Router::new().route("/states", post(change_state)).fallback(answer).with_state(known);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
        // Ends with the runtime of the test.
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, arrived }
    }

    /// The last request for the answer of case `index`, which is then forgotten.
    pub fn take_arrived(&self, index: usize) -> Option<Arrived> {
        self.arrived.lock().unwrap().remove(&index)
    }
}

/// Every state is fine and knows an id, a token and a number; `broken` is none.
async fn change_state(Json(change): Json<Value>) -> Response<Body> {
    let (status, values) = match change["state"].as_str() {
        Some("broken") => (500, json!({ "error": "broken" })),
        // The official verifier announces the absence of a state as a state without a name.
        Some("") => (200, json!({})),
        _ => (200, json!({ "id": 42, "token": "t0k3n-of-state", "name": "from state", "flag": true })),
    };
    let response = Response::builder().status(status).header("content-type", "application/json");
    response.body(Body::from(values.to_string())).unwrap()
}

async fn answer(State(known): State<Known>, request: Request) -> Response<Body> {
    let (Parts { method, uri, headers, .. }, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let index: usize = uri.path().split('/').nth(2).unwrap().parse().unwrap();
    let arrived = Arrived {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: query.into_owned().collect(),
        headers: comparable(&headers),
        body: body.to_vec(),
    };
    known.arrived.lock().unwrap().insert(index, arrived);
    let answer = &known.answers[index];
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body.clone())).unwrap()
}

fn comparable(headers: &HeaderMap) -> Vec<(String, String)> {
    let own = ["host", "user-agent", "content-length"];
    let mut pairs: Vec<_> = headers
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    pairs.sort();
    pairs
}
