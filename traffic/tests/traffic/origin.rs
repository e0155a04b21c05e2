//! The service behind the proxy, as each test wants it to behave.

use std::future::Future;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::wire::{Message, Wire};

/// A service in this process; gone when dropped.
pub struct Origin {
    pub address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Origin {
    /// Hands each connection to `serve`.
    pub async fn on_connection<F>(serve: impl Fn(Wire) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(Wire::new(stream)));
            }
        });
        Self { address, serving }
    }

    /// Answers each request with the bytes that `answer` makes of it.
    pub async fn answering(answer: impl Fn(&Message) -> Vec<u8> + Clone + Send + Sync + 'static) -> Self {
        Self::on_connection(move |mut wire| {
            let answer = answer.clone();
            async move {
                while let Some(request) = wire.request().await {
                    let bytes = answer(&request);
                    wire.send(bytes).await;
                }
            }
        })
        .await
    }

    /// Answers every request with this status and body of JSON.
    pub async fn of_json(status: u16, body: &Value) -> Self {
        let bytes = json_answer(status, body);
        Self::answering(move |_| bytes.clone()).await
    }

    /// An address at which nobody listens.
    pub async fn nowhere() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

pub fn json_answer(status: u16, body: &Value) -> Vec<u8> {
    answer(status, "application/json", &body.to_string())
}

pub fn answer(status: u16, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}
