//! Paths and methods: what the server does not distinguish, and what it does not have.

use serde_json::json;

use crate::harness::{Call, TestStation, get, post};

#[tokio::test]
async fn case_and_a_slash_at_the_end_make_no_difference() {
    let station = TestStation::start().await;
    let plain = station.send(get("/shows?search=council&include=vod")).await.ok();
    for path in ["/CablecastAPI/v1/shows", "/cablecastapi/v1/shows/", "/CABLECASTAPI/V1/SHOWS//"] {
        let call = Call::outside("GET", &format!("{path}?search=council&include=VOD"));
        assert_eq!(station.send_outside_document(call).await.ok(), plain, "{path}");
    }
}

#[tokio::test]
async fn the_case_of_a_query_is_kept() {
    let station = TestStation::start().await;
    let made = json!({ "show": { "title": "ÄÖ Special", "location": 1 } });
    station.send(post("/shows", &made).signed_in()).await.ok();
    let found = station.send(get("/shows?search=%C3%84%C3%96")).await.ok();
    assert_eq!(found["meta"]["count"], 1);
}

#[tokio::test]
async fn there_is_nothing_elsewhere() {
    let station = TestStation::start().await;
    for path in [
        "/",
        "/shows",
        "/cablecastapi",
        "/cablecastapi/v1",
        "/cablecastapi/v1/qualities",
        "/cablecastapi/v2/shows",
    ] {
        station.send_outside_document(Call::outside("GET", path)).await.refused(404);
    }
    station.send_outside_document(Call::new("PATCH", "/shows/4127")).await.refused(405);
    station.send_outside_document(Call::new("DELETE", "/vods/2904").signed_in()).await.refused(405);
}

#[tokio::test]
async fn bodies_must_be_json_and_have_a_bound() {
    let station = TestStation::start().await;
    let send = |content_type: &str, body: String| {
        station.send_against_document(Call::new("POST", "/shows").signed_in().body(content_type, body))
    };
    let show = json!({ "show": { "title": "Show", "location": 1 } }).to_string();
    send("application/xml", "<show/>".to_owned()).await.refused(415);
    send("text/plain", show.clone()).await.refused(415);
    send("application/json", "{".to_owned()).await.refused(400);
    send("application/json", "[".repeat(100_000)).await.refused(400);
    send("application/json", String::new()).await.refused(400);
    let large = json!({ "shows": "x".repeat(1024 * 1024) }).to_string();
    send("application/json", large).await.refused(413);
    let charset = Call::new("POST", "/shows").signed_in().body("application/json; charset=utf-8", show);
    station.send(charset).await.ok();
}

#[tokio::test]
async fn pages_of_any_origin_may_read() {
    let station = TestStation::start().await;
    let answer = station.send(get("/shows")).await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET,HEAD"));
}
