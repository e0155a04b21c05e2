//! The service listens to what workers tell. Nobody asks for a job here: VODs and transcriptions show what was
//! heard.

use serde_json::{Value, json};

use crate::scene::{Scene, document, failure, progress, queue_scenarios, revoked, success};

queue_scenarios![
    a_job_takes_its_vod_through_its_life,
    a_failed_vod_is_tried_again,
    a_cancelled_job_leaves_the_vod_as_if_never_asked_for,
    what_is_completed_stays_so_whatever_comes_after,
    while_another_job_is_worked_on_that_one_decides,
    a_retry_waits_again,
    what_is_told_twice_or_late_changes_nothing,
    what_was_told_while_the_line_was_cut_is_read,
    what_was_told_while_the_service_was_away_is_read,
    two_services_on_one_database_agree,
    a_worker_that_is_done_at_once_is_heard,
    a_vod_whose_jobs_wait_stays,
    a_vod_takes_what_came_of_it_with_it,
];

async fn vod_id(scene: &Scene, job: &str) -> Value {
    scene.vod_of(job).await["id"].clone()
}

async fn transcriptions(scene: &Scene) -> Vec<Value> {
    let list = scene.get("/api/transcriptions").send().await.expect(200);
    list["transcriptions"].as_array().unwrap().clone()
}

async fn a_job_takes_its_vod_through_its_life(scene: &mut Scene) {
    scene.listens().await;
    let job = scene.job("council/a.mp4").await;
    let vod = vod_id(scene, &job).await;
    assert_eq!(scene.vod_of(&job).await["status"], "pending");
    scene.take().await;
    scene.tell(&job, "PROGRESS", progress(0)).await;
    let processing = scene.vod_becomes(&vod, "processing").await;
    assert_eq!(processing["transcription_id"], json!(null));
    scene.tell(&job, "PROGRESS", progress(90)).await;
    scene.tell(&job, "SUCCESS", success()).await;
    assert_eq!(scene.vod_becomes(&vod, "completed").await["transcription_id"], json!(job));
    let [transcription] = transcriptions(scene).await.try_into().unwrap();
    let expected = json!({
        "id": job, "vod_id": vod, "title": "a", "segments": 4, "duration": 12.5,
        "created_at": transcription["created_at"],
    });
    assert_eq!(transcription, expected);
    assert_eq!(scene.get(&format!("/api/transcriptions/{job}")).send().await.expect(200), expected);
    let ended = scene.status(&job).await;
    assert_eq!((&ended["status"], &ended["transcription_id"]), (&json!("completed"), &json!(job)));
    assert_eq!(ended["ended_at"], transcription["created_at"]);
}

async fn a_failed_vod_is_tried_again(scene: &mut Scene) {
    scene.listens().await;
    let [first, second] = scene.jobs(["b.mp4", "b.mp4"]).await;
    let vod = vod_id(scene, &first).await;
    // Nothing was heard of its beginning.
    scene.tell(&first, "FAILURE", failure("boom")).await;
    scene.vod_becomes(&vod, "failed").await;
    scene.tell(&second, "PROGRESS", progress(10)).await;
    scene.vod_becomes(&vod, "processing").await;
    scene.tell(&second, "SUCCESS", success()).await;
    assert_eq!(scene.vod_becomes(&vod, "completed").await["transcription_id"], json!(second));
}

async fn a_cancelled_job_leaves_the_vod_as_if_never_asked_for(scene: &mut Scene) {
    scene.listens().await;
    let [first, second] = scene.jobs(["b.mp4", "b.mp4"]).await;
    let vod = vod_id(scene, &first).await;
    scene.tell(&first, "PROGRESS", progress(10)).await;
    scene.vod_becomes(&vod, "processing").await;
    scene.tell(&first, "REVOKED", revoked("terminated")).await;
    scene.vod_becomes(&vod, "pending").await;
    // One that never began leaves it as it was.
    for status in ["processing", "failed"] {
        let request = scene.archivist.put(&format!("/api/vod/{vod}")).bearer(&scene.token);
        request.json(json!({"status": status})).send().await.expect(200);
    }
    scene.act("remove", &second).await.expect(200);
    assert_eq!(scene.vod_of(&second).await["status"], "failed");
}

