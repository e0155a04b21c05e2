//! What no contract covers of events: how they end, and an Archivist that is silent, gone or no Archivist at all.

#![expect(clippy::unwrap_used, reason = "all of it is tests: a panic is how they fail")]

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use ui_archivist::{AccessToken, Archivist, Ended, Error, Event, Events, Limits, Malformed, SignedIn};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

const TOKEN: &str = "secret-token";

fn signed_in(base: &str, limits: Limits) -> SignedIn {
    Archivist::new(base, limits).unwrap().resume(AccessToken::new(TOKEN).unwrap())
}

#[expect(clippy::result_large_err, clippy::unnecessary_wraps, reason = "the library asks for this shape")]
fn selects(_: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    response.headers_mut().insert("sec-websocket-protocol", "archivist.v1".parse().unwrap());
    Ok(response)
}

/// Both ends of a socket.
async fn opened(limits: Limits) -> (WebSocketStream<TcpStream>, Events) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let ui = signed_in(&base, limits);
    tokio::join!(
        async {
            let (connection, _) = listener.accept().await.unwrap();
            tokio_tungstenite::accept_hdr_async(connection, selects).await.unwrap()
        },
        async { ui.events().await.unwrap() },
    )
}

fn text(value: &Value) -> Message {
    Message::text(value.to_string())
}

fn no_jobs() -> Message {
    text(&json!({"event": "task_updates", "data": {"jobs": []}}))
}

#[tokio::test]
async fn what_a_newer_archivist_tells_is_passed_over() {
    let (mut archivist, mut page) = opened(Limits::default()).await;
    for frame in [
        text(&json!({"event": "weather", "data": {"rain": true}})),
        text(&json!({"event": "bell"})),
        Message::Ping(vec![7].into()),
        no_jobs(),
    ] {
        archivist.send(frame).await.unwrap();
    }
    assert_eq!(page.next().await.unwrap(), Event::Jobs(vec![]));
    assert_eq!(archivist.next().await.unwrap().unwrap(), Message::Pong(vec![7].into()));
}

