//! The list of the archive: order, pages, filters.

use serde_json::{Value, json};

use crate::archivist::TestArchivist;
use crate::scenarios;

scenarios![
    the_newest_come_first,
    pages_do_not_overlap,
    pages_have_a_default_size,
    status_filters,
    text_filters_whatever_its_case,
    wildcards_stand_for_themselves,
    filters_combine,
    what_nobody_asked_for_is_passed_over,
    every_wrong_parameter_is_named,
];

async fn list(archivist: &TestArchivist, query: &str) -> Value {
    let token = archivist.user().await;
    archivist.get(&format!("/api/vod/list?{query}")).bearer(&token).send().await.expect(200)
}

fn titles(list: &Value) -> Vec<&str> {
    list["vods"].as_array().unwrap().iter().map(|vod| vod["title"].as_str().unwrap()).collect()
}

async fn archive_all(archivist: &TestArchivist, titles: &[&str]) {
    let token = archivist.user().await;
    for (number, title) in titles.iter().enumerate() {
        archivist.archive(&token, title, &format!("{number}.mp4")).await;
    }
}

async fn the_newest_come_first(archivist: &TestArchivist) {
    archive_all(archivist, &["one", "two", "three"]).await;
    let all = list(archivist, "").await;
    assert_eq!(titles(&all), ["three", "two", "one"]);
    assert_eq!(all["total"], 3);
}

async fn pages_do_not_overlap(archivist: &TestArchivist) {
    archive_all(archivist, &["a", "b", "c", "d", "e"]).await;
    let mut seen = Vec::new();
    for offset in [0, 2, 4, 6] {
        let page = list(archivist, &format!("limit=2&offset={offset}")).await;
        assert_eq!((&page["total"], &page["limit"], &page["offset"]), (&json!(5), &json!(2), &json!(offset)));
        seen.extend(titles(&page).iter().map(|title| (*title).to_owned()));
    }
    assert_eq!(seen, ["e", "d", "c", "b", "a"]);
}

async fn pages_have_a_default_size(archivist: &TestArchivist) {
    archivist.given("VODs exist", json!({ "count": 60 })).await;
    let page = list(archivist, "").await;
    assert_eq!((titles(&page).len(), &page["limit"], &page["total"]), (50, &json!(50), &json!(60)));
    assert_eq!(titles(&list(archivist, "limit=100").await).len(), 60);
}

async fn status_filters(archivist: &TestArchivist) {
    archivist.given("VODs exist", json!({ "count": 2 })).await;
    archivist.given("VODs exist", json!({ "count": 3, "status": "failed" })).await;
    let failed = list(archivist, "status=failed&limit=2").await;
    assert_eq!((&failed["total"], titles(&failed).len()), (&json!(3), 2));
    assert!(failed["vods"].as_array().unwrap().iter().all(|vod| vod["status"] == "failed"));
    assert_eq!(list(archivist, "status=completed").await["vods"], json!([]));
}

async fn text_filters_whatever_its_case(archivist: &TestArchivist) {
    archive_all(archivist, &["Harbor Council", "Été au CAFÉ", "Planning"]).await;
    assert_eq!(titles(&list(archivist, "q=cOUNCIL").await), ["Harbor Council"]);
    assert_eq!(titles(&list(archivist, "q=%C3%A9t%C3%A9+au+caf%C3%A9").await), ["Été au CAFÉ"]);
    archivist.given("a VOD exists", json!({ "title": "By description" })).await;
    assert_eq!(titles(&list(archivist, "q=chamber%20a").await), ["By description"]);
}

async fn wildcards_stand_for_themselves(archivist: &TestArchivist) {
    archive_all(archivist, &["100% sure", "100 sure", "a_b", "axb", "wow!"]).await;
    assert_eq!(titles(&list(archivist, "q=0%25").await), ["100% sure"]);
    assert_eq!(titles(&list(archivist, "q=a_b").await), ["a_b"]);
    assert_eq!(titles(&list(archivist, "q=!").await), ["wow!"]);
    assert_eq!(titles(&list(archivist, "q=%27%20OR%201%3D1").await), [""; 0]);
}

async fn filters_combine(archivist: &TestArchivist) {
    for (number, status) in ["pending", "failed", "failed"].into_iter().enumerate() {
        let title = format!("Council {number}");
        let params = json!({ "title": title, "status": status, "file_path": format!("{number}.mp4") });
        archivist.given("a VOD exists", params).await;
    }
    let found = list(archivist, "status=failed&q=council&limit=1&offset=1").await;
    assert_eq!((titles(&found), &found["total"]), (vec!["Council 1"], &json!(2)));
}

async fn what_nobody_asked_for_is_passed_over(archivist: &TestArchivist) {
    let token = archivist.user().await;
    // Held against the document, this query is one that nobody promised to take.
    let url = format!("http://{}/api/vod/list?_=1715538600", archivist.address);
    let response = archivist.client.get(url).bearer_auth(token).send().await.unwrap();
    assert_eq!(response.status(), 200);
}

async fn every_wrong_parameter_is_named(archivist: &TestArchivist) {
    let token = archivist.user().await;
    let query = "limit=0&offset=-1&status=done&q=";
    let reply = archivist.get(&format!("/api/vod/list?{query}")).bearer(&token).send().await;
    assert_eq!(
        reply.expect_fields(),
        json!({
            "limit": ["must be a whole number from 1 to 100"],
            "offset": ["must be a whole number from 0"],
            "status": ["must be pending, processing, completed or failed"],
            "q": ["must not be empty"],
        })
    );
    for query in ["limit=101", "limit=ten", "limit=1&limit=2", "offset=9223372036854775808", "q=%00"] {
        let reply = archivist.get(&format!("/api/vod/list?{query}")).bearer(&token).send().await;
        assert_eq!(reply.expect_fields().as_object().unwrap().len(), 1, "{query}");
    }
}
