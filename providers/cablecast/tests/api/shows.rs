//! Shows: listed, searched, paged, with what hangs on them, made, changed, deleted.

use cablecast::{OffsetUnit, Settings};
use serde_json::{Value, json};

use crate::harness::{NOW, TestStation, delete, get, ids, post, put};

#[tokio::test]
async fn a_list_is_a_page_of_fifty_newest_event_first() {
    let station = TestStation::start().await;
    let body = station.send(get("/shows")).await.ok();
    let dates: Vec<&str> =
        body["shows"].as_array().unwrap().iter().map(|show| show["eventDate"].as_str().unwrap()).collect();
    assert_eq!(dates.len(), 50);
    assert!(dates.is_sorted_by(|earlier, later| earlier >= later), "{dates:?}");
    assert_eq!(body["meta"], json!({ "offset": 0, "pageSize": 50, "count": 64 }));
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_overlap() {
    let station = TestStation::start().await;
    let all = ids(&station.send(get("/shows?page_size=-1")).await.ok()["shows"]);
    let mut paged = Vec::new();
    for page in 0..4 {
        let body = station.send(get(&format!("/shows?page_size=20&offset={page}"))).await.ok();
        assert_eq!(body["meta"], json!({ "offset": page, "pageSize": 20, "count": 64 }));
        paged.extend(ids(&body["shows"]));
    }
    assert_eq!(paged, all);
    assert_eq!(all.len(), 64);
}

#[tokio::test]
async fn offset_counts_items_where_the_station_is_told_so() {
    let settings = Settings { offset_unit: OffsetUnit::Item, ..Settings::default() };
    let station = TestStation::start_with(settings).await;
    let all = ids(&station.send(get("/shows?page_size=-1")).await.ok()["shows"]);
    let body = station.send(get("/shows?page_size=20&offset=2")).await.ok();
    assert_eq!(ids(&body["shows"]), all[2..22]);
}

#[tokio::test]
async fn lists_are_filtered_by_what_the_server_knows() {
    let station = TestStation::start().await;
    for (query, expected) in [
        ("search=harbor%20council&page_size=1", vec![4127]),
        ("search=SITE+plan", vec![4126]),
        ("location=2", vec![4125]),
        ("project=3", vec![4127, 4124]),
        ("ids[]=4126&ids[]=4060&ids[]=1", vec![4126, 4060]),
        ("search=nowhere", vec![]),
    ] {
        let body = station.send(get(&format!("/shows?{query}"))).await.ok();
        assert_eq!(ids(&body["shows"]), expected, "{query}");
    }
}

#[tokio::test]
async fn the_count_is_that_of_the_filtered_shows() {
    let station = TestStation::start().await;
    let body = station.send(get("/shows?search=harbor%20council&page_size=1")).await.ok();
    assert_eq!(body["meta"]["count"], 2);
}

#[tokio::test]
async fn parameters_that_the_server_does_not_know_are_ignored() {
    let station = TestStation::start().await;
    let plain = station.send(get("/shows")).await.ok();
    let odd = station.send_against_document(get("/shows?after=2026-05-01&pageSize=3&showId=x")).await.ok();
    assert_eq!(odd, plain);
}

#[tokio::test]
async fn parameters_of_another_type_are_refused() {
    let station = TestStation::start().await;
    for query in ["location=here", "offset=-1", "page_size=many", "ids[]=x"] {
        let answer = station.send_against_document(get(&format!("/shows?{query}"))).await;
        assert!(answer.refused(400).contains("must"), "{query}");
    }
}

#[tokio::test]
async fn include_adds_what_the_shows_refer_to_under_plural_roots() {
    let station = TestStation::start().await;
    let names = "reel,media,vod,vodTransaction,project,producer,category,webfile,thumbnail,scheduleitem,chapter,firstrun";
    let body = station.send(get(&format!("/shows?ids[]=4127&include={names}"))).await.ok();
    for (root, expected) in [
        ("reels", vec![4188]),
        ("media", vec![3901]),
        ("vods", vec![2904]),
        ("vodTransactions", vec![6301]),
        ("projects", vec![3]),
        ("producers", vec![]),
        ("categories", vec![7]),
        ("webFiles", vec![15240]),
        ("scheduleItems", vec![88121]),
        ("chapters", vec![901, 902, 903, 904]),
        ("firstRuns", vec![13011]),
    ] {
        assert_eq!(ids(&body[root]), expected, "{root}");
    }
    let thumbnails: Vec<&Value> =
        body["thumbnails"].as_array().unwrap().iter().map(|still| &still["id"]).collect();
    assert_eq!(thumbnails, ["15220-small", "15220-medium", "15220-large"]);
}

#[tokio::test]
async fn nothing_is_added_that_was_not_asked_for() {
    let station = TestStation::start().await;
    let body = station.send(get("/shows?ids[]=4127&include=vod")).await.ok();
    let roots: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(roots, ["meta", "shows", "vods"]);
}

#[tokio::test]
async fn one_show_comes_with_a_null_meta_and_every_member() {
    let station = TestStation::start().await;
    let body = station.send(get("/shows/4127")).await.ok();
    assert_eq!(body.as_object().unwrap().get("meta"), Some(&Value::Null));
    let show = body["show"].as_object().unwrap();
    assert_eq!(show.len(), 57);
    assert_eq!(show["producer"], Value::Null);
    assert_eq!(show["created"], "2026-05-01T10:15:00.62-05:00");
    assert_eq!(show["customFields"][1]["type"], "tag");
}

#[tokio::test]
async fn ids_without_a_show_are_unknown() {
    let station = TestStation::start().await;
    assert_eq!(station.send(get("/shows/999999")).await.refused(404), "there is no show 999999");
    for id in ["x", "99999999999"] {
        station.send_against_document(get(&format!("/shows/{id}"))).await.refused(404);
    }
}

#[tokio::test]
async fn a_show_is_made_with_the_stations_time_and_the_next_id() {
    let station = TestStation::start().await;
    let sent = json!({ "show": { "title": "School Committee", "location": 2, "customFields": [{ "showField": 3, "value": "x" }] } });
    let made = station.send(post("/shows", &sent).signed_in()).await.ok();
    let show = &made["show"];
    assert_eq!((&show["id"], &show["created"]), (&json!(4128), &json!(NOW)));
    assert_eq!(show["vods"], json!([]));
    assert_eq!(show["customFields"][0]["type"], "string");
    assert!(made.get("meta").is_none());
    let read = station.send(get("/shows/4128")).await.ok();
    assert_eq!(read["show"], *show);
}

#[tokio::test]
async fn a_show_that_cannot_be_is_refused() {
    let station = TestStation::start().await;
    for (body, part) in [
        (json!({ "title": "Bare", "location": 1 }), "root"),
        (json!({ "show": { "location": 1 } }), "title"),
        (json!({ "show": { "title": "Lost" } }), "location"),
        (json!({ "show": { "title": 7, "location": 1 } }), "type"),
        (json!({ "show": { "title": "Undated", "location": 1, "eventDate": "soon" } }), "type"),
    ] {
        let answer = station.send_against_document(post("/shows", &body).signed_in()).await;
        assert!(answer.refused(400).contains(part), "{body}: {answer:?}");
    }
    let nowhere = json!({ "show": { "title": "Nowhere", "location": 9 } });
    assert_eq!(
        station.send(post("/shows", &nowhere).signed_in()).await.refused(400),
        "there is no location 9"
    );
}

#[tokio::test]
async fn members_the_server_does_not_have_are_ignored() {
    let station = TestStation::start().await;
    let sent = json!({ "show": { "title": "Told", "location": 1, "description": "nobody reads" } });
    let made = station.send_against_document(post("/shows", &sent).signed_in()).await.ok();
    assert!(made["show"].get("description").is_none());
}

#[tokio::test]
async fn a_show_that_was_read_can_be_sent_back_whole() {
    let station = TestStation::start().await;
    let mut body = station.send(get("/shows/4127")).await.ok();
    body.as_object_mut().unwrap().remove("meta");
    body["show"]["comments"] = Value::Null;
    body["show"]["vods"] = json!([]);
    let changed = station.send(put("/shows/4127", &body).signed_in()).await.ok();
    assert_eq!(changed["show"]["comments"], Value::Null);
    assert_eq!(changed["show"]["vods"], json!([2904]), "relations are the server's");
    assert_eq!(changed["show"]["lastModified"], NOW);
}

#[tokio::test]
async fn what_a_change_leaves_out_stays() {
    let station = TestStation::start().await;
    let sent = json!({ "show": { "cgTitle": "Council, regular session", "restrictAccessToMembers": true } });
    let changed = station.send(put("/shows/4127", &sent).signed_in()).await.ok();
    assert_eq!(changed["show"]["title"], "Harbor Council 2026-05-12");
    assert_eq!(changed["show"]["cgTitle"], "Council, regular session");
    assert_eq!(changed["show"]["restrictAccessToMembers"], true);
    station.send(put("/shows/1", &sent).signed_in()).await.refused(404);
}

#[tokio::test]
async fn a_deleted_show_takes_what_hangs_on_it() {
    let station = TestStation::start().await;
    let gone = station.send(delete("/shows/4127").signed_in()).await;
    assert_eq!((gone.status(), gone.text()), (204, ""));
    for target in ["/shows/4127", "/vods/2904", "/chapters/901", "/reels/4188", "/scheduleitems/88121"] {
        station.send(get(target)).await.refused(404);
    }
    station.send(delete("/shows/4127").signed_in()).await.refused(404);
}
