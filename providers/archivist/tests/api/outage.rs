//! The queue's Redis goes and comes, hangs, is full, or is cut off in the middle: nothing is half done, answers say
//! so meanwhile, and all of it works again by itself.

use private_redis::{Direction, PrivateRedis, Wire};
use serde_json::{Value, json};

use crate::archivist::TestArchivist;
use crate::client::{Reply, Request};
use crate::scene::{Scene, failure, progress, queue_scenarios, success};

queue_scenarios![
    a_lost_queue_is_told_and_what_is_known_is_told_all_the_same,
    a_queue_that_is_back_is_used_and_followed_again,
    what_was_confirmed_is_there_when_the_queue_is_back,
    a_full_queue_refuses_and_nothing_is_half_done,
    a_queue_that_loses_everything_takes_new_work,
];

/// Everything that needs the queue.
fn requests<'a>(scene: &'a Scene, job: &str) -> Vec<Request<'a>> {
    let act = |action: &str| scene.post(&format!("/api/queue/{action}/{job}"));
    vec![
        scene.post("/api/transcribe").json(json!({"path": "d.mp4"})),
        scene.post("/api/transcribe/batch").json(json!({"paths": ["c.mp4", "d.mp4"]})),
        scene.get(&format!("/api/status/{job}")),
        scene.get("/api/queue"),
        scene.post("/api/queue/reorder").json(json!({"job_id": job, "position": 0})),
        act("pause"),
        act("resume"),
        act("stop"),
        act("remove"),
    ]
}

fn is_lost(reply: &Reply) {
    let error = reply.expect_error(503, "QueueError");
    assert_eq!(error["message"], "the queue does not answer");
    assert_eq!(reply.header("retry-after"), Some("5"));
}

async fn total(scene: &Scene) -> Value {
    scene.get("/api/vod/list").send().await.expect(200)["total"].clone()
}

async fn a_lost_queue_is_told_and_what_is_known_is_told_all_the_same(scene: &mut Scene) {
    let [completed, failed, waits] = scene.jobs(["b.mp4", "b.mp4", "c.mp4"]).await;
    scene.store(&completed, "SUCCESS", success()).await;
    scene.store(&failed, "FAILURE", failure("boom")).await;
    let ended = [scene.status(&completed).await, scene.status(&failed).await];
    scene.redis.kill();
    for request in requests(scene, &waits) {
        is_lost(&request.send().await);
    }
    assert_eq!([scene.status(&completed).await, scene.status(&failed).await], ended);
    scene.get(&format!("/api/transcriptions/{completed}")).send().await.expect(200);
    assert_eq!(scene.get("/api/transcriptions").send().await.expect(200)["total"], 1);
    scene.act("pause", &failed).await.expect_error(409, "ConflictError");
    scene.get("/api/status/unknown").send().await.expect(404);
    assert_eq!(total(scene).await, 2, "no VOD of a recording that could not be queued");
    assert_eq!(scene.archivist.get("/health").send().await.expect(200)["status"], "degraded");
    scene.redis.restart().unwrap();
}

async fn a_queue_that_is_back_is_used_and_followed_again(scene: &mut Scene) {
    scene.listens().await;
    let [told, later] = scene.jobs(["b.mp4", "c.mp4"]).await;
    let vods = [scene.vod_of(&told).await["id"].clone(), scene.vod_of(&later).await["id"].clone()];
    scene.redis.kill();
    is_lost(&scene.get("/api/queue").send().await);
    scene.redis.restart().unwrap();
    // Told before anybody listens again.
    scene.tell(&told, "SUCCESS", success()).await;
    scene.vod_becomes(&vods[0], "completed").await;
    scene.listens().await;
    scene.tell(&later, "PROGRESS", progress(10)).await;
    scene.vod_becomes(&vods[1], "processing").await;
    while scene.get("/api/queue").send().await.status() == 503 {}
    scene.job("d.mp4").await;
}

