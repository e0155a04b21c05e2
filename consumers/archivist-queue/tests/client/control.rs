//! Broadcasts reach a worker in Celery's form, and its answer is understood.

use std::time::Duration;

use archivist_queue::TaskId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::Scene;

const LONG: Duration = Duration::from_mins(1);

fn body(message: &[u8]) -> Value {
    let message: Value = serde_json::from_slice(message).unwrap();
    serde_json::from_slice(&STANDARD.decode(message["body"].as_str().unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn a_revocation_is_told_to_every_worker() {
    let Some(scene) = Scene::new().await else { return };
    let mut worker = redis::Client::open(scene.redis.url()).unwrap().get_async_pubsub().await.unwrap();
    worker.subscribe("/0.celery.pidbox").await.unwrap();
    let id = TaskId::fresh();
    scene.queue.revoke(&id, true).await.unwrap();
    let order = body(worker.on_message().next().await.unwrap().get_payload_bytes());
    assert_eq!(order["method"], "revoke");
    assert_eq!(order["arguments"], json!({"task_id": id.as_str(), "terminate": true, "signal": "SIGTERM"}));
}

#[tokio::test]
async fn a_worker_that_answers_is_named() {
    let Some(scene) = Scene::new().await else { return };
    let mut worker = redis::Client::open(scene.redis.url()).unwrap().get_async_pubsub().await.unwrap();
    worker.subscribe("/0.celery.pidbox").await.unwrap();
    let answering = async {
        let order = body(worker.on_message().next().await.unwrap().get_payload_bytes());
        let mailbox = order["reply_to"]["routing_key"].as_str().unwrap();
        let bindings: Vec<String> = scene.ask(&["SMEMBERS", "_kombu.binding.reply.celery.pidbox"]).await;
        let list = format!("{mailbox}.reply.celery.pidbox");
        assert_eq!(bindings, [format!("{mailbox}\u{6}\u{16}\u{6}\u{16}{list}")]);
        let reply = json!({"body": STANDARD.encode(json!({"celery@host": {"ok": "pong"}}).to_string())});
        scene.ask::<i64>(&["LPUSH", &list, &reply.to_string()]).await;
    };
    let (workers, ()) = tokio::join!(scene.queue.workers(LONG, 1), answering);
    assert_eq!(workers.unwrap(), ["celery@host"]);
    assert_eq!(scene.ask::<i64>(&["DBSIZE"]).await, 0, "nothing is left behind");
}

#[tokio::test]
async fn where_nobody_is_nobody_is_named() {
    let Some(scene) = Scene::new().await else { return };
    assert!(scene.queue.workers(Duration::from_millis(20), 1).await.unwrap().is_empty());
}
