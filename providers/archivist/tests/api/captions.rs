//! Transcriptions with what stands beside their recordings: captions, and summaries made of them.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::client::Reply;
use crate::scene::{Scene, queue_scenarios, success};

queue_scenarios![
    transcriptions_are_listed_the_newest_first,
    what_is_no_transcription_is_not_found,
    captions_are_handed_out_to_be_saved,
    captions_stand_where_the_recording_really_is,
    what_is_not_there_is_not_found,
    nothing_outside_of_the_media_root_is_handed_out,
    a_workers_summary_is_kept,
    without_one_a_summary_is_made_of_the_captions,
    a_summary_is_made_anew,
];

const SCC: &str = "Scenarist_SCC V1.0\n\n00:00:01;00\t9420 9420 9470 9470 c1f9 e5ae 942f 942f\n";
const VTT: &str = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Chair Ames>Order, r\u{e9}union.\n\n\
                   00:00:03.000 --> 00:00:04.000\nCLERK: Aye.\n";

/// A transcription of this recording, with what a worker leaves beside it.
async fn transcribed(scene: &Scene, path: &str) -> String {
    let job = scene.job(path).await;
    scene.take().await;
    write(scene, path, "scc", SCC);
    write(scene, path, "captions.vtt", VTT);
    scene.store(&job, "SUCCESS", success()).await;
    assert_eq!(scene.status(&job).await["status"], "completed");
    job
}

fn write(scene: &Scene, recording: &str, ending: &str, text: impl AsRef<[u8]>) {
    fs::write(scene.archivist.media_root().join(recording).with_extension(ending), text).unwrap();
}

async fn captions(scene: &Scene, id: &str, ending: &str) -> Reply {
    scene.get(&format!("/api/transcriptions/{id}/captions.{ending}")).send().await
}

async fn summarize(scene: &Scene, id: &str) -> Reply {
    scene.post(&format!("/api/transcriptions/{id}/summary")).send().await
}

async fn summary(scene: &Scene, id: &str) -> Reply {
    scene.get(&format!("/api/transcriptions/{id}/summary")).send().await
}

fn of_the_captions() -> Value {
    json!({"summary": [
        {"speaker": "Chair Ames", "start": 1.0, "text": "Order, r\u{e9}union."},
        {"speaker": "CLERK", "start": 3.0, "text": "Aye."},
    ]})
}

