//! Every kind of bad message there is, one at the head and each between two good ones: nothing stops, and
//! nothing is lost.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use serde_json::{Value, json};

use crate::Scene;

impl Scene {
    /// Of a whole message: entries that nobody can serve, and a part of the reason.
    fn poisons(&self) -> Vec<(Vec<u8>, &'static str)> {
        let (_, whole) = self.task();
        let without = |pointer: &str| {
            let mut message = whole.clone();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            message.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
            message.to_string().into_bytes()
        };
        let with = |pointer: &str, value: Value| {
            let mut message = whole.clone();
            *message.pointer_mut(pointer).unwrap() = value;
            message.to_string().into_bytes()
        };
        let body = |text: &str| with("/body", json!(text));
        let mut deep = whole.to_string();
        deep.insert_str(1, &format!("\"deep\":{}{},", "[".repeat(500), "]".repeat(500)));
        vec![
            (b"not JSON".to_vec(), "no JSON"),
            (b"".to_vec(), "no JSON"),
            (b"\xff\xfe".to_vec(), "no JSON"),
            (b"{\"a\":\"\xff\"}".to_vec(), "no JSON"),
            (b"{\"a\":NaN}".to_vec(), "no JSON"),
            (b"\"celery\"".to_vec(), "no JSON object"),
            (b"[1]".to_vec(), "no JSON object"),
            (deep.into_bytes(), "no JSON"),
            (b"{}".to_vec(), "delivery_info"),
            (without("/properties"), "delivery_info"),
            (without("/properties/delivery_info"), "delivery_info"),
            (without("/properties/delivery_info/exchange"), "exchange"),
            (without("/properties/delivery_info/routing_key"), "routing_key"),
            (without("/properties/delivery_tag"), "delivery_tag"),
            (without("/properties/body_encoding"), "no JSON"),
            (with("/properties/body_encoding", json!("zip")), "zip"),
            (without("/content-type"), "content-type"),
            (with("/content-type", json!("application/x-python-serialize")), "x-python-serialize"),
            (without("/headers"), "which task"),
            (without("/headers/task"), "which task"),
            (without("/headers/id"), "no id"),
            (without("/body"), "no text"),
            (body("%"), "base64"),
            (body(&STANDARD.encode("nonsense")), "no JSON"),
            (body(&STANDARD.encode("[[],{}]")), "three"),
            (body(&STANDARD.encode("[5,{},{}]")), "no list"),
        ]
    }
}

/// What a dead letter keeps.
fn kept(letter: &Value) -> Vec<u8> {
    let message = letter["message"].as_str().unwrap();
    match letter["message_encoding"].as_str() {
        Some("base64") => STANDARD.decode(message).unwrap(),
        _ => message.as_bytes().to_vec(),
    }
}

#[tokio::test]
async fn whatever_stands_between_them_the_good_ones_are_done() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let poisons = scene.poisons();
    let mut good = Vec::new();
    for (entry, _) in &poisons {
        scene.publish("celery", entry.clone()).await;
        let (id, message) = scene.task();
        scene.publish("celery", message.to_string()).await;
        good.push(id);
    }
    let _worker = scene.worker(&["--concurrency", "1"]);
    for id in &good {
        assert_eq!(scene.result(id).await["status"], "SUCCESS");
    }
    let letters = scene.list("celery.dead-letter").await;
    let letters: Vec<Value> = letters.iter().map(|it| serde_json::from_slice(it).unwrap()).collect();
    assert_eq!(letters.len(), poisons.len(), "each is kept, and once");
    for (entry, reason) in poisons {
        let letter = letters.iter().find(|letter| kept(letter) == entry);
        let letter = letter.unwrap_or_else(|| panic!("it is lost: {}", String::from_utf8_lossy(&entry)));
        assert!(letter["reason"].as_str().unwrap().contains(reason), "{letter}");
        assert_eq!(letter["queue"], "celery");
        assert!(letter["celery_worker"].is_string() && letter["at"].is_string(), "{letter}");
    }
    let () = scene.bare.del("celery.dead-letter").await.unwrap();
    scene.assert_all_is_done().await;
}

#[tokio::test]
async fn what_is_endless_is_put_away_unread() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let endless = vec![b'x'; 100 * 1024 * 1024];
    scene.publish("celery", endless).await;
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    let _worker = scene.worker(&[]);
    assert_eq!(scene.result(&id).await["status"], "SUCCESS");
    let letter = scene.dead_letter().await;
    assert!(letter["reason"].as_str().unwrap().starts_with("it is larger than"), "{letter}");
    assert_eq!((&letter["bytes"], &letter["message"]), (&json!(100 * 1024 * 1024), &Value::Null));
    let list = letter["message_list"].as_str().unwrap();
    let kept: Vec<u8> = scene.bare.lpop(list, None).await.unwrap();
    assert!(kept.len() == 100 * 1024 * 1024 && kept.iter().all(|&byte| byte == b'x'));
    scene.assert_all_is_done().await;
}

#[tokio::test]
async fn a_dead_letter_box_that_is_none_holds_nothing_up() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let () = scene.bare.set("celery.dead-letter", "a text").await.unwrap();
    scene.publish("celery", "not JSON").await;
    let mut worker = scene.worker(&[]);
    worker.says("it answered WRONGTYPE");
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    assert_eq!(scene.result(&id).await["status"], "SUCCESS");
    assert_eq!(scene.held().await, 1, "it is held until there is a place for it");
    let () = scene.bare.del("celery.dead-letter").await.unwrap();
    assert_eq!(scene.dead_letter().await["message"], "not JSON");
}

#[tokio::test]
async fn a_place_to_hold_tasks_that_is_none_loses_nothing() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let (id, message) = scene.task();
    scene.publish("celery", message.to_string()).await;
    for key in ["unacked", "unacked_index"] {
        let () = scene.bare.set(key, "a text").await.unwrap();
        let mut worker = scene.worker(&[]);
        worker.says("no task can be taken");
        worker.kill();
        assert_eq!(scene.list("celery").await, [message.to_string().into_bytes()], "{key}");
        let () = scene.bare.del(key).await.unwrap();
    }
    let _worker = scene.worker(&[]);
    assert_eq!(scene.result(&id).await["status"], "SUCCESS");
}
