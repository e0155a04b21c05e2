//! Transcriptions: what is asked for stands on the queue, one or several, and what a worker stores is told.

use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::archivist::TestArchivist;
use crate::scene::{Scene, failure, progress, queue_scenarios, revoked, success};

queue_scenarios![
    a_recording_is_archived_and_queued,
    a_place_on_the_queue_can_be_asked_for,
    what_cannot_be_transcribed_is_not_queued,
    what_a_worker_stores_is_how_the_job_stands,
    a_name_that_is_nothing_but_an_ending_is_a_title_all_the_same,
    a_batch_is_judged_path_by_path,
    a_batch_is_queued_in_its_order_at_once,
    a_batch_of_nothing_that_can_be_queued_queues_nothing,
    what_is_no_batch_is_refused,
    a_job_is_asked_for_by_its_name,
    many_may_ask_at_once,
];

async fn ask(scene: &Scene, body: Value, status: u16) -> Value {
    scene.post("/api/transcribe").json(body).send().await.expect(status)
}

async fn batch(scene: &Scene, paths: &[&str]) -> Value {
    scene.post("/api/transcribe/batch").json(json!({"paths": paths})).send().await.expect(202)
}

async fn total(scene: &Scene) -> Value {
    scene.get("/api/vod/list").send().await.expect(200)["total"].clone()
}

async fn a_recording_is_archived_and_queued(scene: &mut Scene) {
    let reply = scene.post("/api/transcribe").json(json!({"path": "council/a.mp4"})).send().await;
    let accepted = reply.expect(202);
    let (job, vod) = (accepted["job_id"].as_str().unwrap(), &accepted["vod_id"]);
    assert_eq!(reply.header("location"), Some(format!("/api/status/{job}").as_str()));
    assert_eq!(scene.ids("celery").await, [job]);
    let vod = scene.get(&format!("/api/vod/{vod}")).send().await.expect(200);
    assert_eq!((&vod["title"], &vod["file_path"]), (&json!("a"), &json!("council/a.mp4")));
    for body in [json!({"vod_id": vod["id"]}), json!({"path": "council/a.mp4"})] {
        assert_eq!(ask(scene, body, 202).await["vod_id"], vod["id"]);
    }
    assert_eq!(total(scene).await, 1);
}

async fn a_place_on_the_queue_can_be_asked_for(scene: &mut Scene) {
    let id = |accepted: Value| accepted["job_id"].as_str().unwrap().to_owned();
    let [first, last] = scene.jobs(["b.mp4", "b.mp4"]).await;
    let between = id(ask(scene, json!({"path": "b.mp4", "position": 1}), 202).await);
    let urgent = id(ask(scene, json!({"path": "b.mp4", "position": 0}), 202).await);
    let end = id(ask(scene, json!({"path": "b.mp4", "position": i64::MAX}), 202).await);
    assert_eq!(scene.ids("celery").await, [first, between, last, end]);
    assert_eq!(scene.ids("caption_priority").await, [urgent]);
}

async fn what_cannot_be_transcribed_is_not_queued(scene: &mut Scene) {
    let outside = tempfile::NamedTempFile::new().unwrap();
    symlink(outside.path(), scene.archivist.media_root().join("out.mp4")).unwrap();
    for (body, status) in [
        (json!({"path": "missing.mp4"}), 422),
        (json!({"path": "council"}), 422),
        (json!({"path": "out.mp4"}), 422),
        (json!({"path": "../b.mp4"}), 422),
        (json!({}), 422),
        (json!({"path": "b.mp4", "vod_id": 1}), 422),
        (json!({"path": "b.mp4", "position": -1}), 422),
        (json!({"vod_id": 99}), 404),
    ] {
        ask(scene, body, status).await;
    }
    scene.archivist.post("/api/transcribe").json(json!({"path": "b.mp4"})).send().await.expect(401);
    assert!(scene.ids("celery").await.is_empty());
    assert_eq!(total(scene).await, 0);
}

