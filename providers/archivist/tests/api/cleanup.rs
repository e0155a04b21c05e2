//! Jobs that ended long ago are cleared away, and nothing that lives.

use serde_json::{Value, json};

use crate::client::Reply;
use crate::metrics::value;
use crate::scene::{Scene, failure, progress, queue_scenarios, revoked, success};

queue_scenarios![
    what_has_ended_goes_with_its_result,
    what_lives_is_never_touched,
    only_what_is_asked_for_goes,
    a_transcription_outlives_its_job,
    without_the_queue_nothing_is_done,
    every_wrong_field_is_named,
    the_queue_and_its_jobs_are_in_the_metrics,
];

async fn clean_up(scene: &Scene, body: Value) -> Reply {
    let admin = scene.archivist.admin().await;
    scene.archivist.post("/api/admin/queue/cleanup").bearer(&admin).json(body).send().await
}

fn everything() -> Value {
    json!({"older_than_seconds": 0})
}

/// One job that is completed, one that failed, and one that was cancelled.
async fn ended(scene: &Scene) -> [String; 3] {
    let jobs = scene.jobs(["b.mp4", "c.mp4", "d.mp4"]).await;
    let results = [("SUCCESS", success()), ("FAILURE", failure("boom")), ("REVOKED", revoked("terminated"))];
    for (job, (status, result)) in jobs.iter().zip(results) {
        scene.take().await;
        scene.store(job, status, result).await;
        scene.status(job).await;
    }
    jobs
}

async fn results(scene: &Scene) -> usize {
    scene.command::<Vec<String>>(&["KEYS", "celery-task-meta-*"]).await.len()
}

async fn listed(scene: &Scene) -> usize {
    scene.queue().await["jobs"].as_array().unwrap().len()
}

