//! A page of a browser that listens: the client's end of a WebSocket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};

pub struct Page {
    socket: WebSocketStream<TcpStream>,
}

/// Opens a socket with these subprotocols. Gives it with the one that was selected, or the status of a refusal.
pub async fn shake(
    archivist: impl Into<SocketAddr>,
    target: &str,
    protocols: Option<&str>,
) -> Result<(Page, Option<String>), u16> {
    let address = archivist.into();
    let mut request = format!("ws://{address}{target}").into_client_request().unwrap();
    if let Some(protocols) = protocols {
        request.headers_mut().insert("sec-websocket-protocol", protocols.parse().unwrap());
    }
    let connection = TcpStream::connect(address).await.unwrap();
    match tokio_tungstenite::client_async(request, connection).await {
        Ok((socket, answer)) => {
            let selected = answer.headers().get("sec-websocket-protocol");
            Ok((Page { socket }, selected.map(|it| it.to_str().unwrap().to_owned())))
        }
        Err(Error::Http(refused)) => Err(refused.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

/// The status with which a socket is refused.
pub async fn no_page(archivist: impl Into<SocketAddr>, target: &str, protocols: Option<&str>) -> u16 {
    shake(archivist, target, protocols).await.map(|_| "there is a socket").unwrap_err()
}

fn all_jobs() -> Message {
    Message::text(r#"{"event":"filter_tasks","data":{"status":null}}"#)
}

impl Page {
    pub async fn open(archivist: impl Into<SocketAddr>, token: &str) -> Self {
        let (page, _) =
            shake(archivist, "/ws", Some(&format!("archivist.v1, bearer.{token}"))).await.unwrap();
        page
    }

    /// The next frame of text.
    pub async fn next(&mut self) -> Value {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_))) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The next event that is none of this name.
    pub async fn next_but(&mut self, name: &str) -> Value {
        loop {
            let event = self.next().await;
            if event["event"] != name {
                return event;
            }
        }
    }

    /// The data of the next event of this name, whatever comes before it.
    pub async fn event(&mut self, name: &str) -> Value {
        loop {
            let mut event = self.next().await;
            if event["event"] == name {
                return event["data"].take();
            }
        }
    }

    /// Sees that it is still told what it asks for.
    pub async fn is_alive(&mut self) {
        self.say(r#"{"event":"shout"}"#).await;
        self.event("error").await;
    }

    pub async fn say(&mut self, frame: &str) {
        // Where the service has ended the socket meanwhile, the test finds it when it reads.
        let _ = self.socket.send(Message::text(frame)).await;
    }

    pub async fn say_bytes(&mut self, frame: &[u8]) {
        self.socket.send(Message::binary(frame.to_vec())).await.unwrap();
    }

    /// Past the library, which would not send it.
    pub async fn write_raw(&mut self, bytes: &[u8]) {
        self.socket.get_mut().write_all(bytes).await.unwrap();
    }

    /// The code with which the service ends the socket; nothing where the connection just breaks.
    pub async fn ended(&mut self) -> Option<u16> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    pub async fn leave(mut self) {
        self.socket.close(None).await.unwrap();
        while let Some(Ok(_)) = self.socket.next().await {}
    }

    /// Asks for the jobs and reads no answer, until the service has enough of it.
    pub async fn ask_for_ever(mut self) {
        while self.socket.send(all_jobs()).await.is_ok() {}
    }

    /// Asks for the jobs and counts how often; reads the answers from the moment at which it is told to. The code
    /// with which the service ends it.
    pub async fn ask_and_read_later(
        self,
        asked: Arc<AtomicUsize>,
        begin: oneshot::Receiver<()>,
    ) -> Option<u16> {
        let (mut to, mut from) = self.socket.split();
        let asking = async {
            while to.send(all_jobs()).await.is_ok() {
                asked.fetch_add(1, Ordering::SeqCst);
            }
            std::future::pending().await
        };
        let reading = async {
            begin.await.unwrap();
            loop {
                match from.next().await {
                    Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        };
        tokio::select! {
            code = reading => code,
            code = asking => code,
        }
    }

    /// Takes what comes off the connection and answers no ping, until the service has enough of it.
    pub async fn read_raw_to_the_end(mut self) {
        let mut bytes = [0; 1024];
        while self.socket.get_mut().read(&mut bytes).await.is_ok_and(|read| read > 0) {}
    }

    /// Hears so many pings.
    pub async fn pings(&mut self, count: usize) -> usize {
        let mut heard = 0;
        while heard < count {
            match self.socket.next().await {
                Some(Ok(Message::Ping(_))) => heard += 1,
                Some(Ok(_)) => {}
                other => panic!("after {heard} pings: {other:?}"),
            }
        }
        heard
    }
}