async fn transcriptions_are_listed_the_newest_first(scene: &mut Scene) {
    let mut jobs = Vec::new();
    for path in ["council/a.mp4", "b.mp4", "c.mp4"] {
        jobs.push(transcribed(scene, path).await);
    }
    let page = async |query: &str| scene.get(&format!("/api/transcriptions{query}")).send().await;
    let ids = |list: &Value| {
        let ids = list["transcriptions"].as_array().unwrap().iter();
        ids.map(|it| it["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    jobs.reverse();
    let all = page("").await.expect(200);
    assert_eq!(ids(&all), jobs);
    assert_eq!((&all["total"], &all["limit"], &all["offset"]), (&json!(3), &json!(50), &json!(0)));
    assert_eq!(all["transcriptions"][2]["title"], "a");
    let second = page("?limit=1&offset=1").await.expect(200);
    assert_eq!((ids(&second), &second["total"]), (vec![jobs[1].clone()], &json!(3)));
    assert_eq!(page("?offset=9").await.expect(200)["transcriptions"], json!([]));
    for query in ["?limit=0", "?limit=101", "?offset=-1"] {
        page(query).await.expect_fields();
    }
    scene.archivist.get("/api/transcriptions").send().await.expect(401);
}

async fn what_is_no_transcription_is_not_found(scene: &mut Scene) {
    let waits = scene.job("b.mp4").await;
    for id in ["7", "97b067a0-f59f-4034-9cb9-48fa04eccca4", waits.as_str()] {
        for path in ["", "/captions.scc", "/captions.vtt", "/summary"] {
            let reply = scene.get(&format!("/api/transcriptions/{id}{path}")).send().await;
            let error = reply.expect_error(404, "NotFoundError");
            assert_eq!(error["message"], "there is no such transcription", "{id}{path}");
        }
        summarize(scene, id).await.expect_error(404, "NotFoundError");
    }
}

async fn captions_are_handed_out_to_be_saved(scene: &mut Scene) {
    let name = "council/R\u{e9}union \"12\".mp4";
    scene.archivist.given("recordings exist", json!({"paths": [name]})).await;
    let id = transcribed(scene, name).await;
    for (ending, kind, text) in [("scc", "text/x-scc", SCC), ("vtt", "text/vtt; charset=utf-8", VTT)] {
        let reply = captions(scene, &id, ending).await;
        assert_eq!((reply.status(), reply.text()), (200, text));
        assert_eq!(reply.header("content-type"), Some(kind));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        let name = format!("R_union _12_.{ending}\"; filename*=UTF-8''R%C3%A9union%20%2212%22.{ending}");
        assert_eq!(
            reply.header("content-disposition"),
            Some(format!("attachment; filename=\"{name}").as_str())
        );
        let path = format!("/api/transcriptions/{id}/captions.{ending}");
        scene.archivist.get(&path).send().await.expect_error(401, "AuthenticationError");
    }
}

async fn captions_stand_where_the_recording_really_is(scene: &mut Scene) {
    let root = scene.archivist.media_root();
    fs::create_dir(root.join("shows")).unwrap();
    symlink("../b.mp4", root.join("shows/tonight.mp4")).unwrap();
    symlink("shows", root.join("current")).unwrap();
    let job = scene.job("current/tonight.mp4").await;
    write(scene, "b.mp4", "scc", SCC);
    scene.store(&job, "SUCCESS", success()).await;
    scene.status(&job).await;
    assert_eq!(captions(scene, &job, "scc").await.text(), SCC);
}

async fn what_is_not_there_is_not_found(scene: &mut Scene) {
    let id = transcribed(scene, "b.mp4").await;
    fs::remove_file(scene.archivist.media_root().join("b.scc")).unwrap();
    write(scene, "b.mp4", "captions.vtt", b"WEBVTT \xff");
    for ending in ["scc", "vtt"] {
        let error = captions(scene, &id, ending).await.expect_error(404, "NotFoundError");
        assert_eq!(error["message"], "its captions are not there");
    }
    summarize(scene, &id).await.expect_error(404, "NotFoundError");
    write(scene, "b.mp4", "captions.vtt", "no captions");
    summarize(scene, &id).await.expect_error(404, "NotFoundError");
    let error = summary(scene, &id).await.expect_error(404, "NotFoundError");
    assert_eq!(error["message"], "no summary was made of it yet");
}

async fn nothing_outside_of_the_media_root_is_handed_out(scene: &mut Scene) {
    let outside = tempfile::TempDir::new().unwrap();
    let secret = outside.path().join("secret.scc");
    fs::write(&secret, "secret").unwrap();
    let job = scene.job("b.mp4").await;
    // Where a worker says that it wrote something is nothing to go by.
    scene.store(&job, "SUCCESS", json!({"output_path": secret})).await;
    scene.status(&job).await;
    captions(scene, &job, "scc").await.expect_error(404, "NotFoundError");
    symlink(&secret, scene.archivist.media_root().join("b.scc")).unwrap();
    let refused = captions(scene, &job, "scc").await;
    assert!(!refused.expect_error(404, "NotFoundError").to_string().contains("secret"));
    // Nor is a recording that has become a link since.
    fs::remove_file(scene.archivist.media_root().join("b.mp4")).unwrap();
    symlink(outside.path().join("secret.mp4"), scene.archivist.media_root().join("b.mp4")).unwrap();
    fs::write(outside.path().join("secret.mp4"), "").unwrap();
    captions(scene, &job, "scc").await.expect_error(404, "NotFoundError");
}

async fn a_workers_summary_is_kept(scene: &mut Scene) {
    let id = transcribed(scene, "b.mp4").await;
    summary(scene, &id).await.expect_error(404, "NotFoundError");
    let written = json!([{"speaker": null, "start": 2.5, "text": "The motion carries. \u{1f44d}"}]);
    write(scene, "b.mp4", "summary.json", written.to_string());
    let made = summarize(scene, &id).await.expect(200);
    assert_eq!(made, json!({"summary": written}));
    fs::remove_file(scene.archivist.media_root().join("b.summary.json")).unwrap();
    scene.archivist.restart(async || {}).await;
    assert_eq!(summary(scene, &id).await.expect(200), made);
}

async fn without_one_a_summary_is_made_of_the_captions(scene: &mut Scene) {
    let id = transcribed(scene, "b.mp4").await;
    assert_eq!(summarize(scene, &id).await.expect(200), of_the_captions());
    assert_eq!(summary(scene, &id).await.expect(200), of_the_captions());
    for hostile in
        ["", "{}", "[[[", "[{\"start\": -1, \"text\": \"a\"}]", &"[".repeat(100_000), &" ".repeat(2_000_000)]
    {
        write(scene, "b.mp4", "summary.json", hostile);
        assert_eq!(summarize(scene, &id).await.expect(200), of_the_captions());
    }
}

async fn a_summary_is_made_anew(scene: &mut Scene) {
    let id = transcribed(scene, "b.mp4").await;
    assert_eq!(summarize(scene, &id).await.expect(200), of_the_captions());
    write(scene, "b.mp4", "captions.vtt", "WEBVTT\n");
    assert_eq!(summarize(scene, &id).await.expect(200), json!({"summary": []}));
    assert_eq!(summary(scene, &id).await.expect(200), json!({"summary": []}));
}
