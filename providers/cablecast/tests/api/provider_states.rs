//! Provider states: each makes its state so, adds to what is there, and goes without a trace.

use std::collections::BTreeSet;

use cablecast::{Settings, provider_states};
use serde_json::{Value, json};

use crate::harness::{Answer, Call, TestStation, get, ids, put};

async fn start() -> TestStation {
    TestStation::start_with(Settings { provider_states: true, ..Settings::default() }).await
}

async fn change(station: &TestStation, body: Value) -> Answer {
    let call = Call::outside("POST", "/_pact/provider-states").json(&body);
    station.send_outside_document(call).await
}

async fn set_up(station: &TestStation, state: &str, params: Value) -> Value {
    change(station, json!({ "action": "setup", "state": state, "params": params })).await.ok()
}

#[tokio::test]
async fn a_show_exists() {
    let station = start().await;
    set_up(&station, "a show exists", json!({ "id": 7001, "title": "Budget hearing" })).await;
    set_up(&station, "a show exists", json!({ "id": 7002 })).await;
    assert_eq!(station.send(get("/shows/7001")).await.ok()["show"]["title"], "Budget hearing");
    station.send(get("/shows/7002")).await.ok();
}

#[tokio::test]
async fn a_show_with_a_vod_exists() {
    let station = start().await;
    let params = json!({ "show_id": 7001, "vod_id": 7101, "vod_state": "processing" });
    set_up(&station, "a show with a VOD exists", params).await;
    assert_eq!(station.send(get("/shows/7001")).await.ok()["show"]["vods"], json!([7101]));
    for _ in 0..3 {
        let vod = station.send(get("/vods/7101")).await.ok()["vod"].clone();
        assert_eq!((&vod["vodState"], &vod["show"]), (&json!("processing"), &json!(7001)));
    }
    // The seed has this VOD at another show.
    set_up(&station, "a show with a VOD exists", json!({ "show_id": 7001, "vod_id": 2904 })).await;
    assert_eq!(station.send(get("/vods/2904")).await.ok()["vod"]["show"], 7001);
    assert_eq!(station.send(get("/shows/4127")).await.ok()["show"]["vods"], json!([]));
}

#[tokio::test]
async fn shows_exist() {
    let station = start().await;
    set_up(&station, "shows exist", json!({ "count": 60 })).await;
    assert_eq!(station.send(get("/shows")).await.ok()["meta"]["count"], 124);
}

#[tokio::test]
async fn no_show_has_the_id() {
    let station = start().await;
    set_up(&station, "no show has the id", json!({ "id": 4127 })).await;
    station.send(get("/shows/4127")).await.refused(404);
    set_up(&station, "no show has the id", json!({ "id": 4127 })).await;
}

#[tokio::test]
async fn a_vod_exists_in_every_state() {
    let station = start().await;
    let states = [
        "unknown",
        "queued",
        "processing",
        "partial",
        "complete",
        "error",
        "permanentFailure",
        "disabled",
        "waiting",
    ];
    for state in states {
        set_up(&station, "a VOD exists", json!({ "id": 7101, "vod_state": state })).await;
        let vod = station.send(get("/vods/7101")).await.ok()["vod"].clone();
        assert_eq!(vod["vodState"], state);
        assert_eq!(vod["isWatchable"], json!(vod["url"].is_string()), "{state}");
    }
    set_up(&station, "a VOD exists", json!({ "id": 7102 })).await;
    assert_eq!(station.send(get("/vodstatuses/7102")).await.ok()["vodStatus"]["vodState"], "complete");
}

#[tokio::test]
async fn a_vod_has_chapters() {
    let station = start().await;
    set_up(&station, "a VOD has chapters", json!({ "vod_id": 7101 })).await;
    let chapters = station.send(get("/chapters?vod=7101")).await.ok();
    assert_eq!(ids(&chapters["chapters"]).len(), 2);
    assert!(station.send(get("/vods/7101/chapters")).await.text().contains("Public comment"));
}

#[tokio::test]
async fn lists_of_the_station_have_something_in_them() {
    let station = start().await;
    for (state, path, root) in [
        ("VOD configurations exist", "/vodconfigurations", "vodConfigurations"),
        ("locations exist", "/locations", "locations"),
        ("channels exist", "/channels", "channels"),
    ] {
        let before = ids(&station.send(get(path)).await.ok()[root]).len();
        set_up(&station, state, json!({})).await;
        assert_eq!(ids(&station.send(get(path)).await.ok()[root]).len(), before + 1, "{state}");
    }
}