async fn what_has_ended_goes_with_its_result(scene: &mut Scene) {
    let jobs = ended(scene).await;
    assert_eq!((listed(scene).await, results(scene).await), (3, 3));
    let cleaned = clean_up(scene, everything()).await.expect(200);
    assert_eq!(cleaned, json!({"removed": {"completed": 1, "failed": 1, "cancelled": 1}, "results": 3}));
    assert_eq!((listed(scene).await, results(scene).await), (0, 0));
    let counts = scene.queue().await["counts"].clone();
    assert!(counts.as_object().unwrap().values().all(|count| *count == 0), "{counts}");
    for job in &jobs {
        scene.get(&format!("/api/status/{job}")).send().await.expect_error(404, "NotFoundError");
    }
    let again = clean_up(scene, everything()).await.expect(200);
    assert_eq!(again, json!({"removed": {"completed": 0, "failed": 0, "cancelled": 0}, "results": 0}));

    let admin = scene.archivist.admin().await;
    let audit = scene.archivist.get("/api/admin/audit").bearer(&admin).send().await.expect(200);
    let acts: Vec<_> = audit["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| [&it["actor"], &it["action"], &it["subject"]])
        .collect();
    let act = |subject| [json!("supervisor"), json!("queue-cleaned"), json!(subject)];
    assert_eq!(acts, [act("0 jobs").each_ref(), act("3 jobs").each_ref()]);
}

async fn what_lives_is_never_touched(scene: &mut Scene) {
    let [runs, waits, paused] = scene.jobs(["b.mp4", "c.mp4", "d.mp4"]).await;
    scene.take().await;
    scene.store(&runs, "PROGRESS", progress(10)).await;
    scene.status(&runs).await;
    scene.act("pause", &paused).await.expect(200);
    let before = scene.queue().await;
    let cleaned = clean_up(scene, everything()).await.expect(200);
    assert_eq!(cleaned["removed"], json!({"completed": 0, "failed": 0, "cancelled": 0}));
    assert_eq!(scene.queue().await, before);
    assert_eq!((scene.ids("celery").await, results(scene).await), (vec![waits], 1));
    scene.act("resume", &paused).await.expect(200);
}

async fn only_what_is_asked_for_goes(scene: &mut Scene) {
    let [completed, failed, cancelled] = ended(scene).await;
    // A week, where nothing is said: they ended just now.
    for body in [json!({}), json!({"older_than_seconds": 3600, "statuses": ["failed"]})] {
        assert_eq!(clean_up(scene, body).await.expect(200)["results"], 0);
    }
    let body = json!({"older_than_seconds": 0, "statuses": ["failed", "cancelled"]});
    let cleaned = clean_up(scene, body).await.expect(200);
    assert_eq!(cleaned, json!({"removed": {"completed": 0, "failed": 1, "cancelled": 1}, "results": 2}));
    assert_eq!(scene.status(&completed).await["status"], "completed");
    for job in [failed, cancelled] {
        scene.get(&format!("/api/status/{job}")).send().await.expect(404);
    }
}

async fn a_transcription_outlives_its_job(scene: &mut Scene) {
    let [completed, ..] = ended(scene).await;
    let path = format!("/api/transcriptions/{completed}");
    let before = scene.get(&path).send().await.expect(200);
    clean_up(scene, everything()).await.expect(200);
    assert_eq!(scene.get(&path).send().await.expect(200), before);
    // A worker that tells it a second time brings no job back.
    scene.tell(&completed, "FAILURE", failure("boom")).await;
    let next = scene.job("council/a.mp4").await;
    scene.listens().await;
    let vod = scene.vod_of(&next).await["id"].clone();
    scene.tell(&next, "SUCCESS", success()).await;
    scene.vod_becomes(&vod, "completed").await;
    assert_eq!(listed(scene).await, 1);
    assert_eq!(scene.get(&path).send().await.expect(200), before);
}

async fn without_the_queue_nothing_is_done(scene: &mut Scene) {
    ended(scene).await;
    scene.redis.kill();
    clean_up(scene, everything()).await.expect_error(503, "QueueError");
    scene.redis.restart().unwrap();
    while scene.get("/api/queue").send().await.status() == 503 {}
    assert_eq!((listed(scene).await, results(scene).await), (3, 3));
    clean_up(scene, everything()).await.expect(200);
    assert_eq!((listed(scene).await, results(scene).await), (0, 0));
}

async fn every_wrong_field_is_named(scene: &mut Scene) {
    let age = "must be a whole number from 0 to 3155760000";
    let statuses = "must be a list of completed, failed and cancelled, each once";
    for (body, expected) in [
        (json!({"older_than_seconds": -1}), json!({"older_than_seconds": [age]})),
        (json!({"older_than_seconds": null}), json!({"older_than_seconds": [age]})),
        (json!({"statuses": []}), json!({"statuses": [statuses]})),
        (json!({"statuses": ["queued"]}), json!({"statuses": [statuses]})),
        (json!({"statuses": ["failed", "failed"]}), json!({"statuses": [statuses]})),
        (json!({"all": true}), json!({"all": ["is not known here"]})),
    ] {
        assert_eq!(clean_up(scene, body).await.expect_fields(), expected);
    }
    let refused = scene.post("/api/admin/queue/cleanup").json(json!({})).send().await;
    refused.expect_error(403, "AuthorizationError");
    let nobody = scene.archivist.post("/api/admin/queue/cleanup").json(json!({})).send().await;
    nobody.expect_error(401, "AuthenticationError");
}

async fn the_queue_and_its_jobs_are_in_the_metrics(scene: &mut Scene) {
    ended(scene).await;
    scene.job("council/a.mp4").await;
    let scrape = async |scene: &Scene| {
        let reply = scene.archivist.get("/metrics").send().await;
        assert_eq!(reply.status(), 200);
        reply.text().to_owned()
    };
    let text = scrape(scene).await;
    for status in ["queued", "completed", "failed", "cancelled"] {
        assert_eq!(value(&text, &format!(r#"archivist_jobs{{status="{status}"}}"#)), Some(1.0), "{status}");
    }
    let up = |text: &str, part: &str| value(text, &format!(r#"archivist_up{{dependency="{part}"}}"#));
    assert_eq!(value(&text, "archivist_queue_depth"), Some(1.0));
    assert_eq!(
        (up(&text, "redis"), up(&text, "queue"), up(&text, "worker")),
        (Some(1.0), Some(1.0), Some(0.0))
    );

    scene.redis.kill();
    let text = scrape(scene).await;
    assert_eq!(
        (up(&text, "redis"), up(&text, "queue"), up(&text, "database")),
        (Some(0.0), Some(0.0), Some(1.0))
    );
    assert_eq!(value(&text, "archivist_queue_depth"), None);
    assert_eq!(value(&text, r#"archivist_jobs{status="queued"}"#), Some(1.0), "the database knows");
    scene.redis.restart().unwrap();
    while up(&scrape(scene).await, "redis") != Some(1.0) {}
}
