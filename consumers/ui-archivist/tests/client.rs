//! What no contract covers: an Archivist that is silent, gone, verbose, or not an Archivist at all.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use ui_archivist::{
    AccessToken, Archivist, Credentials, Edit, Error, Limits, Malformed, NewVod, Shortage, SignedIn,
    VodChanges, VodFilter, VodId,
};
use wiremock::matchers::{any, body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const TOKEN: &str = "secret-token";

fn archivist(base: &str, limits: Limits) -> Archivist {
    Archivist::new(base, limits).expect("a mock server has a plain address")
}

fn signed_in(base: &str, limits: Limits) -> SignedIn {
    archivist(base, limits).resume(AccessToken::new(TOKEN).expect("it is a b64token"))
}

fn new_vod() -> NewVod {
    NewVod {
        title: "Council".into(),
        file_path: "council.mp4".into(),
        duration: None,
        file_size: None,
        description: None,
    }
}

fn credentials() -> Credentials {
    Credentials::new("editor", "secret-password")
}

fn refusal(kind: &str) -> Value {
    json!({"error": {"type": kind, "message": "no", "details": {}, "request_id": "r-1"}})
}

/// A server that gives every request the same answer, and fails the test unless there was exactly one.
async fn answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).expect(1).mount(&server).await;
    server
}

async fn list_error(answer: ResponseTemplate) -> Error {
    let server = answering(answer).await;
    signed_in(&server.uri(), Limits::default())
        .list_vods(&VodFilter::default())
        .await
        .expect_err("no page was sent")
}

#[tokio::test]
async fn silence_is_a_time_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let limits = Limits { answer: Duration::from_millis(20), ..Limits::default() };
    // The system accepts the connection for the listener, which never looks at it.
    let error = signed_in(&base, limits).me().await.unwrap_err();
    assert!(matches!(error, Error::TimedOut), "{error:?}");
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = archivist(&base, Limits::default()).health().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert!(
        !error.to_string().contains(&base),
        "the caller knows the address and whether to show it: {error}"
    );
}

#[tokio::test]
async fn a_connection_that_breaks_is_unreachable_and_nothing_is_sent_twice() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut requests = 0;
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut head = [0; 64];
            let read = connection.read(&mut head).await.unwrap();
            if head[..read].starts_with(b"STOP") {
                break;
            }
            requests += 1;
        }
        requests
    });
    let ui = signed_in(&base, Limits::default());
    for error in [ui.create_vod(&new_vod()).await.unwrap_err(), ui.vod(VodId(1)).await.unwrap_err()] {
        assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    }
    let mut stop = tokio::net::TcpStream::connect(base.trim_start_matches("http://")).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stop, b"STOP").await.unwrap();
    assert_eq!(server.await.unwrap(), 2);
}