#[tokio::test]
async fn the_reason_of_an_end_is_told_apart() {
    for (code, expected) in [
        (1000, "Closed { code: 1000 }"),
        (1001, "Closed { code: 1001 }"),
        (1008, "Misunderstood { code: 1008 }"),
        (1009, "Misunderstood { code: 1009 }"),
        (1012, "Closed { code: 1012 }"),
        (1013, "Behind"),
        (4401, "SessionOver"),
    ] {
        let (mut archivist, mut page) = opened(Limits::default()).await;
        archivist.send(no_jobs()).await.unwrap();
        let reason = "secret-token".into();
        archivist.close(Some(CloseFrame { code: code.into(), reason })).await.unwrap();
        page.next().await.expect("what was told before the end is heard");
        let ended = page.next().await.unwrap_err();
        assert_eq!(format!("{ended:?}"), expected);
        assert!(!ended.to_string().contains("secret"), "{ended}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_lost() {
    let (archivist, mut page) = opened(Limits::default()).await;
    drop(archivist);
    assert!(matches!(page.next().await.unwrap_err(), Ended::Lost));
    assert!(matches!(page.show_only(None).await.unwrap_err(), Ended::Lost));
}

#[tokio::test]
async fn an_archivist_that_gives_no_sign_of_life_is_silent() {
    let limits = Limits { silence: Duration::from_millis(20), ..Limits::default() };
    let (_archivist, mut page) = opened(limits).await;
    assert!(matches!(page.next().await.unwrap_err(), Ended::Silent));
}

#[tokio::test]
async fn what_is_no_event_is_malformed_and_is_not_repeated() {
    let job = json!({
        "id": "97b067a0-f59f-4034-9cb9-48fa04eccca4", "status": "queued", "progress": 0, "status_message": null,
        "error": null, "vod_id": 7, "transcription_id": null, "created_at": "2026-05-12T18:30:00Z",
        "started_at": null, "ended_at": null,
    });
    let progress = |job: &Value| json!({"event": "task_progress", "data": {"job": job}});
    let with = |member: &str, value: Value| {
        let mut job = job.clone();
        job[member] = value;
        progress(&job).to_string()
    };
    for frame in [
        "secret-token".to_owned(),
        "[]".to_owned(),
        json!({"event": "task_updates"}).to_string(),
        json!({"event": "connected", "data": {"user": "secret-token"}}).to_string(),
        format!("{{\"event\": \"connected\", \"data\": {}", "[".repeat(100_000)),
        with("id", json!("../secret-token")),
        with("progress", json!(-1)),
        with("progress", json!(256)),
        with("status", json!("archived")),
        with("transcription_id", json!("../secret-token")),
        with("created_at", json!("yesterday")),
    ] {
        let (mut archivist, mut page) = opened(Limits::default()).await;
        archivist.send(Message::text(frame.clone())).await.unwrap();
        let ended = page.next().await.unwrap_err();
        assert!(matches!(ended, Ended::Malformed(Malformed::Body { .. })), "{ended:?} for {frame:.60}");
        assert!(!format!("{ended} {ended:?}").contains("secret"), "{ended:?}");
    }
    let (mut archivist, mut page) = opened(Limits::default()).await;
    archivist.send(text(&progress(&job))).await.unwrap();
    assert!(matches!(page.next().await.unwrap(), Event::Progress(_)), "what the others differ from");
}

#[tokio::test]
async fn an_event_may_be_as_long_as_the_limit_and_no_longer() {
    let length = no_jobs().len();
    for (max_body, fits) in [(length, true), (length - 1, false)] {
        let (mut archivist, mut page) = opened(Limits { max_body, ..Limits::default() }).await;
        archivist.send(no_jobs()).await.unwrap();
        match page.next().await {
            Ok(event) => assert!(fits, "{event:?} is longer than {max_body} bytes"),
            Err(Ended::TooLarge { limit }) => assert!(!fits && limit == max_body),
            Err(ended) => panic!("{ended:?}"),
        }
    }
}

#[tokio::test]
async fn a_page_that_is_left_says_goodbye() {
    let (mut archivist, page) = opened(Limits::default()).await;
    page.close().await;
    assert!(matches!(archivist.next().await.unwrap().unwrap(), Message::Close(_)));
}

/// What the client makes of an answer to its handshake; `{accept}` in it becomes the proof.
async fn shaken(answer: &'static str) -> Result<Events, Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            head.push(char::from(connection.read_u8().await.unwrap()));
        }
        let key = head.lines().find_map(|line| {
            line.to_ascii_lowercase().starts_with("sec-websocket-key: ").then(|| line[19..].to_owned())
        });
        let answer = answer.replace("{accept}", &derive_accept_key(key.unwrap().as_bytes()));
        connection.write_all(answer.as_bytes()).await.unwrap();
        // Until the client has seen it.
        let _ = connection.read_u8().await;
    });
    signed_in(&base, Limits::default()).events().await
}

#[tokio::test]
async fn a_socket_is_opened_as_it_was_asked_for_or_not_at_all() {
    let good = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: archivist.v1\r\n\r\n";
    shaken(good).await.expect("what the others differ from");
    for answer in [
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Protocol: archivist.v1\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: bm8=\r\nSec-WebSocket-Protocol: archivist.v1\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: archivist.v2\r\n\r\n",
    ] {
        let error = shaken(answer).await.unwrap_err();
        assert!(matches!(error, Error::Malformed { status: 101, fault: Malformed::Handshake }), "{error:?}");
    }
}

#[tokio::test]
async fn a_handshake_that_is_refused_is_told_like_any_other_call() {
    let refusal = json!({"error": {"type": "X", "message": "no", "details": {}, "request_id": "r-1"}});
    let refused = |status| ResponseTemplate::new(status).set_body_json(&refusal);
    for (answer, expected) in [
        (refused(401), "NotSignedIn"),
        (refused(429).insert_header("Retry-After", "5"), "TooManyAttempts"),
        (ResponseTemplate::new(200), "Malformed { status: 200, fault: Status }"),
        (ResponseTemplate::new(307).insert_header("Location", "http://elsewhere.test"), "Malformed"),
    ] {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(answer).expect(1).mount(&server).await;
        let error = signed_in(&server.uri(), Limits::default()).events().await.unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{error:?}");
    }
}