async fn what_is_completed_stays_so_whatever_comes_after(scene: &mut Scene) {
    scene.listens().await;
    let jobs = scene.jobs(["b.mp4"; 3]).await;
    let vod = vod_id(scene, &jobs[0]).await;
    scene.tell(&jobs[0], "SUCCESS", success()).await;
    scene.vod_becomes(&vod, "completed").await;
    scene.tell(&jobs[1], "PROGRESS", progress(10)).await;
    scene.tell(&jobs[1], "FAILURE", failure("boom")).await;
    assert_eq!(scene.status(&jobs[1]).await["status"], "failed");
    let unmoved = scene.vod_of(&jobs[1]).await;
    assert_eq!((&unmoved["status"], &unmoved["transcription_id"]), (&json!("completed"), &json!(jobs[0])));
    scene.tell(&jobs[2], "SUCCESS", success()).await;
    assert_eq!(scene.status(&jobs[2]).await["status"], "completed");
    assert_eq!(scene.vod_of(&jobs[2]).await["transcription_id"], json!(jobs[2]));
    let ids: Vec<Value> = transcriptions(scene).await.iter().map(|it| it["id"].clone()).collect();
    assert_eq!(ids, [json!(jobs[2]), json!(jobs[0])], "newest first");
}

async fn while_another_job_is_worked_on_that_one_decides(scene: &mut Scene) {
    scene.listens().await;
    let jobs = scene.jobs(["b.mp4"; 3]).await;
    let vod = vod_id(scene, &jobs[0]).await;
    for job in &jobs {
        scene.tell(job, "PROGRESS", progress(10)).await;
    }
    scene.vod_becomes(&vod, "processing").await;
    for (job, status, result, stands) in [
        (&jobs[0], "FAILURE", failure("boom"), "processing"),
        (&jobs[1], "REVOKED", revoked("terminated"), "processing"),
        (&jobs[2], "FAILURE", failure("boom"), "failed"),
    ] {
        scene.tell(job, status, result).await;
        assert!(scene.status(job).await["ended_at"].is_string());
        assert_eq!(scene.vod_of(job).await["status"], stands);
    }
}

async fn a_retry_waits_again(scene: &mut Scene) {
    scene.listens().await;
    let job = scene.job("b.mp4").await;
    let vod = vod_id(scene, &job).await;
    scene.tell(&job, "PROGRESS", progress(10)).await;
    scene.vod_becomes(&vod, "processing").await;
    scene.tell(&job, "RETRY", failure("the disk is full")).await;
    let waiting = scene.status(&job).await;
    assert_eq!(
        (&waiting["status"], &waiting["status_message"]),
        (&json!("queued"), &json!("the disk is full"))
    );
    assert_eq!(scene.vod_of(&job).await["status"], "processing");
    scene.tell(&job, "SUCCESS", success()).await;
    scene.vod_becomes(&vod, "completed").await;
}

async fn what_is_told_twice_or_late_changes_nothing(scene: &mut Scene) {
    scene.listens().await;
    let [job, last] = scene.jobs(["b.mp4", "c.mp4"]).await;
    let (vod, marker) = (vod_id(scene, &job).await, vod_id(scene, &last).await);
    for _ in 0..3 {
        scene.tell(&job, "SUCCESS", success()).await;
    }
    scene.vod_becomes(&vod, "completed").await;
    let before = scene.status(&job).await;
    for (status, result) in [
        ("PROGRESS", progress(10)),
        ("RETRY", failure("again")),
        ("FAILURE", failure("boom")),
        ("REVOKED", revoked("terminated")),
        ("SUCCESS", success()),
    ] {
        scene.tell(&job, status, result).await;
    }
    // What is told is heard in its order.
    scene.tell(&last, "PROGRESS", progress(10)).await;
    scene.vod_becomes(&marker, "processing").await;
    assert_eq!(scene.status(&job).await, before);
    assert_eq!(scene.vod_of(&job).await["status"], "completed");
    assert_eq!(transcriptions(scene).await.len(), 1);
}

async fn what_was_told_while_the_line_was_cut_is_read(scene: &mut Scene) {
    scene.listens().await;
    let [job, next] = scene.jobs(["b.mp4", "c.mp4"]).await;
    let (vod, other) = (vod_id(scene, &job).await, vod_id(scene, &next).await);
    // Stored and told to nobody: it can only be read.
    scene.store(&job, "SUCCESS", success()).await;
    let _: i64 = scene.command(&["CLIENT", "KILL", "TYPE", "pubsub"]).await;
    scene.vod_becomes(&vod, "completed").await;
    scene.listens().await;
    scene.tell(&next, "PROGRESS", progress(10)).await;
    scene.vod_becomes(&other, "processing").await;
}

