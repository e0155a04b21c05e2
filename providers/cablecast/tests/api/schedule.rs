//! Schedule items: listed in the order of time, filtered, with what they refer to, and made.

use serde_json::{Value, json};

use crate::harness::{TestStation, get, ids, post};

#[tokio::test]
async fn items_come_in_the_order_of_time_deleted_ones_included() {
    let station = TestStation::start().await;
    let body = station.send(get("/scheduleitems?page_size=-1")).await.ok();
    assert_eq!(ids(&body["scheduleItems"]), [88121, 88122, 88124, 88123, 88125]);
    assert_eq!(body["meta"], json!({ "offset": 0, "pageSize": -1, "count": 5 }));
    assert_eq!(body["scheduleItems"][4]["deleted"], true);
    assert_eq!(body["scheduleItems"][2]["show"], Value::Null);
}

#[tokio::test]
async fn items_are_filtered_by_time_channel_show_and_exemption() {
    let station = TestStation::start().await;
    for (query, expected) in [
        ("start=2026-05-14&end=2026-05-15&channel=1", vec![88121, 88122]),
        ("start=2026-05-15T00:30:21Z&end=2026-05-15T01:30:21Z", vec![]),
        ("start=2026-05-15T00:00:00Z&end=2026-05-15T01:30:22Z", vec![88121, 88122]),
        ("start=2026-05-15T08:00:00-05:00", vec![88123, 88125]),
        ("channel=2", vec![88123]),
        ("show=4127", vec![88121]),
        ("include_cg_exempt=false&channel=2", vec![]),
        ("include_cg_exempt=true&channel=2", vec![88123]),
        ("page_size=2&offset=1", vec![88124, 88123]),
    ] {
        let body = station.send(get(&format!("/scheduleitems?{query}"))).await.ok();
        assert_eq!(ids(&body["scheduleItems"]), expected, "{query}");
    }
}

#[tokio::test]
async fn times_that_are_none_are_refused() {
    let station = TestStation::start().await;
    for query in ["start=soon", "end=12.5.2026", "include_cg_exempt=maybe"] {
        station.send_against_document(get(&format!("/scheduleitems?{query}"))).await.refused(400);
    }
}

#[tokio::test]
async fn include_adds_what_the_items_refer_to() {
    let station = TestStation::start().await;
    let names = "show,reel,vod,vodTransaction,channel,location";
    let body = station.send(get(&format!("/scheduleitems?show=4127&include={names}"))).await.ok();
    for (root, expected) in [
        ("shows", vec![4127]),
        ("reels", vec![4188]),
        ("vods", vec![2904]),
        ("vodTransactions", vec![6301]),
        ("channels", vec![1]),
        ("locations", vec![1]),
    ] {
        assert_eq!(ids(&body[root]), expected, "{root}");
    }
}

#[tokio::test]
async fn an_airing_is_scheduled() {
    let station = TestStation::start().await;
    let sent = json!({ "scheduleItem": { "idType": 1, "filler": false, "deleted": false, "show": 4127,
        "channel": 1, "runDateTime": "2026-06-04T19:00:00-05:00" } });
    let made = station.send(post("/scheduleitems", &sent).signed_in()).await.ok();
    assert_eq!(made["scheduleItem"]["id"], 88126);
    assert_eq!(made["scheduleItem"]["hasValidFile"], true);
    assert_eq!(station.send(get("/scheduleitems/88126")).await.ok(), made);
    station.send(get("/scheduleitems/1")).await.refused(404);
}

#[tokio::test]
async fn airings_of_nothing_are_refused() {
    let station = TestStation::start().await;
    let time = "2026-06-04T19:00:00-05:00";
    for (item, part) in [
        (json!({ "show": 4127, "channel": 9, "runDateTime": time }), "there is no channel 9"),
        (json!({ "show": 1, "channel": 1, "runDateTime": time }), "there is no show 1"),
        (json!({ "channel": 1, "runDateTime": time }), "an item of idType 1 must have a show"),
    ] {
        let answer = station.send(post("/scheduleitems", &json!({ "scheduleItem": item })).signed_in()).await;
        assert_eq!(answer.refused(400), part);
    }
}
