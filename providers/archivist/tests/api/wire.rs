//! A wire to a server that can be cut at any request, or be slow, or say something else.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;

use crate::client::client;

/// What the wire does.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    None,
    /// From the request of this number on, the first being 1, no answer arrives. Whether that request itself does.
    Cut {
        from: usize,
        arrives: bool,
    },
    /// The answer never comes.
    Silence,
    Status(u16),
    Says(&'static str),
    /// The answer begins and does not end.
    Slow,
}

#[derive(Clone)]
pub struct Wire {
    pub target: String,
    pub client: reqwest::Client,
    state: Arc<Mutex<(Fault, usize)>>,
}

impl Wire {
    /// A wire to a server, and the address at its near end.
    pub async fn to(target: String) -> (Self, String) {
        let wire = Self { target, client: client(), state: Arc::new(Mutex::new((Fault::None, 0))) };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = axum::Router::new().fallback(carry).with_state(wire.clone());
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        (wire, url)
    }

    pub fn set(&self, fault: Fault) {
        *self.state.lock().unwrap() = (fault, 0);
    }

    fn next(&self) -> (Fault, usize) {
        let mut state = self.state.lock().unwrap();
        state.1 += 1;
        state.clone()
    }

    async fn forward(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
        let url = format!("{}{}", self.target, parts.uri);
        let mut headers = parts.headers;
        headers.remove("host");
        let sent = self.client.request(parts.method, url).headers(headers).body(body).send().await;
        // The server may be gone.
        let Ok(sent) = sent else { return Response::new(broken()) };
        let (status, content) = (sent.status(), sent.headers().get("content-type").cloned());
        let mut answer = (status, sent.bytes().await.unwrap()).into_response();
        answer.headers_mut().remove("content-type");
        if let Some(content) = content {
            answer.headers_mut().insert("content-type", content);
        }
        answer
    }
}

fn broken() -> Body {
    Body::from_stream(futures::stream::once(async { Err::<String, _>(std::io::Error::other("cut")) }))
}

async fn carry(State(wire): State<Wire>, request: Request) -> Response {
    match wire.next() {
        (Fault::Cut { from, arrives }, number) if number >= from => {
            if arrives && number == from {
                wire.forward(request).await;
            }
            Response::new(broken())
        }
        (Fault::None | Fault::Cut { .. }, _) => wire.forward(request).await,
        (Fault::Silence, _) => std::future::pending().await,
        (Fault::Status(status), _) => {
            (http::StatusCode::from_u16(status).unwrap(), "http://10.0.0.5/secret").into_response()
        }
        (Fault::Says(text), _) => text.into_response(),
        (Fault::Slow, _) => {
            Response::new(Body::from_stream(futures::stream::pending::<Result<String, std::io::Error>>()))
        }
    }
}