async fn what_was_confirmed_is_there_when_the_queue_is_back(scene: &mut Scene) {
    let [first, paused, removed, moved] = scene.jobs(["b.mp4", "c.mp4", "d.mp4", "council/a.mp4"]).await;
    scene.act("pause", &paused).await.expect(200);
    scene.act("remove", &removed).await.expect(200);
    let place = json!({"job_id": moved, "position": 0});
    scene.post("/api/queue/reorder").json(place).send().await.expect(200);
    scene.redis.restart().unwrap();
    while scene.get("/api/queue").send().await.status() == 503 {}
    let queue = scene.queue().await;
    let jobs: Vec<(&str, &str)> = queue["jobs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| (job["id"].as_str().unwrap(), job["status"].as_str().unwrap()))
        .collect();
    let expected = [(&moved, "queued"), (&first, "queued"), (&paused, "paused"), (&removed, "cancelled")];
    assert_eq!(jobs, expected.map(|(id, status)| (id.as_str(), status)));
    scene.act("resume", &paused).await.expect(200);
    assert_eq!(scene.ids("celery").await, [moved, first, paused]);
}

async fn a_full_queue_refuses_and_nothing_is_half_done(scene: &mut Scene) {
    let [waits, paused] = scene.jobs(["b.mp4", "b.mp4"]).await;
    scene.act("pause", &paused).await.expect(200);
    let () = scene.command(&["CONFIG", "SET", "maxmemory", "1"]).await;
    for request in [
        scene.post("/api/transcribe").json(json!({"path": "d.mp4"})),
        scene.post("/api/transcribe").json(json!({"path": "d.mp4", "position": 3})),
        scene.post("/api/transcribe/batch").json(json!({"paths": ["c.mp4", "d.mp4"]})),
        scene.post(&format!("/api/queue/pause/{waits}")),
        scene.post(&format!("/api/queue/resume/{paused}")),
        scene.post(&format!("/api/queue/remove/{waits}")),
        scene.post(&format!("/api/queue/remove/{paused}")),
    ] {
        is_lost(&request.send().await);
    }
    // What only reads, or changes places, goes on.
    assert_eq!(scene.status(&waits).await["status"], "queued");
    assert_eq!(scene.status(&paused).await["status"], "paused");
    let place = json!({"job_id": waits, "position": 0});
    scene.post("/api/queue/reorder").json(place).send().await.expect(200);
    let () = scene.command(&["CONFIG", "SET", "maxmemory", "0"]).await;
    let counts = scene.queue().await["counts"].clone();
    let expected =
        json!({"queued": 1, "processing": 0, "paused": 1, "completed": 0, "failed": 0, "cancelled": 0});
    assert_eq!(counts, expected);
    assert_eq!(scene.ids("celery").await, [waits]);
    assert_eq!(total(scene).await, 1);
    scene.job("d.mp4").await;
}

async fn a_queue_that_loses_everything_takes_new_work(scene: &mut Scene) {
    let [runs, ended] = scene.jobs(["b.mp4", "c.mp4"]).await;
    scene.store(&runs, "PROGRESS", progress(10)).await;
    scene.status(&runs).await;
    scene.store(&ended, "SUCCESS", success()).await;
    scene.status(&ended).await;
    let () = scene.command(&["FLUSHALL"]).await;
    // Scripts are gone as well.
    let () = scene.command(&["SCRIPT", "FLUSH"]).await;
    assert_eq!(scene.status(&runs).await["status"], "processing", "nothing else was told");
    assert_eq!(scene.status(&ended).await["status"], "completed");
    let next = scene.job("d.mp4").await;
    scene.act("pause", &next).await.expect(200);
    scene.act("resume", &next).await.expect(200);
    assert_eq!(scene.ids("celery").await, [next]);
}

/// A service whose queue is at the other end of a wire.
async fn wired() -> Option<(Scene, Wire)> {
    let redis = PrivateRedis::durable_for_test()?;
    let wire = Wire::to(&redis).unwrap();
    let url = wire.url();
    let archivist = TestArchivist::on_sqlite_with(|settings| settings.redis = Some(url)).await;
    Some((Scene::of(archivist, redis).await, wire))
}

#[tokio::test]
async fn wherever_the_line_is_cut_a_job_is_queued_or_nothing_is() {
    let Some((scene, wire)) = wired().await else { return };
    scene.listens().await;
    let body = || json!({"paths": ["b.mp4", "c.mp4"]});
    let send = || scene.post("/api/transcribe/batch").json(body()).send();
    send().await.expect(202);
    for direction in [Direction::Commands, Direction::Answers] {
        let before = wire.ends(direction);
        send().await.expect(202);
        // Within each command, or answer, of that batch.
        let after = wire.ends(direction);
        let last = |ends: &[u64]| ends.last().copied().unwrap_or_default();
        let steps: Vec<u64> = after[before.len()..].iter().map(|end| end - last(&before)).collect();
        assert!(steps.len() >= 2, "it asks whether the queue is there, and publishes");
        for step in steps {
            let (queued, vods) = (scene.ids("celery").await.len(), total(&scene).await);
            wire.cut_behind(direction, last(&wire.ends(direction)) + step - 1);
            let reply = send().await;
            let added = if reply.status() == 202 { 2 } else { 0 };
            if added == 0 {
                is_lost(&reply);
            }
            let now = scene.ids("celery").await;
            assert_eq!(now.len(), queued + added, "{direction:?} cut at {step}: {}", reply.json());
            assert_eq!(total(&scene).await, vods);
            // Whatever is left of the cut is used up.
            while !wire.is_cut() {
                let _ = scene.get("/api/queue").send().await;
            }
            while scene.get("/api/queue").send().await.status() == 503 {}
            let counts = scene.queue().await["counts"]["queued"].as_u64().unwrap();
            assert_eq!(
                usize::try_from(counts).unwrap(),
                now.len(),
                "a job for each task, and the other way round"
            );
        }
    }
    scene.archivist.stop().await;
}

#[tokio::test]
async fn a_queue_that_hangs_is_told_of_and_followed_again() {
    let Some((scene, wire)) = wired().await else { return };
    scene.listens().await;
    let job = scene.job("b.mp4").await;
    let vod = scene.vod_of(&job).await["id"].clone();
    wire.silence();
    is_lost(&scene.get("/api/queue").send().await);
    // Signing in and the archive do not wait for it.
    assert_eq!(total(&scene).await, 1);
    scene.tell(&job, "SUCCESS", success()).await;
    scene.vod_becomes(&vod, "completed").await;
    while scene.get("/api/queue").send().await.status() == 503 {}
    scene.archivist.stop().await;
}

#[tokio::test]
async fn a_service_starts_and_ends_without_its_queue() {
    let Some(mut redis) = PrivateRedis::durable_for_test() else { return };
    redis.kill();
    let url = redis.url().to_owned();
    let archivist = TestArchivist::on_sqlite_with(|settings| settings.redis = Some(url)).await;
    let scene = Scene::of(archivist, redis).await;
    is_lost(&scene.get("/api/queue").send().await);
    scene.archivist.stop().await;
}
