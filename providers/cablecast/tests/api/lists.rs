//! The lists of the station that are only read.

use serde_json::json;

use crate::harness::{TestStation, get, ids};

#[tokio::test]
async fn each_list_stands_under_its_plural_and_each_one_under_its_singular() {
    let station = TestStation::start().await;
    for (path, one, many, expected) in [
        ("/vodtranscodequalities", "vodTranscodeQuality", "vodTranscodeQualities", vec![1, 2]),
        ("/vodconfigurations", "vodConfiguration", "vodConfigurations", vec![1, 2]),
        ("/channels", "channel", "channels", vec![1, 2]),
        ("/locations", "location", "locations", vec![1, 2]),
        ("/categories", "category", "categories", vec![7, 8]),
        ("/producers", "producer", "producers", vec![41, 42]),
        ("/projects", "project", "projects", vec![3, 4]),
        ("/formats", "format", "formats", vec![2, 3, 4]),
    ] {
        let body = station.send(get(path)).await.ok();
        assert_eq!(ids(&body[many]), expected, "{path}");
        assert!(body.get("meta").is_none(), "{path}");
        let first = station.send(get(&format!("{path}/{}", expected[0]))).await.ok();
        assert_eq!(first[one], body[many][0]);
        station.send(get(&format!("{path}/999999"))).await.refused(404);
    }
}

#[tokio::test]
async fn lists_are_filtered_by_location() {
    let station = TestStation::start().await;
    for (path, many, expected) in [
        ("/vodconfigurations", "vodConfigurations", vec![2]),
        ("/categories", "categories", vec![8]),
        ("/producers", "producers", vec![42]),
        ("/projects", "projects", vec![4]),
        ("/formats", "formats", vec![4]),
    ] {
        let body = station.send(get(&format!("{path}?location=2"))).await.ok();
        assert_eq!(ids(&body[many]), expected, "{path}");
        station.send_against_document(get(&format!("{path}?location=x"))).await.refused(400);
    }
}

#[tokio::test]
async fn locations_bring_their_control_module_sets() {
    let station = TestStation::start().await;
    assert_eq!(ids(&station.send(get("/locations")).await.ok()["controlModuleSets"]), [5, 6, 7]);
    assert_eq!(ids(&station.send(get("/locations/2")).await.ok()["controlModuleSets"]), [6, 7]);
}

#[tokio::test]
async fn single_resources_are_read_by_id() {
    let station = TestStation::start().await;
    for (path, root, id) in
        [("/reels", "reel", 4188), ("/media", "media", 3901), ("/webfiles", "webFile", 15240)]
    {
        let body = station.send(get(&format!("{path}/{id}"))).await.ok();
        assert_eq!(body[root]["id"], json!(id), "{path}");
        station.send(get(&format!("{path}/999999"))).await.refused(404);
    }
}

#[tokio::test]
async fn the_system_says_what_it_is() {
    let station = TestStation::start().await;
    let info = station.send(get("/systeminfo")).await.ok()["systemInfo"].clone();
    assert_eq!(info["timestamp"], crate::harness::NOW);
    assert!(info["hardwareID"].is_string());
}
