//! The queue as it stands, and jobs paused, resumed and moved where they really are.

use serde_json::{Value, json};

use crate::archivist::TestArchivist;
use crate::scene::{RECORDINGS, Scene, failure, progress, queue_scenarios, success};

queue_scenarios![
    the_queue_is_told_in_the_order_in_which_it_is_worked_on,
    what_has_ended_is_told_the_newest_first_and_not_without_end,
    a_job_moves_to_the_place_that_is_asked_for,
    what_does_not_wait_does_not_move,
    what_is_no_place_is_refused,
    a_paused_job_is_taken_by_nobody_until_it_is_resumed,
    a_pause_outlives_the_service_and_its_queue,
    a_pause_that_was_not_written_down_is_told_all_the_same,
    what_does_not_wait_is_not_paused,
    what_is_not_paused_is_not_resumed,
    what_is_no_job_is_not_found,
    a_worker_that_takes_at_this_moment_has_it_or_the_pause_has,
];

/// Each job of the queue: its id, its status and its place.
async fn listed(scene: &Scene) -> Vec<(String, String, Value)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let jobs = scene.queue().await["jobs"].as_array().unwrap().clone();
    jobs.iter().map(|job| (text(&job["id"]), text(&job["status"]), job["position"].clone())).collect()
}

fn refused(reply: &crate::client::Reply, reason: &str) {
    assert_eq!(reply.expect_error(409, "ConflictError")["message"], reason);
}

async fn the_queue_is_told_in_the_order_in_which_it_is_worked_on(scene: &mut Scene) {
    let [runs, held, paused, first, second] =
        scene.jobs(["council/a.mp4", "b.mp4", "c.mp4", "d.mp4", "b.mp4"]).await;
    let urgent = scene.post("/api/transcribe").json(json!({"path": "c.mp4", "position": 0})).send().await;
    let urgent = urgent.expect(202)["job_id"].as_str().unwrap().to_owned();
    let completed = scene.job("council/a.mp4").await;
    scene.act("pause", &paused).await.expect(200);
    scene.take().await;
    scene.store(&runs, "PROGRESS", progress(10)).await;
    assert_eq!(scene.hold().await, held);
    scene.store(&completed, "SUCCESS", success()).await;
    // What others have there is taken before it as well.
    let _: i64 = scene.command(&["LPUSH", "caption_priority", "{}"]).await;
    let _: i64 = scene
        .command(&["LREM", "celery", "1", &scene.command::<String>(&["LINDEX", "celery", "0"]).await])
        .await;
    let null = json!(null);
    let expected = [
        (&runs, "processing", &null),
        (&held, "queued", &null),
        (&urgent, "queued", &json!(0)),
        (&first, "queued", &json!(2)),
        (&second, "queued", &json!(3)),
        (&paused, "paused", &null),
        (&completed, "completed", &null),
    ];
    let expected = expected.map(|(id, status, place)| (id.clone(), status.to_owned(), place.clone()));
    assert_eq!(listed(scene).await, expected);
    let counts = scene.queue().await["counts"].clone();
    let expected =
        json!({"queued": 4, "processing": 1, "paused": 1, "completed": 1, "failed": 0, "cancelled": 0});
    assert_eq!(counts, expected);
}

async fn what_has_ended_is_told_the_newest_first_and_not_without_end(scene: &mut Scene) {
    let mut jobs = Vec::new();
    for _ in 0..6 {
        let body = json!({"paths": RECORDINGS});
        let batch = scene.post("/api/transcribe/batch").json(body.clone()).send().await.expect(202);
        let other = scene.post("/api/transcribe/batch").json(body).send().await.expect(202);
        for one in [batch, other].iter().flat_map(|it| it["queued"].as_array().unwrap()) {
            jobs.push(one["job_id"].as_str().unwrap().to_owned());
        }
    }
    jobs.extend(scene.jobs(["b.mp4"; 4]).await);
    for job in &jobs {
        let document = json!({"task_id": job, "status": "FAILURE", "result": failure("boom"),
            "date_done": "2020-01-01T00:00:00+00:00"});
        let () = scene.command(&["SET", &format!("celery-task-meta-{job}"), &document.to_string()]).await;
    }
    let queue = scene.queue().await;
    let told: Vec<&str> =
        queue["jobs"].as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap()).collect();
    let newest: Vec<&String> = jobs.iter().rev().take(50).collect();
    assert_eq!(jobs.len(), 52);
    assert_eq!(told.len(), 50);
    // All ended before they were asked for, by a clock that is wrong: as soon as that, and not sooner.
    assert!(queue["jobs"].as_array().unwrap().iter().all(|job| job["ended_at"] == job["created_at"]));
    let mut by_creation: Vec<(&Value, &str)> = queue["jobs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| (&job["ended_at"], job["id"].as_str().unwrap()))
        .collect();
    by_creation.sort_by_key(|(ended, _)| std::cmp::Reverse(ended.as_str().unwrap()));
    assert_eq!(by_creation.iter().map(|(_, id)| *id).collect::<Vec<_>>(), told);
    assert_eq!(told, newest);
    assert_eq!(queue["counts"]["failed"], 52);
}