async fn what_a_worker_stores_is_how_the_job_stands(scene: &mut Scene) {
    let keys =
        ["status", "progress", "status_message", "error", "started_at", "ended_at", "transcription_id"];
    let told = |job: &Value| keys.map(|key| job[key].clone());
    for (stored, result, status, percent, error) in [
        ("SUCCESS", success(), "completed", 100, json!(null)),
        ("FAILURE", failure("boom"), "failed", 10, json!("boom")),
        ("REVOKED", revoked("terminated"), "cancelled", 10, json!("terminated")),
    ] {
        let job = scene.job("b.mp4").await;
        let queued = scene.status(&job).await;
        let nothing = json!(null);
        assert_eq!(
            told(&queued),
            [
                "queued".into(),
                0.into(),
                nothing.clone(),
                nothing.clone(),
                nothing.clone(),
                nothing.clone(),
                nothing.clone()
            ]
        );
        scene.store(&job, "PROGRESS", progress(10)).await;
        let running = scene.status(&job).await;
        assert_eq!(
            told(&running)[..4],
            ["processing".into(), 10.into(), json!("Loading..."), nothing.clone()]
        );
        assert!(running["started_at"].is_string() && running["ended_at"].is_null());
        scene.store(&job, stored, result).await;
        let ended = scene.status(&job).await;
        assert_eq!(
            (&ended["status"], &ended["progress"], &ended["error"]),
            (&json!(status), &json!(percent), &error)
        );
        assert!(ended["ended_at"].is_string() && ended["started_at"] == running["started_at"], "{ended}");
        let transcription = if status == "completed" { json!(job) } else { nothing };
        assert_eq!(ended["transcription_id"], transcription);
    }
}

async fn a_name_that_is_nothing_but_an_ending_is_a_title_all_the_same(scene: &mut Scene) {
    scene.archivist.given("recordings exist", json!({"paths": ["council/.mp4"]})).await;
    let job = scene.job("council/.mp4").await;
    assert_eq!(scene.vod_of(&job).await["title"], ".mp4");
}

async fn a_batch_is_judged_path_by_path(scene: &mut Scene) {
    let outside = tempfile::NamedTempFile::new().unwrap();
    symlink(outside.path(), scene.archivist.media_root().join("out.mp4")).unwrap();
    let long = "x".repeat(1025);
    let paths = [
        "b.mp4",
        "missing.mp4",
        "../b.mp4",
        "/etc/passwd",
        "b.mp4",
        "council/a.mp4",
        "out.mp4",
        "",
        &long,
        "council",
    ];
    let answer = batch(scene, &paths).await;
    let queued: Vec<&str> =
        answer["queued"].as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap()).collect();
    assert_eq!(queued, ["b.mp4", "council/a.mp4"]);
    let rejected: Vec<(&str, &str)> = answer["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["path"].as_str().unwrap(), it["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(
        rejected,
        [
            ("missing.mp4", "its recording is not there"),
            ("../b.mp4", "must stay inside the media root"),
            ("/etc/passwd", "must stay inside the media root"),
            ("b.mp4", "is listed twice"),
            ("out.mp4", "its recording is not there"),
            ("", "must not be empty"),
            (long.as_str(), "must not be longer than 1024 characters"),
            ("council", "its recording is not there"),
        ]
    );
    assert_eq!(total(scene).await, 2);
}

async fn a_batch_is_queued_in_its_order_at_once(scene: &mut Scene) {
    let before = scene.job("b.mp4").await;
    let answer = batch(scene, &["d.mp4", "c.mp4", "b.mp4"]).await;
    assert_eq!(answer["rejected"], json!([]));
    let queued = answer["queued"].as_array().unwrap();
    let mut expected = vec![before];
    expected.extend(queued.iter().map(|it| it["job_id"].as_str().unwrap().to_owned()));
    assert_eq!(scene.ids("celery").await, expected);
    for one in queued {
        let job = one["job_id"].as_str().unwrap();
        assert_eq!(scene.status(job).await["status"], "queued");
        assert_eq!(scene.vod_of(job).await["file_path"], one["path"]);
    }
    let (first, path) = scene.take().await;
    assert_eq!((first, path.ends_with("/b.mp4")), (expected[0].clone(), true));
}

