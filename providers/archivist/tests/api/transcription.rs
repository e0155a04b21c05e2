//! Transcriptions: what is asked for stands on the queue, and what a worker stores is told.

use archivist::Settings;
use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use serde_json::{Value, json};

use crate::archivist::TestArchivist;

struct Scene {
    archivist: TestArchivist,
    redis: PrivateRedis,
    token: String,
}

impl Scene {
    async fn new() -> Option<Self> {
        let redis = PrivateRedis::for_test()?;
        let url = redis.url().to_owned();
        let with_queue = |settings: &mut Settings| settings.redis = Some(url);
        let archivist = TestArchivist::on_sqlite_with(with_queue).await;
        archivist.given("recordings exist", json!({"paths": ["council/a.mp4", "b.mp4"]})).await;
        let token = archivist.user().await;
        Some(Self { archivist, redis, token })
    }

    async fn bare(&self) -> redis::aio::MultiplexedConnection {
        redis::Client::open(self.redis.url()).unwrap().get_multiplexed_async_connection().await.unwrap()
    }

    async fn ask(&self, body: Value, status: u16) -> Value {
        self.archivist.post("/api/transcribe").bearer(&self.token).json(body).send().await.expect(status)
    }

    /// The ids on a list, that which is taken next first.
    async fn ids(&self, list: &str) -> Vec<String> {
        let entries: Vec<String> = self.bare().await.lrange(list, 0, -1).await.unwrap();
        let id = |entry: &String| {
            serde_json::from_str::<Value>(entry).unwrap()["headers"]["id"].as_str().unwrap().to_owned()
        };
        entries.iter().rev().map(id).collect()
    }
}

#[tokio::test]
async fn a_recording_is_archived_and_queued() {
    let Some(scene) = Scene::new().await else { return };
    let accepted = scene.ask(json!({"path": "council/a.mp4"}), 202).await;
    let (job, vod) = (accepted["job_id"].as_str().unwrap(), accepted["vod_id"].as_i64().unwrap());
    assert_eq!(scene.ids("celery").await, [job]);
    let vod = scene.archivist.get(&format!("/api/vod/{vod}")).bearer(&scene.token).send().await.expect(200);
    assert_eq!((&vod["title"], &vod["file_path"]), (&json!("a"), &json!("council/a.mp4")));
    let again = scene.ask(json!({"vod_id": vod["id"]}), 202).await;
    assert_eq!(again["vod_id"], vod["id"]);
    scene.archivist.stop().await;
}

#[tokio::test]
async fn a_place_on_the_queue_can_be_asked_for() {
    let Some(scene) = Scene::new().await else { return };
    let id = |accepted: Value| accepted["job_id"].as_str().unwrap().to_owned();
    let first = id(scene.ask(json!({"path": "b.mp4"}), 202).await);
    let last = id(scene.ask(json!({"path": "b.mp4"}), 202).await);
    let between = id(scene.ask(json!({"path": "b.mp4", "position": 1}), 202).await);
    let urgent = id(scene.ask(json!({"path": "b.mp4", "position": 0}), 202).await);
    assert_eq!(scene.ids("celery").await, [first, between, last]);
    assert_eq!(scene.ids("caption_priority").await, [urgent]);
    scene.archivist.stop().await;
}

#[tokio::test]
async fn what_cannot_be_transcribed_is_not_queued() {
    let Some(scene) = Scene::new().await else { return };
    for (body, status) in [
        (json!({"path": "missing.mp4"}), 422),
        (json!({"path": "../b.mp4"}), 422),
        (json!({}), 422),
        (json!({"path": "b.mp4", "vod_id": 1}), 422),
        (json!({"path": "b.mp4", "position": -1}), 422),
        (json!({"vod_id": 99}), 404),
    ] {
        scene.ask(body, status).await;
    }
    scene.archivist.post("/api/transcribe").json(json!({"path": "b.mp4"})).send().await.expect(401);
    assert!(scene.ids("celery").await.is_empty());
    scene.archivist.stop().await;
}

