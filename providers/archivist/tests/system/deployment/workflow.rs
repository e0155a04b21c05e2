//! The whole way of a recording: from an upload to the station.

use serde_json::{Value, json};

use crate::person::Person;
use crate::place::{Place, unique, visit};
use crate::station::{Held, Station};

#[tokio::test]
async fn from_an_upload_to_the_station() {
    visit(async |place| {
        let name = unique("workflow");
        let title = format!("Open meeting {name}");
        let vod = place.upload(&place.admin, &name, &title).await;
        let job = transcribed(&place.admin, &vod).await;
        has_captions(&place.admin, &job, &name).await;
        has_a_summary(&place.admin, &job).await;
        if let Some(station) = &place.station {
            is_linked(place, station, &job, &title).await;
            is_published(place, station, &vod, &job).await;
        }
    })
    .await;
}

/// The job, which is the transcription as well.
async fn transcribed(admin: &Person, vod: &Value) -> String {
    assert_eq!(admin.vod(vod).await["status"], "pending");
    let job = admin.transcribe(vod).await;
    let (completed, progress) = admin.job_becomes(&job, "completed").await;
    assert!(progress.is_sorted() && progress.last() == Some(&100), "{progress:?}");
    assert_eq!((&completed["vod_id"], &completed["transcription_id"]), (vod, &json!(job)));
    let archived = admin.vod(vod).await;
    assert_eq!((&archived["status"], &archived["transcription_id"]), (&json!("completed"), &json!(job)));
    job
}

async fn has_captions(admin: &Person, job: &str, name: &str) {
    let scc = admin.get(&format!("/api/transcriptions/{job}/captions.scc")).await;
    assert!(scc.text().starts_with("Scenarist_SCC V1.0\n"), "{}", scc.text());
    assert!(scc.header("content-disposition").unwrap().contains(&format!("{name}.scc")));
    let vtt = admin.get(&format!("/api/transcriptions/{job}/captions.vtt")).await;
    assert!(vtt.text().starts_with("WEBVTT\n") && vtt.text().contains("La r\u{e9}union est ouverte."));
}

async fn has_a_summary(admin: &Person, job: &str) {
    let target = format!("/api/transcriptions/{job}/summary");
    let summary = admin.post(&target).await.expect(200);
    assert_eq!(summary["summary"].as_array().unwrap().len(), 2, "{summary}");
    assert_eq!(admin.get(&target).await.expect(200), summary);
}

async fn is_linked(place: &Place, station: &Station, job: &str, title: &str) {
    let show = place.show(station, title).await;
    let suggested = place.admin.get(&format!("/api/cablecast/suggestions/{job}")).await.expect(200);
    assert_eq!(suggested["suggestions"][0]["show"]["id"], show, "{suggested}");
    let link = format!("/api/cablecast/link/{job}");
    let linked = place.admin.post_json(&link, json!({"show_id": show})).await.expect(200);
    assert_eq!((&linked["show_id"], &linked["by_itself"]), (&show, &json!(false)));
    assert_eq!(place.admin.get(&link).await.expect(200), linked);
}

async fn is_published(place: &Place, station: &Station, vod: &Value, job: &str) {
    let publication = place.admin.publish(job).await;
    assert_eq!(station.held(&publication).await, Held::ONCE);
    assert_eq!(place.admin.publish(job).await, publication);
    assert_eq!(station.held(&publication).await, Held::ONCE);
    assert_eq!(place.admin.vod(vod).await["cablecast_vod_id"], publication["cablecast_vod_id"]);
    let all = place.admin.all("/api/vod/sync-status", "publications").await;
    assert!(all.contains(&publication), "{publication} is not in {all:?}");
}
