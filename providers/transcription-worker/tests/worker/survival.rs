//! Workers are killed and stopped, and Redis goes and comes: no task is lost, and none leaves two results.

use std::collections::BTreeSet;
use std::time::Duration;

use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use rustix::process::Signal;
use serde_json::{Value, json};
use transcription_worker::Settings;

use crate::gate::Gate;
use crate::inside::{Running, counting, settings};
use crate::witness::Witness;
use crate::{Scene, message, publisher};

impl Scene {
    async fn configure(&self, name: &str, value: &str) {
        let mut bare = self.bare.clone();
        let () = redis::cmd("CONFIG").arg("SET").arg(name).arg(value).query_async(&mut bare).await.unwrap();
    }
}

#[tokio::test]
async fn a_killed_workers_task_is_taken_up_again() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let gate = Gate::in_folder(scene.media.path());
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    let first = scene.worker(&Gate::arguments());
    let waiting = gate.reached().await;
    first.kill();
    waiting.leaves().await;
    assert_eq!(scene.held().await, 1, "what it held is still there");
    let mut arguments = Gate::arguments();
    arguments.extend(["--visibility-timeout", "1"]);
    let _second = scene.worker(&arguments);
    gate.reached().await.let_go();
    assert_eq!(scene.result(&id).await["status"], "SUCCESS");
    scene.assert_all_is_done().await;
    assert!(scene.written("a.scc").starts_with("Scenarist_SCC V1.0\n"));
}

#[tokio::test]
async fn what_was_not_begun_is_given_back_in_its_order() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let gate = Gate::in_folder(scene.media.path());
    let mut ids = Vec::new();
    for _ in 0..4 {
        let (id, message) = scene.task();
        scene.publish("celery", message.to_string()).await;
        ids.push(id);
    }
    let mut arguments = Gate::arguments();
    arguments.extend(["--concurrency", "1", "--prefetch", "4"]);
    let mut worker = scene.worker(&arguments);
    let waiting = gate.reached().await;
    assert_eq!(scene.held().await, 4, "it takes as many at once as it may hold");
    worker.signal(Signal::TERM);
    waiting.let_go();
    assert!(worker.child.wait().unwrap().success());
    let left: Vec<String> = scene.list("celery").await.iter().map(|entry| id_of(entry)).collect();
    assert_eq!(left, ids[1..], "the first one was finished");
    assert_eq!((scene.held().await, scene.result(&ids[0]).await["status"].clone()), (0, json!("SUCCESS")));
}

fn id_of(entry: &[u8]) -> String {
    serde_json::from_slice::<Value>(entry).unwrap()["headers"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn two_workers_share_what_there_is_and_do_each_task_once() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let mut witness = Witness::at(scene.redis.url()).await;
    let mut expected = BTreeSet::new();
    for _ in 0..200 {
        let (id, message) = scene.task();
        scene.publish("celery", message.to_string()).await;
        expected.insert(id);
    }
    let _workers = [scene.worker(&[]), scene.worker(&[])];
    witness.hears(expected.len()).await;
    assert!(witness.finals.iter().all(|result| result["status"] == "SUCCESS"));
    scene.assert_all_is_done().await;
    let counts = witness.counts().await;
    assert!(counts.values().all(|&count| count == 1), "some were done twice: {counts:?}");
    assert_eq!(counts.into_keys().collect::<BTreeSet<_>>(), expected);
}

#[tokio::test]
async fn a_task_outlives_the_redis_that_it_was_published_on() {
    let Some(redis) = PrivateRedis::durable_for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let gate = Gate::in_folder(scene.media.path());
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    let mut worker = scene.worker(&Gate::arguments());
    let waiting = gate.reached().await;
    scene.redis.kill();
    waiting.let_go();
    worker.says("a result cannot be stored");
    scene.redis.restart().unwrap();
    let mut scene = Scene { bare: publisher(scene.redis.url()).await, ..scene };
    assert_eq!(scene.result(&id).await["status"], "SUCCESS", "its result is stored once Redis is back");
    scene.assert_all_is_done().await;
}

#[tokio::test]
async fn a_result_outlives_a_redis_that_has_lost_everything() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let gate = Gate::in_folder(scene.media.path());
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    let _worker = scene.worker(&Gate::arguments());
    let waiting = gate.reached().await;
    scene.redis.restart().unwrap();
    waiting.let_go();
    let scene = Scene { bare: publisher(scene.redis.url()).await, ..scene };
    assert_eq!(scene.result(&id).await["status"], "SUCCESS");
}

