//! Providers that redirect, flood, fall silent, talk nonsense, hang and die.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use countersign_verify::{Cause, InteractionResult, Outcome, Settings};
use futures::StreamExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::pacts::{self, pact};
use crate::provider::{Provider, replay, target, url_of};

fn no_answer(result: &InteractionResult) -> &str {
    match &result.outcome {
        Outcome::Unknown(Cause::NoAnswer(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

/// Takes a request without a body from the wire.
async fn read_request(stream: &mut TcpStream) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await.unwrap());
    }
}

/// Answers the first request of every connection with these bytes and closes it.
async fn answering(bytes: &'static [u8]) -> url::Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = url_of(&listener);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            read_request(&mut stream).await;
            stream.write_all(bytes).await.unwrap();
        }
    });
    url
}

#[tokio::test]
async fn a_redirect_is_the_answer_and_is_not_followed() {
    let elsewhere = Provider::start(Router::new().fallback(async || "elsewhere")).await;
    let location = elsewhere.url.to_string();
    let router = Router::new().route("/old", get(async move || Redirect::temporary(&location)));
    let provider = Provider::start(router).await;
    let pact = pact(&[pacts::get("moved", "/old", 307)]);
    let found = replay(&pact, &provider.target(), &Settings::default()).await;
    assert!(matches!(found.interactions[0].outcome, Outcome::Kept { .. }));
    assert!(elsewhere.requests().is_empty(), "{:?}", elsewhere.requests());
}

#[tokio::test]
async fn a_flood_is_cut_whether_or_not_it_says_how_long_it_is() {
    const FLOOD: usize = 10 * 1024 * 1024;
    let endless = async || {
        let chunk = || futures::future::ready(Ok::<_, std::io::Error>(vec![b'x'; 64 * 1024]));
        Body::from_stream(futures::stream::repeat_with(chunk).then(|chunk| chunk).take(FLOOD / (64 * 1024)))
    };
    let router =
        Router::new().route("/declared", get(async || vec![b'x'; FLOOD])).route("/streamed", get(endless));
    let provider = Provider::start(router).await;
    let pact = pact(&[pacts::get("declared", "/declared", 200), pacts::get("streamed", "/streamed", 200)]);
    let settings = Settings { max_body: 1024 * 1024, ..Settings::default() };
    let found = replay(&pact, &provider.target(), &settings).await;
    for result in &found.interactions {
        let reason = no_answer(result);
        assert!(reason.contains("1048576 bytes") && reason.contains("ask for less"), "{reason}");
    }
    let found = replay(&pact, &provider.target(), &Settings { max_body: FLOOD, ..settings }).await;
    assert!(found.interactions.iter().all(|result| matches!(result.outcome, Outcome::Kept { .. })));
}

#[tokio::test]
async fn a_connection_closed_early_and_nonsense_are_no_answers() {
    for bytes in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort",
        b"HTTP/1.1 2",
        b"220 smtp.test ESMTP\r\n",
    ] {
        let url = answering(bytes).await;
        let found = replay(&pact(&[pacts::get("root", "/", 200)]), &target(&url), &Settings::default()).await;
        let reason = no_answer(&found.interactions[0]);
        let plain = !reason.is_empty() && !reason.contains('{') && !reason.contains("Error");
        assert!(plain, "{:?} gives {reason:?}", String::from_utf8_lossy(bytes));
    }
}

#[tokio::test]
async fn a_provider_that_hangs_costs_a_time_out_and_the_run_goes_on() {
    let router = Router::new()
        .route("/hang", get(async || std::future::pending::<String>().await))
        .route("/", get(async || "ok"));
    let provider = Provider::start(router).await;
    let pact = pact(&[pacts::get("hang", "/hang", 200), pacts::get("root", "/", 200)]);
    let settings = Settings { request_timeout: Duration::from_millis(200), ..Settings::default() };
    let found = replay(&pact, &provider.target(), &settings).await;
    assert!(no_answer(&found.interactions[0]).contains("200ms"));
    assert!(matches!(found.interactions[1].outcome, Outcome::Kept { .. }));
}

#[tokio::test]
async fn what_a_run_has_no_time_for_is_not_run() {
    let router = Router::new().route("/hang", get(async || std::future::pending::<String>().await));
    let provider = Provider::start(router).await;
    let pact = pact(&[pacts::get("one", "/hang", 200), pacts::get("two", "/hang", 200)]);
    let settings = Settings { run_timeout: Duration::from_millis(200), ..Settings::default() };
    let found = replay(&pact, &provider.target(), &settings).await;
    assert!(matches!(found.interactions[0].outcome, Outcome::Unknown(Cause::NoAnswer(_))));
    let Outcome::Unknown(Cause::NotRun(reason)) = &found.interactions[1].outcome else { panic!() };
    assert!(reason.contains("200ms"), "{reason}");
}

#[tokio::test]
async fn a_provider_that_dies_ends_the_run() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = url_of(&listener);
    let dying = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        drop(listener);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok")
            .await
            .unwrap();
    });
    let interactions: Vec<_> = (0..20).map(|number| pacts::get(&format!("{number}"), "/", 200)).collect();
    let found = replay(&pact(&interactions), &target(&url), &Settings::default()).await;
    dying.await.unwrap();
    assert!(matches!(found.interactions[0].outcome, Outcome::Kept { .. }));
    for refused in &found.interactions[1..4] {
        assert!(no_answer(refused).contains("refused"), "{refused:?}");
    }
    for rest in &found.interactions[4..] {
        let Outcome::Unknown(Cause::NotRun(reason)) = &rest.outcome else { panic!("{rest:?}") };
        assert!(reason.contains("gone"), "{reason}");
    }
}

#[tokio::test]
async fn a_query_arrives_as_the_pact_means_it() {
    let provider = Provider::start(Router::new().fallback(async || StatusCode::OK)).await;
    let mut interaction = pacts::get("search", "/shows", 200);
    interaction["request"]["query"] = serde_json::json!({ "q": ["a b&c", "d"], "all": [null] });
    replay(&pact(&[interaction]), &provider.target(), &Settings::default()).await;
    assert_eq!(provider.requests(), ["GET /shows?all&q=a%20b%26c&q=d"]);
}
