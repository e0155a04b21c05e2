//! `GET /ws`: who is let in, what is told first, and how a socket ends. `telling.rs` has what is told of jobs.

use std::time::Duration;

use archivist::Settings;
use serde_json::json;

use crate::archivist::TestArchivist;
use crate::page::{Page, no_page, shake};
use crate::scenarios;

scenarios![
    a_token_opens_a_socket_in_either_way,
    without_a_good_token_there_is_no_socket,
    a_request_that_is_no_handshake_is_told_so,
    a_page_is_told_first_how_all_stands,
    the_metrics_are_percentages,
    frames_that_are_not_taken_are_forgiven_a_few_times,
    a_frame_may_be_so_large_and_no_larger,
    what_is_no_frame_ends_the_socket,
    signing_out_ends_the_socket,
    a_refreshed_session_goes_on,
    who_loses_password_or_account_loses_the_socket,
    a_user_has_so_many_sockets,
    the_end_of_the_service_is_told,
];

async fn a_token_opens_a_socket_in_either_way(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let lists = [format!("archivist.v1, bearer.{token}"), format!("bearer.{token},archivist.v1")];
    for list in lists {
        let (mut page, protocol) = shake(archivist, "/ws", Some(&list)).await.unwrap();
        assert_eq!(protocol.as_deref(), Some("archivist.v1"));
        page.event("connected").await;
    }
    let (mut page, protocol) = shake(archivist, &format!("/ws?token={token}"), None).await.unwrap();
    assert_eq!(protocol, None, "nothing was offered");
    page.event("connected").await;
}

async fn without_a_good_token_there_is_no_socket(archivist: &TestArchivist) {
    let (token, other) = (archivist.user().await, archivist.user().await);
    let expired =
        archivist.given("an expired session", json!({})).await["token"].as_str().unwrap().to_owned();
    archivist.post("/api/auth/logout").bearer(&other).send().await.expect(204);
    for (target, list) in [
        ("/ws".to_owned(), None),
        ("/ws".to_owned(), Some("archivist.v1".to_owned())),
        ("/ws".to_owned(), Some("archivist.v1, bearer.".to_owned())),
        ("/ws".to_owned(), Some(format!("archivist.v1, bearer.{expired}"))),
        ("/ws".to_owned(), Some(format!("archivist.v1, bearer.{other}"))),
        ("/ws".to_owned(), Some(format!("archivist.v1, {token}"))),
        (format!("/ws?token={other}"), None),
        ("/ws?token=".to_owned(), None),
        (format!("/ws?token={token}&token={token}"), None),
        (format!("/ws?token={token}"), Some("bearer.no".to_owned())),
    ] {
        assert_eq!(no_page(archivist, &target, list.as_deref()).await, 401, "{target} {list:?}");
        let mut request = archivist.get(&target);
        if let Some(list) = &list {
            request = request.header("sec-websocket-protocol", list);
        }
        let refused = request.send().await;
        refused.expect_error(401, "AuthenticationError");
        assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    }
}

async fn a_request_that_is_no_handshake_is_told_so(archivist: &TestArchivist) {
    let list = format!("archivist.v1, bearer.{}", archivist.user().await);
    let refused = archivist.get("/ws").header("sec-websocket-protocol", &list).send().await;
    refused.expect_error(426, "UpgradeRequiredError");
    assert_eq!(refused.header("upgrade"), Some("websocket"));
    assert_eq!(refused.header("sec-websocket-version"), Some("13"));
    archivist.post("/ws").send().await.expect_error(405, "MethodNotAllowedError");
}

async fn a_page_is_told_first_how_all_stands(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let me = archivist.get("/api/auth/me").bearer(&token).send().await.expect(200);
    let mut page = Page::open(archivist, &token).await;
    assert_eq!(page.next().await, json!({"event": "connected", "data": {"user": me}}));
    assert_eq!(page.next().await, json!({"event": "task_updates", "data": {"jobs": []}}));
    assert_eq!(page.next().await["event"], "system_metrics");
}

async fn the_metrics_are_percentages(archivist: &TestArchivist) {
    let mut page = Page::open(archivist, &archivist.user().await).await;
    let metrics = page.event("system_metrics").await;
    for part in ["cpu_percent", "memory_percent", "disk_percent"] {
        let value = &metrics[part];
        assert!(value.is_null() || value.as_f64().is_some_and(|it| (0.0..=100.0).contains(&it)), "{metrics}");
    }
    assert!(metrics["disk_percent"].is_number(), "every system has a disk: {metrics}");
}

