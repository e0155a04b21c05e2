//! Messages good and bad: the good ones are served, the bad ones kept with their reason, and the worker lives on.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use serde_json::{Value, json};

use crate::Scene;

#[tokio::test]
async fn a_recording_is_transcribed() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let _worker = scene.worker(&[]);
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    let result = scene.result(&id).await;
    assert_eq!(result["status"], "SUCCESS", "{result}");
    assert_eq!((&result["result"]["segments"], &result["result"]["duration"]), (&json!(1), &json!(2.0)));
    assert!(scene.written("a.scc").starts_with("Scenarist_SCC V1.0\n"));
    assert!(scene.written("a.captions.vtt").contains("00:00:01.000 --> 00:00:02.000\nAye."));
    let summary: Value = serde_json::from_str(&scene.written("a.summary.json")).unwrap();
    assert_eq!(summary, json!([{"speaker": null, "start": 1.0, "text": "Aye."}]));
    assert_eq!(scene.held().await, 0, "it is acknowledged together with its result");
    let lifetime: i64 = scene.bare.ttl(format!("celery-task-meta-{id}")).await.unwrap();
    assert!((1..=86_400).contains(&lifetime));
}

#[tokio::test]
async fn an_unknown_task_is_told_and_kept() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let _worker = scene.worker(&[]);
    let (id, mut message) = scene.task();
    message["headers"]["task"] = json!("no.such.task");
    scene.publish("celery", message.to_string()).await;
    assert_eq!(scene.result(&id).await["result"]["exc_type"], "NotRegistered");
    assert!(scene.dead_letter().await["reason"].as_str().unwrap().contains("no.such.task"));
}

#[tokio::test]
async fn nothing_outside_of_the_folder_is_read() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let _worker = scene.worker(&[]);
    std::os::unix::fs::symlink("/etc/hosts", scene.media.path().join("link.mp4")).unwrap();
    for path in ["/etc/hosts", "../a.mp4", "link.mp4"] {
        let (id, mut message) = scene.task();
        message["body"] = json!(STANDARD.encode(json!([[path], {}, {}]).to_string()));
        scene.publish("celery", message.to_string()).await;
        assert_eq!(scene.result(&id).await["result"]["exc_type"], "FileNotFoundError", "{path}");
    }
}

#[tokio::test]
async fn what_is_urgent_is_taken_first_and_the_rest_in_its_order() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let client = redis::Client::open(scene.redis.url()).unwrap();
    let mut listener = client.get_async_pubsub().await.unwrap();
    listener.psubscribe("celery-task-meta-*").await.unwrap();
    let mut expected = Vec::new();
    for list in ["celery", "celery", "caption_priority"] {
        let (id, message) = scene.task();
        scene.publish(list, message.to_string()).await;
        expected.push(id);
    }
    expected.rotate_right(1);
    let _worker = scene.worker(&["--concurrency", "1"]);
    let mut told = listener.into_on_message();
    let mut done = Vec::new();
    while done.len() < expected.len() {
        let message = futures::StreamExt::next(&mut told).await.unwrap();
        let result: Value = serde_json::from_slice(message.get_payload_bytes()).unwrap();
        if result["status"] == "SUCCESS" {
            done.push(result["task_id"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(done, expected);
}