#[tokio::test]
async fn a_body_may_be_as_long_as_the_limit_and_no_longer() {
    let body = json!({"id": 1, "username": "editor", "role": "user"}).to_string();
    for (max_body, fits) in [(body.len(), true), (body.len() - 1, false)] {
        let server = answering(ResponseTemplate::new(200).set_body_string(&body)).await;
        let limits = Limits { max_body, ..Limits::default() };
        match signed_in(&server.uri(), limits).me().await {
            Ok(user) => assert!(fits, "{user:?} was longer than {max_body} bytes"),
            Err(Error::TooLarge { limit }) => assert!(!fits && limit == max_body),
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[tokio::test]
async fn an_oversized_refusal_is_not_read_either() {
    let error = list_error(ResponseTemplate::new(500).set_body_bytes(vec![b' '; 9 << 20])).await;
    assert!(matches!(error, Error::TooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn what_is_no_vod_list_is_malformed() {
    let row = json!({"id": 1, "title": "t", "status": "pending", "duration": null, "created_at": "2026-05-12T18:30:00Z"});
    let page = |row: Value| json!({"vods": [row], "total": 1, "limit": 50, "offset": 0}).to_string();
    let with = |field: &str, value: Value| {
        let mut row = row.clone();
        row[field] = value;
        page(row)
    };
    let nested = format!("{{\"vods\": {}", "[".repeat(100_000));
    for body in [
        "<html>captive portal</html>".to_owned(),
        String::new(),
        "{\"vods\": [".to_owned(),
        nested,
        with("id", json!("1")),
        with("title", Value::Null),
        with("status", json!("archived")),
        with("created_at", json!("yesterday")),
    ] {
        let error = list_error(ResponseTemplate::new(200).set_body_string(&body)).await;
        let malformed = matches!(error, Error::Malformed { status: 200, fault: Malformed::Body { .. } });
        assert!(malformed, "{error:?} for {body:.60}");
    }
    let server = answering(ResponseTemplate::new(200).set_body_string(page(row))).await;
    let read = signed_in(&server.uri(), Limits::default()).list_vods(&VodFilter::default()).await;
    assert_eq!(read.unwrap().rows.len(), 1, "the unspoilt row is what the others differ from");
}

#[tokio::test]
async fn a_refusal_in_other_words_is_malformed() {
    for body in [
        "<h1>502 Bad Gateway</h1>",
        "{\"error\": \"no\"}",
        "{\"error\": {\"type\": \"X\", \"message\": \"no\"}}",
    ] {
        let error = list_error(ResponseTemplate::new(502).set_body_string(body)).await;
        assert!(matches!(error, Error::Malformed { status: 502, .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_refused_form_must_name_its_fields() {
    let error = list_error(ResponseTemplate::new(422).set_body_json(refusal("ValidationError"))).await;
    assert!(matches!(error, Error::Malformed { status: 422, .. }), "{error:?}");
}

#[tokio::test]
async fn a_status_that_is_neither_success_nor_refusal_is_malformed() {
    let error = list_error(ResponseTemplate::new(204)).await;
    assert!(matches!(error, Error::Malformed { status: 204, fault: Malformed::Status }), "{error:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).expect(0).mount(&elsewhere).await;
    let error = list_error(ResponseTemplate::new(307).insert_header("Location", elsewhere.uri())).await;
    assert!(matches!(error, Error::Malformed { status: 307, fault: Malformed::Status }), "{error:?}");
}

#[tokio::test]
async fn a_retry_after_that_is_not_in_seconds_counts_as_not_said() {
    let at_date = "Wed, 21 Oct 2026 07:28:00 GMT";
    for (header, expected) in [("7", Some(Duration::from_secs(7))), (at_date, None), ("-1", None)] {
        let answer = ResponseTemplate::new(429).insert_header("Retry-After", header);
        let error = list_error(answer.set_body_json(refusal("RateLimitError"))).await;
        let Error::TooManyAttempts { retry_after, .. } = error else { panic!("{error:?}") };
        assert_eq!(retry_after, expected, "{header}");
    }
}

#[tokio::test]
async fn a_shortage_of_something_else_leaves_the_page_usable() {
    let error = list_error(ResponseTemplate::new(503).set_body_json(refusal("TimeoutError"))).await;
    let Error::Unavailable { shortage, retry_after, .. } = error else { panic!("{error:?}") };
    assert_eq!((shortage, retry_after), (Shortage::Other, None));
}

#[tokio::test]
async fn a_refusal_the_ui_has_no_page_for_keeps_its_words() {
    let error = list_error(ResponseTemplate::new(413).set_body_json(refusal("PayloadTooLargeError"))).await;
    let Error::Refused { status: 413, refusal } = error else { panic!("{error:?}") };
    assert_eq!((refusal.message.as_str(), refusal.request_id.as_str()), ("no", "r-1"));
}

#[tokio::test]
async fn a_health_page_of_a_proxy_is_malformed() {
    let server = answering(ResponseTemplate::new(503).set_body_string("<h1>no backend</h1>")).await;
    let error = archivist(&server.uri(), Limits::default()).health().await.unwrap_err();
    assert!(matches!(error, Error::Malformed { status: 503, .. }), "{error:?}");
}

#[tokio::test]
async fn a_session_that_cannot_be_used_is_malformed_and_its_token_stays_hidden() {
    let session = json!({
        "access_token": TOKEN, "token_type": "Bearer", "expires_in": 60,
        "user": {"id": 1, "username": "editor", "role": "user"},
    });
    for (field, value) in [
        ("access_token", json!("secret token\n")),
        ("token_type", json!("MAC")),
        ("expires_in", json!("secret-token")),
        ("expires_in", json!(-1)),
        ("user", json!("secret-token")),
    ] {
        let mut spoilt = session.clone();
        spoilt[field] = value;
        let server = answering(ResponseTemplate::new(200).set_body_json(spoilt)).await;
        let error = archivist(&server.uri(), Limits::default()).sign_in(&credentials()).await.unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }), "{field}: {error:?}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("secret"), "{field}: {shown}");
    }
    let server = answering(ResponseTemplate::new(200).set_body_json(session)).await;
    let session = archivist(&server.uri(), Limits::default()).sign_in(&credentials()).await.unwrap();
    assert!(!format!("{session:?}").contains("secret"), "{session:?}");
}

#[tokio::test]
async fn an_outage_is_not_taken_for_the_end_of_the_session() {
    let server = answering(ResponseTemplate::new(503).set_body_json(refusal("DatabaseError"))).await;
    let error = signed_in(&server.uri(), Limits::default()).still_signed_in().await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { shortage: Shortage::Database, .. }), "{error:?}");
}

#[tokio::test]
async fn an_edit_sends_only_what_changes() {
    for (changes, body) in [
        (VodChanges::default(), json!({})),
        (VodChanges { title: Some("t".into()), ..VodChanges::default() }, json!({"title": "t"})),
        (VodChanges { description: Edit::Clear, ..VodChanges::default() }, json!({"description": null})),
        (
            VodChanges { description: Edit::Set("d".into()), ..VodChanges::default() },
            json!({"description": "d"}),
        ),
    ] {
        let server = MockServer::start().await;
        Mock::given(method("PUT"))
            .and(path("/api/vod/7"))
            .and(header("Authorization", "Bearer secret-token"))
            .and(body_json(&body))
            .respond_with(ResponseTemplate::new(404).set_body_json(refusal("NotFoundError")))
            .mount(&server)
            .await;
        let error =
            signed_in(&server.uri(), Limits::default()).update_vod(VodId(7), &changes).await.unwrap_err();
        let told_apart = matches!(&error, Error::NotFound { refusal } if refusal.message == "no");
        assert!(told_apart, "{error:?} for {body}");
    }
}