async fn reorder(scene: &Scene, job: &str, position: i64) -> crate::client::Reply {
    scene.post("/api/queue/reorder").json(json!({"job_id": job, "position": position})).send().await
}

async fn a_job_moves_to_the_place_that_is_asked_for(scene: &mut Scene) {
    let [a, b, c] = scene.jobs(["council/a.mp4", "b.mp4", "c.mp4"]).await;
    let urgent = scene.post("/api/transcribe").json(json!({"path": "d.mp4", "position": 0})).send().await;
    let urgent = urgent.expect(202)["job_id"].as_str().unwrap().to_owned();
    for (job, position, place, expected) in [
        (&c, 1, 1, [&urgent, &c, &a, &b]),
        (&b, 0, 0, [&b, &urgent, &c, &a]),
        (&urgent, 2, 2, [&b, &c, &urgent, &a]),
        (&b, i64::MAX, 3, [&c, &urgent, &a, &b]),
        (&a, 2, 2, [&c, &urgent, &a, &b]),
    ] {
        let moved = reorder(scene, job, position).await.expect(200);
        assert_eq!((&moved["id"], &moved["position"]), (&json!(job), &json!(place)));
        assert_eq!((&moved["status"], &moved["transcription_id"]), (&json!("queued"), &json!(null)));
        let told: Vec<String> = listed(scene).await.into_iter().map(|(id, ..)| id).collect();
        assert_eq!(told, expected.map(String::as_str), "{job} to {position}");
    }
    let all = [scene.ids("caption_priority").await, scene.ids("celery").await].concat();
    assert_eq!(all, [c, urgent, a, b]);
}

async fn what_does_not_wait_does_not_move(scene: &mut Scene) {
    let [runs, held, paused, ended] = scene.jobs(["b.mp4"; 4]).await;
    scene.take().await;
    scene.store(&runs, "PROGRESS", progress(10)).await;
    scene.hold().await;
    scene.act("pause", &paused).await.expect(200);
    scene.store(&ended, "FAILURE", failure("boom")).await;
    scene.status(&ended).await;
    for (job, reason) in [
        (&runs, "a worker has taken the job"),
        (&held, "a worker has taken the job"),
        (&paused, "the job is paused"),
        (&ended, "the job has ended already"),
    ] {
        refused(&reorder(scene, job, 0).await, reason);
    }
    reorder(scene, "97b067a0-f59f-4034-9cb9-48fa04eccca4", 0).await.expect_error(404, "NotFoundError");
}

async fn what_is_no_place_is_refused(scene: &mut Scene) {
    let job = scene.job("b.mp4").await;
    for (body, fields) in [
        (json!({}), json!({"job_id": ["is required"], "position": ["is required"]})),
        (json!({"job_id": "7", "position": 0}), json!({"job_id": ["must be the id of a job"]})),
        (json!({"job_id": job, "position": -1}), json!({"position": ["must be a whole number from 0 on"]})),
        (json!({"job_id": job, "position": "0"}), json!({"position": ["must be a whole number from 0 on"]})),
    ] {
        assert_eq!(scene.post("/api/queue/reorder").json(body).send().await.expect_fields(), fields);
    }
}

async fn a_paused_job_is_taken_by_nobody_until_it_is_resumed(scene: &mut Scene) {
    let [job, other] = scene.jobs(["b.mp4", "c.mp4"]).await;
    let paused = scene.act("pause", &job).await.expect(200);
    assert_eq!((&paused["id"], &paused["status"]), (&json!(job), &json!("paused")));
    assert_eq!(scene.ids("celery").await, [other.as_str()]);
    assert_eq!(scene.status(&job).await, paused);
    let resumed = scene.act("resume", &job).await.expect(200);
    assert_eq!((&resumed["id"], &resumed["status"]), (&json!(job), &json!("queued")));
    assert_eq!(scene.ids("celery").await, [other, job]);
}

async fn a_pause_outlives_the_service_and_its_queue(scene: &mut Scene) {
    let job = scene.job("b.mp4").await;
    scene.act("pause", &job).await.expect(200);
    scene.archivist.restart(async || {}).await;
    scene.redis.restart().unwrap();
    // The first call may still meet the connection that was lost.
    while scene.get("/api/queue").send().await.status() == 503 {}
    let expected = (job.clone(), "paused".to_owned(), json!(null));
    assert_eq!(listed(scene).await, [expected]);
    scene.act("resume", &job).await.expect(200);
    assert_eq!(scene.ids("celery").await, [job]);
}

async fn a_pause_that_was_not_written_down_is_told_all_the_same(scene: &mut Scene) {
    let job = scene.job("b.mp4").await;
    // As by a service that died behind the one step that counts.
    let entry: String = scene.command(&["RPOP", "celery"]).await;
    let kept = json!(["celery", entry]).to_string();
    let _: i64 = scene.command(&["HSET", "archivist.paused", &job, &kept]).await;
    assert_eq!(scene.status(&job).await["status"], "paused");
    let _: i64 = scene.command(&["HDEL", "archivist.paused", &job]).await;
    let _: i64 = scene.command(&["LPUSH", "celery", &entry]).await;
    assert_eq!(scene.status(&job).await["status"], "queued");
}

