//! Uploads in their three steps, what bounds them, and the assets they become.

use serde_json::{Value, json};

use crate::harness::{Call, NOW, TestStation, get, ids, post, put};

const SCC: &[u8] = b"Scenarist_SCC V1.0\r\n\r\n00:00:01:00\t9420 9420\r\n\x00\xff";

async fn begin(station: &TestStation, total_segments: i32, size: usize) -> String {
    let sent = json!({ "fileUpload": { "fileName": "4127-1 Harbor Council.scc", "destinationStore": 11,
        "totalSegments": total_segments, "size": size } });
    let made = station.send(post("/fileuploads", &sent).signed_in()).await.ok();
    assert_eq!((&made["fileUpload"]["state"], &made["fileUpload"]["asset"]), (&json!(1), &Value::Null));
    assert_eq!(made["fileUpload"]["created"], NOW);
    format!("/fileuploads/{}", made["fileUpload"]["id"])
}

fn segment(upload: &str, index: &str, bytes: &[u8]) -> Call {
    Call::new("POST", &format!("{upload}/upload")).signed_in().segment(index, bytes)
}

fn close(upload: &str) -> Call {
    put(upload, &json!({ "fileUpload": { "state": 2 } })).signed_in()
}

async fn state(station: &TestStation, upload: &str) -> Value {
    station.send(get(upload).signed_in()).await.ok()["fileUpload"]["state"].clone()
}

#[tokio::test]
async fn a_caption_file_goes_up_in_three_steps_and_becomes_an_asset() {
    let station = TestStation::start().await;
    let upload = begin(&station, 2, SCC.len()).await;
    let (first, second) = SCC.split_at(20);
    assert_eq!(station.send(segment(&upload, "1", second)).await.status(), 200);
    assert_eq!(station.send(segment(&upload, "0", first)).await.status(), 200);
    assert_eq!(station.send(close(&upload)).await.ok()["fileUpload"]["state"], 2);
    for expected in [3, 4, 5, 5] {
        assert_eq!(state(&station, &upload).await, expected);
    }
    let done = station.send(get(&upload).signed_in()).await.ok();
    let assets = station.send(get("/assets?status_type[]=Unlinked").signed_in()).await.ok();
    let asset = &assets["assets"][0];
    assert_eq!(asset["id"], done["fileUpload"]["asset"]);
    assert_eq!((&asset["fileType"], &asset["extension"]), (&json!("caption"), &json!(".scc")));
    assert_eq!((&asset["size"], &asset["fileStores"]), (&json!(SCC.len()), &json!([11])));
}

#[tokio::test]
async fn a_file_with_a_segment_or_a_byte_missing_fails() {
    let station = TestStation::start().await;
    let short = begin(&station, 1, SCC.len() + 1).await;
    station.send(segment(&short, "0", SCC)).await;
    let partial = begin(&station, 2, SCC.len()).await;
    station.send(segment(&partial, "0", SCC)).await;
    for upload in [short, partial] {
        station.send(close(&upload)).await.ok();
        assert_eq!(state(&station, &upload).await, 0, "{upload}");
    }
}

#[tokio::test]
async fn an_idle_upload_is_given_up() {
    let station = TestStation::start().await;
    let upload = begin(&station, 1, SCC.len()).await;
    station.pass(4 * 60 * 60);
    assert_eq!(state(&station, &upload).await, 1);
    station.pass(1);
    assert_eq!(
        station.send(segment(&upload, "0", SCC)).await.refused(400),
        "the upload takes no more segments"
    );
    assert_eq!(state(&station, &upload).await, 6);
}

#[tokio::test]
async fn segments_outside_the_file_are_refused() {
    let station = TestStation::start().await;
    let upload = begin(&station, 1, SCC.len()).await;
    station.send(segment(&upload, "1", SCC)).await.refused(400);
    station.send_against_document(segment(&upload, "first", SCC)).await.refused(400);
    station.send(segment("/fileuploads/999", "0", SCC)).await.refused(404);
    station.send(segment(&upload, "0", SCC)).await;
    station.send(close(&upload)).await.ok();
    station.send(segment(&upload, "0", SCC)).await.refused(400);
}

#[tokio::test]
async fn a_segment_has_a_bound() {
    let station = TestStation::start().await;
    let upload = begin(&station, 1, 1).await;
    let five_megabytes = vec![b'x'; 5 * 1024 * 1024];
    assert_eq!(station.send(segment(&upload, "0", &five_megabytes)).await.status(), 200);
    let one_more = [five_megabytes, vec![b'x']].concat();
    station.send(segment(&upload, "0", &one_more)).await.refused(413);
}

#[tokio::test]
async fn what_is_no_form_is_refused() {
    let station = TestStation::start().await;
    let upload = begin(&station, 1, SCC.len()).await;
    let send = |content_type: &str, body: &str| {
        let call = Call::new("POST", &format!("{upload}/upload")).signed_in().body(content_type, body);
        station.send_against_document(call)
    };
    send("application/json", "{}").await.refused(415);
    send("multipart/form-data; boundary=cut", "--cut--\r\n").await.refused(400);
    send("multipart/form-data; boundary=cut", "no form").await.refused(400);
}

#[tokio::test]
async fn uploads_that_cannot_be_are_refused() {
    let station = TestStation::start().await;
    let upload = |name: &str, store: i32, segments: i32, size: i64| json!({ "fileUpload": { "fileName": name, "destinationStore": store, "totalSegments": segments, "size": size } });
    for body in [
        upload("../passwd", 11, 1, 1),
        upload("", 11, 1, 1),
        upload("a.scc", 9, 1, 1),
        upload("a.scc", 11, 0, 1),
        upload("a.scc", 11, 1_000_000, 1),
        upload("a.scc", 11, 1, -1),
    ] {
        station.send(post("/fileuploads", &body).signed_in()).await.refused(400);
    }
}

#[tokio::test]
async fn a_client_only_closes_an_upload() {
    let station = TestStation::start().await;
    let upload = begin(&station, 1, SCC.len()).await;
    for number in [0, 3, 5] {
        let body = json!({ "fileUpload": { "state": number } });
        station.send(put(&upload, &body).signed_in()).await.refused(400);
    }
    let unknown = json!({ "fileUpload": { "state": 7 } });
    station.send_against_document(put(&upload, &unknown).signed_in()).await.refused(400);
    assert_eq!(state(&station, &upload).await, 1);
    station.send(close("/fileuploads/999")).await.refused(404);
}

#[tokio::test]
async fn assets_are_filtered_and_newest_first() {
    let station = TestStation::start().await;
    let query = "offset=0&sort=last_modified&status_type[]=Unlinked&purpose_type=Playback";
    let unlinked = station.send(get(&format!("/assets?{query}")).signed_in()).await.ok();
    assert_eq!(ids(&unlinked["assets"]), [15290]);
    let all = station.send(get("/assets").signed_in()).await.ok();
    assert!(ids(&all["assets"]).is_sorted_by(|newer, older| newer > older));
    assert_eq!(ids(&all["assetInfos"]), [8801]);
    assert!(ids(&station.send(get("/assets?offset=1").signed_in()).await.ok()["assets"]).is_empty());
}

#[tokio::test]
async fn uploads_are_listed() {
    let station = TestStation::start().await;
    assert_eq!(station.send(get("/fileuploads").signed_in()).await.ok(), json!({ "fileUploads": [] }));
    begin(&station, 1, 1).await;
    assert_eq!(ids(&station.send(get("/fileuploads").signed_in()).await.ok()["fileUploads"]), [1]);
}