#[tokio::test]
async fn redis_may_be_restarted_again_and_again_while_tasks_are_taken() {
    let Some(redis) = PrivateRedis::durable_for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let mut expected = Vec::new();
    for _ in 0..300 {
        let (id, message) = message("count", &json!([]));
        scene.publish("celery", message.to_string()).await;
        expected.push(id);
    }
    // On a busy machine a worker may be still for a second, and be taken for dead; here nobody is.
    let alive = Settings { visibility_timeout: Duration::from_hours(1), ..settings() };
    let (worker, runs) = counting(scene.redis.url(), alive);
    let worker = Running::begin(worker).await;
    for done in [20, 150, 280] {
        // Whoever waits for this result is cut off with it, and reads it again.
        scene.result(&expected[done]).await;
        scene.redis.restart().unwrap();
        scene = Scene { bare: publisher(scene.redis.url()).await, ..scene };
    }
    for id in &expected {
        assert_eq!(scene.result(id).await["status"], "SUCCESS");
    }
    worker.stop().await;
    scene.assert_all_is_done().await;
    let runs = runs.load(std::sync::atomic::Ordering::Relaxed);
    assert_eq!(runs, expected.len(), "none is done twice by a worker that lives");
}

#[tokio::test]
async fn a_queue_that_fills_redis_is_worked_off() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        let (id, message) = scene.task();
        scene.publish("celery", message.to_string()).await;
        ids.push(id);
    }
    scene.publish("celery", "no message").await;
    scene.configure("maxmemory", "1").await;
    let refused: Result<(), _> = scene.bare.lpush("celery", "another").await;
    assert_eq!(refused.unwrap_err().code(), Some("OOM"));
    let _worker = scene.worker(&[]);
    for id in ids {
        assert_eq!(scene.result(&id).await["status"], "SUCCESS");
    }
    assert_eq!(scene.dead_letter().await["message"], "no message");
    scene.assert_all_is_done().await;
}

#[tokio::test]
async fn a_result_that_is_refused_is_stored_once_it_is_taken() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let gate = Gate::in_folder(scene.media.path());
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    let mut worker = scene.worker(&Gate::arguments());
    let waiting = gate.reached().await;
    scene.configure("min-replicas-to-write", "1").await;
    waiting.let_go();
    worker.says("a result cannot be stored");
    scene.configure("min-replicas-to-write", "0").await;
    assert_eq!(scene.result(&id).await["status"], "SUCCESS");
    scene.assert_all_is_done().await;
}

#[tokio::test]
async fn what_was_taken_and_never_heard_of_is_done_all_the_same() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let _worker = scene.worker(&[]);
    // Redis goes on taking while its answer does not arrive in time.
    let mut bare = scene.bare.clone();
    let mut ids = Vec::new();
    let (first, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    scene.result(&first).await;
    for _ in 0..3 {
        let (id, message) = scene.task();
        scene.publish("celery", message.to_string()).await;
        ids.push(id);
        // Every connection but ours is cut, at whatever moment it is.
        let () = redis::cmd("CLIENT")
            .arg("KILL")
            .arg("TYPE")
            .arg("normal")
            .arg("SKIPME")
            .arg("yes")
            .query_async(&mut bare)
            .await
            .unwrap();
    }
    for id in ids {
        assert_eq!(scene.result(&id).await["status"], "SUCCESS");
    }
    scene.assert_all_is_done().await;
}
