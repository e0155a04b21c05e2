//! The Archivist's end of a WebSocket, played: it tells one event, and the real client hears it.

use countersign_consumer::Message as Told;
use countersign_consumer::prelude::Url;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use ui_archivist::{Event, Events, JobStatus};

use crate::caller::{offers, signed_in};

/// What the client makes of an event.
pub async fn heard(told: Told) -> Event {
    let (mut archivist, mut page) = opened().await;
    tell(&mut archivist, &told).await;
    page.next().await.unwrap()
}

/// What the client makes of an event that answers its choice of a filter.
pub async fn heard_after_filter(told: Told, status: JobStatus) -> Event {
    let (mut archivist, mut page) = opened().await;
    page.show_only(Some(status)).await.unwrap();
    let sent = archivist.next().await.unwrap().unwrap();
    let sent: Value = serde_json::from_str(sent.to_text().unwrap()).unwrap();
    // A replay sends the same: countersign.toml has it as the trigger of this event.
    assert_eq!(sent, json!({"event": "filter_tasks", "data": {"status": "processing"}}));
    tell(&mut archivist, &told).await;
    page.next().await.unwrap()
}

async fn tell(archivist: &mut WebSocketStream<TcpStream>, told: &Told) {
    let text = String::from_utf8(told.contents.clone()).unwrap();
    archivist.send(Message::text(text)).await.unwrap();
}

async fn opened() -> (WebSocketStream<TcpStream>, Events) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let (archivist, page) = tokio::join!(
        async {
            let (connection, _) = listener.accept().await.unwrap();
            tokio_tungstenite::accept_hdr_async(connection, selects).await.unwrap()
        },
        async { signed_in(&url).events().await.unwrap() },
    );
    (archivist, page)
}

#[expect(clippy::result_large_err, clippy::unnecessary_wraps, reason = "the library asks for this shape")]
fn selects(
    request: &Request,
    mut response: Response,
) -> Result<Response, tokio_tungstenite::tungstenite::handshake::server::ErrorResponse> {
    assert_eq!(request.uri(), "/ws");
    assert_eq!(request.headers()["sec-websocket-protocol"], offers());
    response.headers_mut().insert("sec-websocket-protocol", "archivist.v1".parse().unwrap());
    Ok(response)
}