async fn a_batch_of_nothing_that_can_be_queued_queues_nothing(scene: &mut Scene) {
    let answer = batch(scene, &["missing.mp4"]).await;
    assert_eq!(answer["queued"], json!([]));
    assert!(scene.ids("celery").await.is_empty());
    assert_eq!(total(scene).await, 0);
}

async fn what_is_no_batch_is_refused(scene: &mut Scene) {
    let eleven: Vec<String> = (0..11).map(|n| format!("{n}.mp4")).collect();
    for (body, reason) in [
        (json!({}), "is required"),
        (json!({"paths": "b.mp4"}), "must be a list of paths"),
        (json!({"paths": []}), "must have from 1 to 10 paths"),
        (json!({"paths": eleven}), "must have from 1 to 10 paths"),
        (json!({"paths": ["b.mp4", 7]}), "must be a list of strings"),
    ] {
        let fields = scene.post("/api/transcribe/batch").json(body).send().await.expect_fields();
        assert_eq!(fields, json!({"paths": [reason]}));
    }
    let extra = json!({"paths": ["b.mp4"], "position": 0});
    let fields = scene.post("/api/transcribe/batch").json(extra).send().await.expect_fields();
    assert_eq!(fields, json!({"position": ["is not known here"]}));
    assert!(scene.ids("celery").await.is_empty());
}

async fn a_job_is_asked_for_by_its_name(scene: &mut Scene) {
    let job = scene.job("b.mp4").await;
    for other in ["unknown", "7", &job.to_uppercase(), "97b067a0-f59f-4034-9cb9-48fa04eccca4", "%00", "%ff"] {
        let reply = scene.get(&format!("/api/status/{other}")).send().await;
        assert_eq!(reply.expect_error(404, "NotFoundError")["message"], "there is no such job", "{other}");
    }
    scene.archivist.get(&format!("/api/status/{job}")).send().await.expect(401);
}

async fn many_may_ask_at_once(scene: &mut Scene) {
    let vods: Vec<Value> = {
        let [a, b] = scene.jobs(["council/a.mp4", "b.mp4"]).await;
        vec![scene.vod_of(&a).await["id"].clone(), scene.vod_of(&b).await["id"].clone()]
    };
    let requests = (0..40).map(|number| match number % 4 {
        0 => scene.post("/api/transcribe").json(json!({"vod_id": vods[0]})),
        1 => scene.post("/api/transcribe").json(json!({"vod_id": vods[1]})),
        2 => scene.post("/api/transcribe/batch").json(json!({"paths": ["b.mp4", "c.mp4", "council/a.mp4"]})),
        _ => scene.post("/api/transcribe/batch").json(json!({"paths": ["d.mp4", "council/a.mp4", "b.mp4"]})),
    });
    let replies = futures::future::join_all(requests.map(crate::client::Request::send)).await;
    for reply in &replies {
        reply.expect(202);
    }
    assert_eq!(scene.ids("celery").await.len(), 2 + 20 + 60);
    assert_eq!(total(scene).await, 4);
}

#[tokio::test]
async fn the_recordings_of_a_state_go_with_it() {
    let Some(mut scene) = Scene::on_sqlite().await else { return };
    ::archivist::provider_states::teardown(&scene.archivist.state).await.unwrap();
    scene.token = scene.archivist.user().await;
    ask(&scene, json!({"path": "b.mp4"}), 422).await;
    scene.archivist.stop().await;
}

#[tokio::test]
async fn without_a_queue_nothing_is_transcribed() {
    let archivist = TestArchivist::on_sqlite().await;
    let token = archivist.user().await;
    for (path, body) in [
        ("/api/transcribe", json!({"path": "b.mp4"})),
        ("/api/transcribe/batch", json!({"paths": ["b.mp4"]})),
    ] {
        let refused = archivist.post(path).bearer(&token).json(body).send().await;
        refused.expect_error(503, "QueueError");
    }
    let empty = archivist.get("/api/queue").bearer(&token).send().await.expect(200);
    assert_eq!(empty["jobs"], json!([]));
    archivist.stop().await;
}
