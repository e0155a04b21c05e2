//! VODs: read, asked for, and how they come along.

use serde_json::{Value, json};

use crate::harness::{NOW, TestStation, get, ids, post, put};

#[tokio::test]
async fn one_vod_has_every_member_and_no_meta() {
    let station = TestStation::start().await;
    let body = station.send(get("/vods/2904")).await.ok();
    assert!(body.get("meta").is_none());
    let vod = body["vod"].as_object().unwrap();
    assert_eq!(vod.len(), 34);
    assert_eq!((&vod["quality"], &vod["fileName"]), (&Value::Null, &Value::Null));
    assert_eq!((&vod["vodState"], &vod["percentComplete"]), (&json!("complete"), &json!(1.0)));
    station.send(get("/vods/1")).await.refused(404);
}

#[tokio::test]
async fn a_list_is_a_page() {
    let station = TestStation::start().await;
    let body = station.send(get("/vods?page_size=2&offset=1")).await.ok();
    assert_eq!(body["meta"], json!({ "offset": 1, "pageSize": 2, "count": 3 }));
    assert_eq!(ids(&body["vods"]), [2906]);
}

#[tokio::test]
async fn there_is_no_filter_by_show() {
    let station = TestStation::start().await;
    let body = station.send_against_document(get("/vods?showId=4127")).await.ok();
    assert_eq!(body["meta"]["count"], 3);
}

async fn ask_for_vod(station: &TestStation) -> i64 {
    let sent = json!({ "vod": { "show": 4126, "vodConfiguration": 1 } });
    let made = station.send(post("/vods", &sent).signed_in()).await.ok();
    assert_eq!(made["vod"]["vodState"], "waiting");
    assert_eq!(made["vod"]["url"], Value::Null);
    made["vod"]["id"].as_i64().unwrap()
}

#[tokio::test]
async fn a_new_vod_goes_one_step_further_each_time_it_is_read() {
    let station = TestStation::start().await;
    let id = ask_for_vod(&station).await;
    let mut seen = Vec::new();
    for _ in 0..7 {
        let status = station.send(get(&format!("/vodstatuses/{id}"))).await.ok();
        seen.push((status["vodStatus"]["vodState"].clone(), status["vodStatus"]["percentComplete"].clone()));
    }
    let expected = [
        ("waiting", 0.0),
        ("queued", 0.0),
        ("processing", 0.25),
        ("processing", 0.5),
        ("processing", 0.75),
        ("complete", 1.0),
        ("complete", 1.0),
    ];
    assert_eq!(seen, expected.map(|(state, progress)| (json!(state), json!(progress))));
}

#[tokio::test]
async fn a_complete_vod_can_be_watched_and_is_as_long_as_its_show() {
    let station = TestStation::start().await;
    let id = ask_for_vod(&station).await;
    for _ in 0..5 {
        station.send(get(&format!("/vods/{id}"))).await.ok();
    }
    let vod = station.send(get(&format!("/vods/{id}"))).await.ok()["vod"].clone();
    assert_eq!((&vod["isWatchable"], &vod["length"]), (&json!(true), &json!(3600)));
    assert!(vod["url"].as_str().unwrap().ends_with("/vod.mp4"));
    let show = station.send(get("/shows/4126")).await.ok()["show"].clone();
    assert_eq!((&show["vods"], &show["lastModified"]), (&json!([id]), &json!(NOW)));
}

#[tokio::test]
async fn lists_and_seeded_vods_stand_still() {
    let station = TestStation::start().await;
    let id = ask_for_vod(&station).await;
    for _ in 0..3 {
        station.send(get("/vods")).await.ok();
        station.send(get("/shows?include=vod&page_size=-1")).await.ok();
        let seeded = station.send(get("/vodstatuses/2905")).await.ok();
        assert_eq!(seeded["vodStatus"]["percentComplete"], 0.42);
    }
    assert_eq!(station.send(get(&format!("/vods/{id}"))).await.ok()["vod"]["vodState"], "waiting");
}

#[tokio::test]
async fn a_failed_vod_says_why() {
    let station = TestStation::start().await;
    let status = station.send(get("/vodstatuses/2906")).await.ok();
    assert_eq!(status["vodStatus"]["vodState"], "error");
    assert!(status["vodStatus"]["errorMessage"].is_string());
    station.send(get("/vodstatuses/1")).await.refused(404);
}

#[tokio::test]
async fn a_vod_of_nothing_is_refused() {
    let station = TestStation::start().await;
    for (vod, part) in [
        (json!({ "show": 1, "vodConfiguration": 1 }), "there is no show 1"),
        (json!({ "show": 4126, "vodConfiguration": 9 }), "there is no vodConfiguration 9"),
        (json!({ "show": 4126, "vodConfiguration": 1, "quality": 9 }), "there is no vodTranscodeQuality 9"),
    ] {
        let answer = station.send(post("/vods", &json!({ "vod": vod })).signed_in()).await;
        assert_eq!(answer.refused(400), part);
    }
    let without_show = json!({ "vod": { "vodConfiguration": 1 } });
    station.send_against_document(post("/vods", &without_show).signed_in()).await.refused(400);
}

#[tokio::test]
async fn a_vod_that_was_read_can_be_sent_back_whole() {
    let station = TestStation::start().await;
    let mut body = station.send(get("/vods/2904")).await.ok();
    body["vod"]["chaptersPublished"] = json!(false);
    body["vod"]["vodState"] = json!("error");
    let changed = station.send(put("/vods/2904", &body).signed_in()).await.ok();
    assert_eq!(changed["vod"]["chaptersPublished"], false);
    assert_eq!(changed["vod"]["vodState"], "complete", "the state is the server's");
    body["vod"]["show"] = json!(4126);
    station.send(put("/vods/2904", &body).signed_in()).await.refused(400);
    station.send(put("/vods/1", &body).signed_in()).await.refused(404);
}