async fn what_was_told_while_the_service_was_away_is_read(scene: &mut Scene) {
    let [job, next, waits] = scene.jobs(["b.mp4", "c.mp4", "d.mp4"]).await;
    let (vod, other) = (vod_id(scene, &job).await, vod_id(scene, &next).await);
    let client = redis::Client::open(scene.redis.url()).unwrap();
    scene
        .archivist
        .restart(async || {
            let mut connection = client.get_multiplexed_async_connection().await.unwrap();
            for (job, status, result) in [(&job, "SUCCESS", success()), (&next, "FAILURE", failure("boom"))] {
                let (key, document) = (format!("celery-task-meta-{job}"), document(job, status, &result));
                let () = redis::AsyncCommands::set(&mut connection, key, document).await.unwrap();
            }
        })
        .await;
    scene.vod_becomes(&vod, "completed").await;
    scene.vod_becomes(&other, "failed").await;
    assert_eq!(scene.status(&waits).await["status"], "queued");
    assert_eq!(transcriptions(scene).await.len(), 1);
}

/// Whether so many services listen.
async fn listening(scene: &Scene, count: usize) -> bool {
    let clients: String = scene.command(&["CLIENT", "LIST", "TYPE", "pubsub"]).await;
    clients.lines().count() == count
}

async fn two_services_on_one_database_agree(scene: &mut Scene) {
    let another = scene.archivist.another().await;
    while !listening(scene, 2).await {}
    let paths = ["council/a.mp4", "b.mp4", "c.mp4", "d.mp4"];
    let jobs = scene.jobs(paths).await;
    for (percent, job) in
        [0, 10, 90].into_iter().flat_map(|percent| jobs.iter().map(move |job| (percent, job)))
    {
        scene.tell(job, "PROGRESS", progress(percent)).await;
    }
    for job in &jobs {
        scene.tell(job, "SUCCESS", success()).await;
        let both =
            [scene.archivist.get(&format!("/api/status/{job}")), another.get(&format!("/api/status/{job}"))];
        let both = both.map(|request| request.bearer(&scene.token).send());
        let [one, other] = futures::future::join_all(both).await.try_into().unwrap();
        assert_eq!(one.expect(200), other.expect(200));
        scene.vod_becomes(&vod_id(scene, job).await, "completed").await;
    }
    assert_eq!(transcriptions(scene).await.len(), 4);
    another.stop().await;
}

async fn a_worker_that_is_done_at_once_is_heard(scene: &mut Scene) {
    const JOBS: usize = 20;
    scene.listens().await;
    let mut worker = scene.bare().await;
    let working = async {
        for _ in 0..JOBS {
            let (_, entry): (String, String) =
                redis::AsyncCommands::brpop(&mut worker, "celery", 0.0).await.unwrap();
            let message: Value = serde_json::from_str(&entry).unwrap();
            scene.tell(message["headers"]["id"].as_str().unwrap(), "SUCCESS", success()).await;
        }
    };
    let asking = async {
        let mut vods = Vec::new();
        for _ in 0..JOBS {
            let body = json!({"path": "b.mp4"});
            vods.push(scene.post("/api/transcribe").json(body).send().await.expect(202)["vod_id"].clone());
        }
        vods
    };
    let ((), vods) = tokio::join!(working, asking);
    scene.vod_becomes(&vods[0], "completed").await;
    while transcriptions(scene).await.len() < JOBS {}
}

async fn a_vod_whose_jobs_wait_stays(scene: &mut Scene) {
    let [waits, paused] = scene.jobs(["b.mp4", "b.mp4"]).await;
    let vod = format!("/api/vod/{}", vod_id(scene, &waits).await);
    scene.act("pause", &paused).await.expect(200);
    let delete = async || scene.archivist.delete(&vod).bearer(&scene.token).send().await;
    let reason = "jobs of the VOD wait on the queue: remove them first";
    assert_eq!(delete().await.expect_error(409, "ConflictError")["message"], reason);
    scene.act("remove", &waits).await.expect(200);
    assert_eq!(delete().await.expect_error(409, "ConflictError")["message"], reason);
    scene.act("remove", &paused).await.expect(200);
    delete().await.expect(204);
    scene.get(&format!("/api/status/{waits}")).send().await.expect(404);
}

async fn a_vod_takes_what_came_of_it_with_it(scene: &mut Scene) {
    scene.listens().await;
    let [job, other] = scene.jobs(["b.mp4", "c.mp4"]).await;
    let (vod, marker) = (vod_id(scene, &job).await, vod_id(scene, &other).await);
    scene.tell(&job, "SUCCESS", success()).await;
    scene.vod_becomes(&vod, "completed").await;
    scene.archivist.delete(&format!("/api/vod/{vod}")).bearer(&scene.token).send().await.expect(204);
    for path in ["/api/status/", "/api/transcriptions/"] {
        scene.get(&format!("{path}{job}")).send().await.expect(404);
    }
    scene.tell(&job, "SUCCESS", success()).await;
    scene.tell(&other, "PROGRESS", progress(10)).await;
    scene.vod_becomes(&marker, "processing").await;
    assert!(transcriptions(scene).await.is_empty());
}
