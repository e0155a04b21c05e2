//! Taking tasks back, times, limits and further attempts: what a message and a broadcast may ask for.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use serde_json::{Value, json};
use transcription_worker::{Call, Exception, TaskError, Worker};

use crate::gate::Gate;
use crate::inside::{Running, settings};
use crate::witness::Witness;
use crate::{Scene, message};

impl Scene {
    async fn revoke(&mut self, id: &str, terminate: bool) {
        let arguments = json!({"task_id": [id], "terminate": terminate, "signal": "SIGTERM"});
        let order = json!({"method": "revoke", "arguments": arguments, "destination": null});
        let order = json!({"body": STANDARD.encode(order.to_string())}).to_string();
        let heard: i64 = self.bare.publish("/0.celery.pidbox", order).await.unwrap();
        assert_eq!(heard, 1);
    }

    async fn published(&mut self, message: (String, Value)) -> String {
        self.publish("celery", message.1.to_string()).await;
        message.0
    }

    async fn with_headers(&mut self, task: &str, headers: Value) -> String {
        let (id, mut message) = message(task, &json!([]));
        let Value::Object(headers) = headers else { panic!("headers are an object") };
        message["headers"].as_object_mut().unwrap().extend(headers);
        self.published((id, message)).await
    }

    async fn revoked_because(&self, id: &str) -> Value {
        let result = self.result(id).await;
        assert_eq!(
            (&result["status"], &result["result"]["exc_type"]),
            (&json!("REVOKED"), &json!("TaskRevokedError"))
        );
        result["result"]["exc_message"][0].clone()
    }
}

#[tokio::test]
async fn a_task_is_taken_back_before_it_begins_and_while_it_runs() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let gate = Gate::in_folder(scene.media.path());
    let mut arguments = Gate::arguments();
    arguments.extend(["--concurrency", "1"]);
    let _worker = scene.worker(&arguments);
    let running = scene.task();
    let running = scene.published(running).await;
    let waiting = gate.reached().await;
    let reserved = scene.task();
    let reserved = scene.published(reserved).await;
    let far =
        scene.with_headers("transcription.run_whisper", json!({"eta": "2126-01-01T00:00:00+00:00"})).await;
    for id in [&reserved, &far] {
        scene.revoke(id, false).await;
        assert_eq!(scene.revoked_because(id).await, "revoked", "and nobody waits for its turn");
    }
    scene.revoke(&running, false).await;
    let to_come = scene.task();
    scene.revoke(&to_come.0, false).await;
    assert_eq!(scene.held().await, 1, "a task that runs goes on, unless it is to end");
    scene.revoke(&running, true).await;
    assert_eq!(scene.revoked_because(&running).await, "terminated");
    waiting.dies().await;
    let to_come = scene.published(to_come).await;
    assert_eq!(scene.revoked_because(&to_come).await, "revoked");
    scene.assert_all_is_done().await;
}

/// A worker of tasks that end in every way there is.
async fn worker_of_all_sorts(url: &str) -> Running {
    let again = |call: Call| async move {
        let exception = Exception::new("Busy", "tests", "later");
        match call.retries {
            0 => Err(TaskError::Again { exception, after: Duration::from_millis(10) }),
            retries => Ok(json!(retries)),
        }
    };
    let worker = Worker::new(url, settings()).unwrap();
    let worker = worker
        .task("again", again)
        .task("panics", |_| async { panic!("a task that panics") })
        .task("endless", |_| std::future::pending())
        .task("fails", |_| async { Err(Exception::type_error("no").into()) })
        .task("ends", |_| async { Ok(json!("done")) });
    Running::begin(worker).await
}

#[tokio::test]
async fn a_task_is_tried_again_once_and_in_either_protocol() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let mut witness = Witness::at(scene.redis.url()).await;
    let _worker = worker_of_all_sorts(scene.redis.url()).await;
    let second = scene.with_headers("again", json!({})).await;
    let (first, mut old) = message("again", &json!([]));
    old["headers"] = json!({});
    old["body"] = json!(STANDARD.encode(json!({"task": "again", "id": first, "args": []}).to_string()));
    scene.published((first.clone(), old)).await;
    for id in [&second, &first] {
        assert_eq!(scene.result(id).await["result"], 1);
    }
    assert_eq!(witness.hears_of(&second, "RETRY").await["result"]["exc_type"], "Busy");
    scene.assert_all_is_done().await;
    assert_eq!(witness.counts().await, [(first, 1), (second, 1)].into());
}

#[tokio::test]
async fn whatever_a_task_does_the_worker_lives_on() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let _worker = worker_of_all_sorts(scene.redis.url()).await;
    for (task, headers, kind) in [
        ("panics", json!({}), "RuntimeError"),
        ("endless", json!({"timelimit": [null, 0.05]}), "SoftTimeLimitExceeded"),
        ("endless", json!({"timelimit": [0.05, 60]}), "TimeLimitExceeded"),
        ("fails", json!({"timelimit": [1e300, null]}), "TypeError"),
    ] {
        let id = scene.with_headers(task, headers).await;
        let result = scene.result(&id).await;
        assert_eq!((&result["status"], &result["result"]["exc_type"]), (&json!("FAILURE"), &json!(kind)));
    }
    let id = scene.with_headers("ends", json!({})).await;
    assert_eq!(scene.result(&id).await["result"], "done");
    scene.assert_all_is_done().await;
}

#[tokio::test]
async fn whoever_wants_no_result_gets_none() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let _worker = worker_of_all_sorts(scene.redis.url()).await;
    let mut silent = Vec::new();
    for (task, expires) in
        [("ends", Value::Null), ("fails", Value::Null), ("ends", json!("2020-01-01T00:00:00"))]
    {
        silent.push(scene.with_headers(task, json!({"ignore_result": true, "expires": expires})).await);
    }
    let late = scene.with_headers("ends", json!({"expires": "2020-01-01T00:00:00"})).await;
    assert_eq!(scene.revoked_because(&late).await, "expired");
    let last = scene.with_headers("ends", json!({})).await;
    scene.result(&last).await;
    for id in silent {
        assert!(!scene.bare.exists::<_, bool>(format!("celery-task-meta-{id}")).await.unwrap());
    }
    scene.assert_all_is_done().await;
}

#[tokio::test]
async fn kombus_lists_of_priority_are_served() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let _worker = worker_of_all_sorts(scene.redis.url()).await;
    for list in ["celery", "celery\u{6}\u{16}3", "celery\u{6}\u{16}6", "celery\u{6}\u{16}9"] {
        let (id, message) = message("ends", &json!([]));
        scene.publish(list, message.to_string()).await;
        assert_eq!(scene.result(&id).await["result"], "done", "{list:?}");
    }
}

#[tokio::test]
async fn tasks_for_later_hold_up_nobody() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let _worker = scene.worker(&["--concurrency", "1", "--prefetch", "1"]);
    for _ in 0..5 {
        scene.with_headers("transcription.run_whisper", json!({"eta": "2126-01-01T00:00:00+00:00"})).await;
    }
    let task = scene.task();
    let id = scene.published(task).await;
    assert_eq!(scene.result(&id).await["status"], "SUCCESS");
    assert_eq!(scene.held().await, 5, "they wait, and are not lost should the worker die");
}
