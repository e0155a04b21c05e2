//! Chapters: as JSON, soft deletion, and as WebVTT.

use serde_json::{Value, json};

use crate::harness::{TestStation, delete, get, ids, post, put};

fn titles(body: &Value) -> Vec<&str> {
    body["chapters"].as_array().unwrap().iter().map(|chapter| chapter["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn deleted_and_hidden_chapters_are_still_listed() {
    let station = TestStation::start().await;
    let body = station.send(get("/chapters?vod=2904")).await.ok();
    assert_eq!(ids(&body["chapters"]), [901, 902, 903, 904]);
    assert_eq!(
        (&body["chapters"][2]["deleted"], &body["chapters"][3]["hidden"]),
        (&json!(true), &json!(true))
    );
    assert!(titles(&station.send(get("/chapters?vod=2905")).await.ok()).is_empty());
}

#[tokio::test]
async fn a_chapter_is_added_to_its_vod() {
    let station = TestStation::start().await;
    let sent = json!({ "chapter": { "vod": 2905, "title": "Roll call", "body": null, "operatorNote": null,
        "offset": 30, "quickAdded": false, "order": null, "deleted": false } });
    let made = station.send(post("/chapters", &sent).signed_in()).await.ok();
    assert_eq!(made["chapter"]["id"], 905);
    assert_eq!(station.send(get("/chapters/905")).await.ok(), made);
    assert_eq!(station.send(get("/vods/2905")).await.ok()["vod"]["chapters"], json!([905]));
}

#[tokio::test]
async fn chapters_that_cannot_be_are_refused() {
    let station = TestStation::start().await;
    for chapter in [
        json!({ "vod": 1, "title": "Lost", "offset": 0 }),
        json!({ "vod": 2904, "title": "Before", "offset": -1 }),
    ] {
        station.send(post("/chapters", &json!({ "chapter": chapter })).signed_in()).await.refused(400);
    }
    let moved = json!({ "chapter": { "vod": 2905 } });
    station.send(put("/chapters/901", &moved).signed_in()).await.refused(400);
    station.send(put("/chapters/1", &moved).signed_in()).await.refused(404);
}

#[tokio::test]
async fn a_deleted_chapter_is_marked_and_stays() {
    let station = TestStation::start().await;
    assert_eq!(station.send(delete("/chapters/902").signed_in()).await.status(), 204);
    assert_eq!(station.send(get("/chapters/902")).await.ok()["chapter"]["deleted"], true);
    assert_eq!(ids(&station.send(get("/chapters?vod=2904")).await.ok()["chapters"]), [901, 902, 903, 904]);
    assert!(!station.send(get("/vods/2904/chapters")).await.text().contains("Public comment"));
    station.send(delete("/chapters/1").signed_in()).await.refused(404);
}

#[tokio::test]
async fn published_chapters_make_a_webvtt_file() {
    let station = TestStation::start().await;
    let file = station.send(get("/vods/2904/chapters")).await;
    assert_eq!((file.status(), file.header("content-type")), (200, Some("text/vtt")));
    assert_eq!(
        file.text(),
        "WEBVTT FILE\n\n1\n00:00:00.000 --> 00:12:34.000\nCall to order\n\
         \n2\n00:12:34.000 --> 01:30:21.000\nPublic comment\n"
    );
    station.send(get("/vods/1/chapters")).await.refused(404);
}

#[tokio::test]
async fn chapters_show_only_once_they_are_published() {
    let station = TestStation::start().await;
    let sent = json!({ "chapter": { "vod": 2905, "title": "Roll call", "offset": 30 } });
    station.send(post("/chapters", &sent).signed_in()).await.ok();
    assert_eq!(station.send(get("/vods/2905/chapters")).await.text(), "WEBVTT FILE\n");
    let publish = json!({ "vod": { "chaptersPublished": true } });
    station.send(put("/vods/2905", &publish).signed_in()).await.ok();
    assert!(station.send(get("/vods/2905/chapters")).await.text().contains("Roll call"));
}