#[tokio::test]
async fn a_show_is_scheduled() {
    let station = start().await;
    set_up(&station, "a show is scheduled", json!({ "show_id": 7001, "channel": 9 })).await;
    let body = station.send(get("/scheduleitems?show=7001&channel=9&include=show,channel")).await.ok();
    assert_eq!((ids(&body["shows"]), ids(&body["channels"])), (vec![7001], vec![9]));
    assert_eq!(body["meta"]["count"], 1);
}

#[tokio::test]
async fn a_file_store_exists() {
    let station = start().await;
    set_up(&station, "a file store exists", json!({ "id": 21 })).await;
    assert_eq!(ids(&station.send(get("/filestores").signed_in()).await.ok()["fileStores"]), [3, 11, 21]);
}

#[tokio::test]
async fn a_caption_file_was_uploaded() {
    let station = start().await;
    let values = set_up(&station, "a caption file was uploaded", json!({ "file_upload_id": 77 })).await;
    let upload = station.send(get("/fileuploads/77").signed_in()).await.ok()["fileUpload"].clone();
    assert_eq!((&upload["state"], &upload["asset"]), (&json!(5), &values["asset"]));
    let assets = station.send(get("/assets?status_type[]=unlinked").signed_in()).await.ok();
    assert_eq!(assets["assets"][0]["fileType"], "caption");
}

#[tokio::test]
async fn a_file_upload_has_begun() {
    let station = start().await;
    let params = json!({ "file_upload_id": 77, "total_segments": 2 });
    set_up(&station, "a file upload has begun", params).await;
    for index in ["0", "1"] {
        let call = Call::new("POST", "/fileuploads/77/upload").signed_in().segment(index, b"x");
        assert_eq!(station.send(call).await.status(), 200);
    }
    let closed = json!({ "fileUpload": { "state": 2 } });
    assert_eq!(station.send(put("/fileuploads/77", &closed).signed_in()).await.status(), 200);
}

#[tokio::test]
async fn unlinked_assets_exist() {
    let station = start().await;
    set_up(&station, "unlinked assets exist", json!({})).await;
    let query = "/assets?status_type[]=Unlinked&purpose_type=Playback";
    assert_eq!(ids(&station.send(get(query).signed_in()).await.ok()["assets"]).len(), 2);
}

#[tokio::test]
async fn the_credentials_are_valid_until_the_state_ends() {
    let station = start().await;
    let call = || get("/filestores").header("Authorization", "Basic YWRtaW46YWRtaW4=");
    station.send(call()).await.refused(401);
    set_up(&station, "the credentials are valid", json!({ "username": "admin", "password": "admin" })).await;
    station.send(call()).await.ok();
    change(&station, json!({ "action": "teardown", "state": "the credentials are valid" })).await.ok();
    station.send(call()).await.refused(401);
}

#[tokio::test]
async fn tearing_down_puts_everything_back() {
    let station = start().await;
    let before = station.send(get("/shows?page_size=-1")).await.ok();
    set_up(&station, "shows exist", json!({ "count": 3 })).await;
    set_up(&station, "no show has the id", json!({ "id": 4127 })).await;
    assert_ne!(station.send(get("/shows?page_size=-1")).await.ok(), before);
    change(&station, json!({ "action": "teardown", "state": "anything" })).await.ok();
    assert_eq!(station.send(get("/shows?page_size=-1")).await.ok(), before);
}

#[tokio::test]
async fn what_cannot_be_set_up_says_why() {
    let station = start().await;
    let error = |answer: Answer| (answer.status(), answer.json()["error"].as_str().unwrap().to_owned());
    let (status, message) = error(change(&station, json!({ "state": "the moon is full" })).await);
    assert!((status, message.contains("the moon is full")) == (404, true), "{message}");
    for params in [json!({}), json!({ "id": "x" }), json!({ "id": 1.5 }), Value::Null] {
        let (status, message) =
            error(change(&station, json!({ "state": "a VOD exists", "params": params })).await);
        assert!((status, message.contains("\"id\"")) == (500, true), "{message}");
    }
    let too_many = json!({ "state": "shows exist", "params": { "count": 1_000_000 } });
    assert_eq!(error(change(&station, too_many).await).0, 500);
    assert_eq!(error(change(&station, json!({ "action": "explode" })).await).0, 400);
}

#[tokio::test]
async fn the_empty_state_asks_for_nothing() {
    let station = start().await;
    assert_eq!(set_up(&station, "", json!({})).await, json!({}));
}

#[test]
fn names_are_unique() {
    let names: Vec<_> = provider_states::names().collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

#[tokio::test]
async fn without_the_setting_there_is_no_such_route() {
    let station = TestStation::start().await;
    assert_eq!(change(&station, json!({ "state": "" })).await.status(), 404);
}
