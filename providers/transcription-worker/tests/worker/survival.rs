//! Workers are killed and stopped, and Redis goes and comes: no task is lost, and none leaves two results.

use std::collections::BTreeSet;

use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::{Scene, exists, shell};

/// A transcriber that says that it has begun, and goes on until it is let go.
const WAITS: &str = "touch \"$0.begun\"; while [ ! -e \"$0.go\" ]; do :; done; printf 'WEBVTT\\n\\n00:01.000 --> 00:02.000\\nAye.\\n'";

async fn begun(scene: &Scene) {
    while !exists(scene.media.path(), "a.mp4.begun") {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_killed_workers_task_is_taken_up_again() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    let first = scene.worker(&shell(WAITS));
    begun(&scene).await;
    first.kill();
    assert_eq!(scene.held().await, 1, "what it held is still there");
    std::fs::write(scene.media.path().join("a.mp4.go"), "").unwrap();
    let mut arguments = shell(WAITS);
    arguments.extend(["--visibility-timeout", "1"]);
    let _second = scene.worker(&arguments);
    assert_eq!(scene.result(&id).await["status"], "SUCCESS");
    assert_eq!(scene.held().await, 0);
    assert!(scene.written("a.scc").starts_with("Scenarist_SCC V1.0\n"));
}

#[tokio::test]
async fn what_was_not_begun_is_given_back_in_its_order() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        let (id, message) = scene.task();
        scene.publish("celery", message.to_string()).await;
        ids.push(id);
    }
    let mut arguments = shell(WAITS);
    arguments.extend(["--concurrency", "1", "--prefetch", "4"]);
    let mut worker = scene.worker(&arguments);
    begun(&scene).await;
    while scene.held().await < 4 {}
    let process = Pid::from_raw(i32::try_from(worker.0.id()).unwrap()).unwrap();
    kill_process(process, Signal::TERM).unwrap();
    std::fs::write(scene.media.path().join("a.mp4.go"), "").unwrap();
    assert!(worker.0.wait().unwrap().success());
    let left: Vec<String> = scene.bare.lrange("celery", 0, -1).await.unwrap();
    let id = |entry: &String| {
        serde_json::from_str::<Value>(entry).unwrap()["headers"]["id"].as_str().unwrap().to_owned()
    };
    let left: Vec<String> = left.iter().rev().map(id).collect();
    assert_eq!(left, ids[1..], "the first one was finished");
    assert_eq!((scene.held().await, scene.result(&ids[0]).await["status"].clone()), (0, json!("SUCCESS")));
}

#[tokio::test]
async fn two_workers_share_what_there_is_and_do_each_task_once() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let client = redis::Client::open(scene.redis.url()).unwrap();
    let mut listener = client.get_async_pubsub().await.unwrap();
    listener.psubscribe("celery-task-meta-*").await.unwrap();
    let mut expected = BTreeSet::new();
    for _ in 0..200 {
        let (id, message) = scene.task();
        scene.publish("celery", message.to_string()).await;
        expected.insert(id);
    }
    let _workers = [scene.worker(&[]), scene.worker(&[])];
    let mut told = listener.into_on_message();
    let mut done = BTreeSet::new();
    while done.len() < expected.len() {
        let message = futures::StreamExt::next(&mut told).await.unwrap();
        let result: Value = serde_json::from_slice(message.get_payload_bytes()).unwrap();
        if result["status"] == "SUCCESS" {
            assert!(done.insert(result["task_id"].as_str().unwrap().to_owned()), "done twice: {result}");
        }
    }
    assert_eq!(done, expected);
}

#[tokio::test]
async fn a_task_outlives_the_redis_that_it_was_published_on() {
    let Some(redis) = PrivateRedis::durable_for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    let _worker = scene.worker(&shell(WAITS));
    begun(&scene).await;
    scene.redis.kill();
    std::fs::write(scene.media.path().join("a.mp4.go"), "").unwrap();
    scene.redis.restart().unwrap();
    let scene = Scene { bare: scene.redis_again().await, ..scene };
    assert_eq!(scene.result(&id).await["status"], "SUCCESS", "its result is stored once Redis is back");
}

#[tokio::test]
async fn a_result_that_finds_no_room_is_stored_once_there_is_some() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    let _worker = scene.worker(&shell(WAITS));
    begun(&scene).await;
    let set = async |bytes: &str| {
        let mut bare = scene.bare.clone();
        let () =
            redis::cmd("CONFIG").arg("SET").arg("maxmemory").arg(bytes).query_async(&mut bare).await.unwrap();
    };
    set("1").await;
    std::fs::write(scene.media.path().join("a.mp4.go"), "").unwrap();
    while !exists(scene.media.path(), "a.scc") {
        tokio::task::yield_now().await;
    }
    set("0").await;
    assert_eq!(scene.result(&id).await["status"], "SUCCESS");
}

impl Scene {
    async fn redis_again(&self) -> redis::aio::ConnectionManager {
        redis::Client::open(self.redis.url()).unwrap().get_connection_manager().await.unwrap()
    }
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
    assert_eq!(scene.held().await, 0);
}

#[tokio::test]
async fn tasks_for_later_hold_up_nobody() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let _worker = scene.worker(&["--concurrency", "1", "--prefetch", "1"]);
    for _ in 0..5 {
        let (_, mut message) = scene.task();
        message["headers"]["eta"] = json!("2126-01-01T00:00:00+00:00");
        scene.publish("celery", message.to_string()).await;
    }
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    assert_eq!(scene.result(&id).await["status"], "SUCCESS");
    assert_eq!(scene.held().await, 5, "they wait, and are not lost should the worker die");
}