async fn what_does_not_wait_is_not_paused(scene: &mut Scene) {
    let [runs, held, paused, ended] = scene.jobs(["b.mp4"; 4]).await;
    scene.take().await;
    scene.store(&runs, "PROGRESS", progress(10)).await;
    scene.hold().await;
    scene.act("pause", &paused).await.expect(200);
    scene.store(&ended, "SUCCESS", success()).await;
    scene.status(&ended).await;
    for (job, reason) in [
        (&runs, "a worker has taken the job"),
        (&held, "a worker has taken the job"),
        (&paused, "the job is paused"),
        (&ended, "the job has ended already"),
    ] {
        refused(&scene.act("pause", job).await, reason);
    }
    assert_eq!(scene.ids("celery").await, [ended]);
}

async fn what_is_not_paused_is_not_resumed(scene: &mut Scene) {
    let [waits, ended] = scene.jobs(["b.mp4"; 2]).await;
    scene.store(&ended, "SUCCESS", success()).await;
    refused(&scene.act("resume", &waits).await, "the job is not paused");
    // Nothing was heard of its end when it was asked for.
    refused(&scene.act("resume", &ended).await, "the job has ended already");
    refused(&scene.act("resume", &ended).await, "the job has ended already");
}

async fn what_is_no_job_is_not_found(scene: &mut Scene) {
    for action in ["pause", "resume", "stop", "remove"] {
        for job in ["7", "97b067a0-f59f-4034-9cb9-48fa04eccca4"] {
            let reply = scene.act(action, job).await;
            assert_eq!(reply.expect_error(404, "NotFoundError")["message"], "there is no such job");
        }
        scene.archivist.post(&format!("/api/queue/{action}/7")).send().await.expect(401);
    }
    scene.archivist.get("/api/queue").send().await.expect(401);
}

async fn a_worker_that_takes_at_this_moment_has_it_or_the_pause_has(scene: &mut Scene) {
    let jobs = scene.jobs(["b.mp4"; 30]).await;
    let mut worker = scene.bare().await;
    let taking = async {
        let mut taken = Vec::new();
        loop {
            let entry: Option<String> =
                redis::AsyncCommands::rpop(&mut worker, "celery", None).await.unwrap();
            let Some(entry) = entry else { return taken };
            let message: Value = serde_json::from_str(&entry).unwrap();
            let id = message["headers"]["id"].as_str().unwrap().to_owned();
            scene.tell(&id, "PROGRESS", progress(0)).await;
            taken.push(id);
        }
    };
    let pausing = futures::future::join_all(jobs.iter().rev().map(|job| scene.act("pause", job)));
    let (taken, paused) = tokio::join!(taking, pausing);
    for (job, reply) in jobs.iter().rev().zip(paused) {
        if taken.contains(job) {
            refused(&reply, "a worker has taken the job");
            assert_eq!(scene.status(job).await["status"], "processing");
        } else {
            assert_eq!(reply.expect(200)["status"], "paused");
            assert_eq!(scene.status(job).await["status"], "paused");
        }
    }
}

#[tokio::test]
async fn ten_thousand_jobs_are_told_and_moved() {
    let Some(scene) = Scene::on_sqlite().await else { return };
    let paths: Vec<String> = (0..10).map(|number| format!("{number}.mp4")).collect();
    scene.archivist.given("recordings exist", json!({"paths": paths})).await;
    let mut last = Value::Null;
    for _ in 0..1000 {
        let body = json!({"paths": paths});
        let batch = scene.post("/api/transcribe/batch").json(body).send().await.expect(202);
        last = batch["queued"][9]["job_id"].clone();
    }
    let queue = scene.queue().await;
    assert_eq!(queue["counts"]["queued"], 10_000);
    let jobs = queue["jobs"].as_array().unwrap();
    assert_eq!(jobs.len(), 10_000);
    assert!(jobs.iter().enumerate().all(|(place, job)| job["position"] == place));
    assert_eq!(jobs[9_999]["id"], last);
    let last = last.as_str().unwrap();
    assert_eq!(reorder(&scene, last, 0).await.expect(200)["position"], 0);
    assert_eq!(scene.take().await.0, last);
    let second = jobs[5_000]["id"].as_str().unwrap();
    scene.act("pause", second).await.expect(200);
    scene.act("remove", second).await.expect(200);
    assert_eq!(scene.command::<i64>(&["LLEN", "celery"]).await, 9_998);
    scene.archivist.stop().await;
}

#[tokio::test]
async fn the_queue_is_bound_to_nothing_but_its_redis() {
    let archivist = TestArchivist::on_sqlite().await;
    let token = archivist.user().await;
    let job = "97b067a0-f59f-4034-9cb9-48fa04eccca4";
    archivist.post(&format!("/api/queue/pause/{job}")).bearer(&token).send().await.expect(404);
    archivist.stop().await;
}