#[tokio::test]
async fn what_a_worker_stores_is_how_the_job_stands() {
    let Some(scene) = Scene::new().await else { return };
    for (stored, result, status, progress) in [
        ("SUCCESS", json!({"output_path": "/x.scc"}), "completed", 100),
        ("FAILURE", json!({"exc_type": "E", "exc_message": ["boom"], "exc_module": "m"}), "failed", 10),
        ("REVOKED", json!({"exc_type": "TaskRevokedError", "exc_message": ["revoked"]}), "cancelled", 10),
    ] {
        let accepted = scene.ask(json!({"path": "b.mp4"}), 202).await;
        let id = accepted["job_id"].as_str().unwrap();
        let path = format!("/api/status/{id}");
        let read = || async { scene.archivist.get(&path).bearer(&scene.token).send().await.expect(200) };
        assert_eq!(read().await["status"], "queued");
        let begun = ("PROGRESS", json!({"progress": 10, "status_message": "Loading"}), "processing", 10);
        for (stored, result, status, progress) in [begun, (stored, result, status, progress)] {
            let document = json!({"task_id": id, "status": stored, "result": result}).to_string();
            let () = scene.bare().await.set(format!("celery-task-meta-{id}"), document).await.unwrap();
            let job = read().await;
            assert_eq!((&job["status"], &job["progress"]), (&json!(status), &json!(progress)), "{stored}");
        }
    }
    scene.archivist.get("/api/status/unknown").bearer(&scene.token).send().await.expect(404);
    scene.archivist.stop().await;
}

#[tokio::test]
async fn a_lost_queue_is_told_and_nothing_is_half_done() {
    let Some(mut scene) = Scene::new().await else { return };
    scene.redis.kill();
    let lost = scene.archivist.post("/api/transcribe").bearer(&scene.token).json(json!({"path": "b.mp4"}));
    lost.send().await.expect_error(503, "QueueError");
    scene.redis.restart().unwrap();
    // The first call may still meet the connection that was lost.
    loop {
        let body = json!({"path": "b.mp4"});
        let answer = scene.archivist.post("/api/transcribe").bearer(&scene.token).json(body).send().await;
        if answer.status() == 202 {
            break;
        }
        answer.expect_error(503, "QueueError");
    }
    assert_eq!(scene.ids("celery").await.len(), 1);
    scene.archivist.stop().await;
}

#[tokio::test]
async fn the_service_says_how_its_queue_is() {
    let Some(mut scene) = Scene::new().await else { return };
    let checks = async |scene: &Scene| {
        let health = scene.archivist.get("/health").send().await.expect(200);
        let check = |part: &str| health["checks"][part]["status"].as_str().unwrap().to_owned();
        (health["status"].as_str().unwrap().to_owned(), ["redis", "queue", "worker"].map(check))
    };
    let expected = |status: &str, checks: [&str; 3]| (status.to_owned(), checks.map(str::to_owned));
    assert_eq!(checks(&scene).await, expected("degraded", ["ok", "ok", "failing"]), "no worker is there");
    let () = scene.bare().await.set("celery", "no list").await.unwrap();
    assert_eq!(checks(&scene).await, expected("degraded", ["ok", "failing", "failing"]));
    scene.redis.kill();
    assert_eq!(checks(&scene).await, expected("degraded", ["failing", "failing", "failing"]));
    scene.archivist.stop().await;
}

#[tokio::test]
async fn a_name_that_is_nothing_but_an_ending_is_a_title_all_the_same() {
    let Some(scene) = Scene::new().await else { return };
    scene.archivist.given("recordings exist", json!({"paths": ["council/.mp4"]})).await;
    let accepted = scene.ask(json!({"path": "council/.mp4"}), 202).await;
    let vod = format!("/api/vod/{}", accepted["vod_id"]);
    let vod = scene.archivist.get(&vod).bearer(&scene.token).send().await.expect(200);
    assert_eq!(vod["title"], ".mp4");
    scene.archivist.stop().await;
}

#[tokio::test]
async fn the_recordings_of_a_state_go_with_it() {
    let Some(scene) = Scene::new().await else { return };
    ::archivist::provider_states::teardown(&scene.archivist.state).await.unwrap();
    let token = scene.archivist.user().await;
    let scene = Scene { token, ..scene };
    scene.ask(json!({"path": "b.mp4"}), 422).await;
    scene.archivist.stop().await;
}

#[tokio::test]
async fn without_a_queue_nothing_is_transcribed() {
    let archivist = TestArchivist::on_sqlite().await;
    let token = archivist.user().await;
    let body = json!({"path": "b.mp4"});
    let refused = archivist.post("/api/transcribe").bearer(&token).json(body).send().await;
    refused.expect_error(503, "QueueError");
    archivist.stop().await;
}