async fn frames_that_are_not_taken_are_forgiven_a_few_times(archivist: &TestArchivist) {
    let mut page = Page::open(archivist, &archivist.user().await).await;
    for (frame, says) in [
        ("no JSON", "is not JSON"),
        (r#"{"event":"shout"}"#, "has no event that is taken here"),
        (r#"{"event":"filter_tasks","data":{"status":"lost"}}"#, "has an unknown data.status"),
    ] {
        page.say(frame).await;
        let error = page.event("error").await;
        assert!(error["message"].as_str().unwrap().contains(says), "{error}");
        page.say(r#"{"event":"filter_tasks","data":{"status":"failed"}}"#).await;
        page.event("task_updates").await;
    }
    page.say_bytes(b"binary").await;
    page.event("error").await;
    assert_eq!(page.ended().await, Some(1008));
}

async fn a_frame_may_be_so_large_and_no_larger(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let frame = |size: usize| {
        let filter = r#"{"event":"filter_tasks","data":{"status":null}}"#;
        format!("{filter}{}", " ".repeat(size - filter.len()))
    };
    let mut page = Page::open(archivist, &token).await;
    page.event("system_metrics").await;
    page.say(&frame(4096)).await;
    page.event("task_updates").await;
    page.say(&frame(4097)).await;
    assert_eq!(page.ended().await, Some(1009));
    // What is far too large is not even read; whether the reason still arrives is up to the network.
    let mut page = Page::open(archivist, &token).await;
    page.say(&frame(8 << 20)).await;
    assert!([None, Some(1009)].contains(&page.ended().await));
}

async fn what_is_no_frame_ends_the_socket(archivist: &TestArchivist) {
    let token = archivist.user().await;
    for bytes in [
        // Not masked, as a client has to.
        b"\x81\x02hi".as_slice(),
        // Reserved bits.
        b"\xf1\x80\x00\x00\x00\x00",
        // A continuation of nothing.
        b"\x80\x80\x00\x00\x00\x00",
        b"GET / HTTP/1.1\r\n\r\n",
    ] {
        let mut page = Page::open(archivist, &token).await;
        page.event("system_metrics").await;
        page.write_raw(bytes).await;
        assert_eq!(page.ended().await, Some(1002), "{bytes:?}");
    }
}

async fn signing_out_ends_the_socket(archivist: &TestArchivist) {
    let (token, other) = (archivist.user().await, archivist.user().await);
    let mut page = Page::open(archivist, &token).await;
    let mut elsewhere = Page::open(archivist, &other).await;
    archivist.post("/api/auth/logout").bearer(&token).send().await.expect(204);
    assert_eq!(page.ended().await, Some(4401));
    elsewhere.is_alive().await;
}

async fn a_refreshed_session_goes_on(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let mut page = Page::open(archivist, &token).await;
    page.event("system_metrics").await;
    let session = archivist.post("/api/auth/refresh").bearer(&token).send().await.expect(200);
    page.is_alive().await;
    let token = session["access_token"].as_str().unwrap();
    archivist.post("/api/auth/logout").bearer(token).send().await.expect(204);
    assert_eq!(page.ended().await, Some(4401));
}

async fn who_loses_password_or_account_loses_the_socket(archivist: &TestArchivist) {
    let admin = archivist.admin().await;
    let mut bystander = Page::open(archivist, &admin).await;
    for lose in [true, false] {
        let token = archivist.user().await;
        let me = archivist.get("/api/auth/me").bearer(&token).send().await.expect(200);
        let path = format!("/api/admin/users/{}", me["id"]);
        let mut page = Page::open(archivist, &token).await;
        page.event("system_metrics").await;
        archivist.put(&path).bearer(&admin).json(json!({"role": "user"})).send().await.expect(200);
        page.is_alive().await;
        if lose {
            let body = json!({"password": "another-horse-battery"});
            archivist.put(&path).bearer(&admin).json(body).send().await.expect(200);
        } else {
            archivist.delete(&path).bearer(&admin).send().await.expect(204);
        }
        assert_eq!(page.ended().await, Some(4401));
    }
    bystander.is_alive().await;
}

async fn a_user_has_so_many_sockets(archivist: &TestArchivist) {
    let (token, list) = (archivist.user().await, |token: &str| format!("archivist.v1, bearer.{token}"));
    let mut pages = Vec::new();
    for _ in 0..10 {
        pages.push(Page::open(archivist, &token).await);
    }
    assert_eq!(no_page(archivist, "/ws", Some(&list(&token))).await, 429);
    let other = archivist.admin().await;
    Page::open(archivist, &other).await.event("connected").await;
    pages.pop().unwrap().leave().await;
    // The seat is free once the service has noticed.
    while shake(archivist, "/ws", Some(&list(&token))).await.is_err() {}
}

async fn the_end_of_the_service_is_told(archivist: &TestArchivist) {
    let other = TestArchivist::on_sqlite().await;
    let mut page = Page::open(&other, &other.user().await).await;
    page.event("system_metrics").await;
    let ((), code) = tokio::join!(other.stop(), page.ended());
    assert_eq!(code, Some(1001));
    archivist.get("/health").send().await.expect(200);
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_gone() {
    let watchful = |settings: &mut Settings| {
        (settings.sockets.ping, settings.sockets.silence) =
            (Duration::from_millis(20), Duration::from_millis(200));
    };
    let archivist = TestArchivist::on_sqlite_with(watchful).await;
    let token = archivist.user().await;
    let mut alive = Page::open(&archivist, &token).await;
    let dead = Page::open(&archivist, &token).await;
    let ((), pings) = tokio::join!(dead.read_raw_to_the_end(), alive.pings(20));
    assert_eq!(pings, 20, "who answers is heard");
    archivist.stop().await;
}

#[tokio::test]
async fn a_session_that_expires_ends_the_socket() {
    let brief = |settings: &mut Settings| {
        (settings.session_lifetime, settings.sockets.ping) =
            (Duration::from_secs(1), Duration::from_millis(50));
    };
    let archivist = TestArchivist::on_sqlite_with(brief).await;
    // Whole seconds are stored: this one may be over at once.
    loop {
        let token = archivist.user().await;
        if let Ok((mut page, _)) = shake(&archivist, &format!("/ws?token={token}"), None).await {
            assert_eq!(page.ended().await, Some(4401));
            break;
        }
    }
    archivist.stop().await;
}
