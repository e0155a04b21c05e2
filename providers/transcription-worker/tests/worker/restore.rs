//! What dead workers held comes back as it was: byte for byte, in its order, and on its list.

use std::sync::Arc;

use private_redis::{Moment, PrivateRedis, Wire};
use redis::AsyncCommands as _;
use serde_json::{Value, json};

use crate::Scene;

impl Scene {
    /// A worker that puts back what dead ones held, and takes none of it.
    fn caretaker(&self) -> crate::Worker {
        self.worker(&["--queue", "nothing", "--visibility-timeout", "1"])
    }

    /// A message of this priority, on the list that kombu puts it on.
    async fn publish_with_priority(&mut self, priority: u8, list: &str) -> Vec<u8> {
        let (_, mut message) = self.task();
        message["properties"]["priority"] = json!(priority);
        self.publish(list, message.to_string()).await;
        message.to_string().into_bytes()
    }

    /// Waits until something stands on a list, and tells what.
    async fn waits_on(&self, list: &str) -> Vec<Vec<u8>> {
        let client = redis::Client::open(self.redis.url()).unwrap();
        let config = redis::AsyncConnectionConfig::new().set_response_timeout(None);
        let mut own = client.get_multiplexed_async_connection_with_config(&config).await.unwrap();
        let wait = [list, list, "RIGHT", "RIGHT", "0"];
        let _: Vec<u8> = redis::cmd("BLMOVE").arg(&wait).query_async(&mut own).await.unwrap();
        self.list(list).await
    }
}

/// Takes what stands on the lists and is killed before it can do anything else.
async fn taken_and_killed(scene: &mut Scene) {
    let (id, message) = scene.task();
    scene.publish("nothing", message.to_string()).await;
    // Redis has its scripts then, and what names the list below is the taking itself.
    let before = scene.worker(&["--queue", "nothing"]);
    scene.result(&id).await;
    before.kill();
    let wire = Arc::new(Wire::to(&scene.redis).unwrap());
    wire.stop_at_first("celery.dead-letter.too-large", Moment::After);
    let worker = scene.begin(&wire.url(), &["--queue", "celery", "--prefetch", "10"]);
    tokio::task::spawn_blocking(move || wire.wait_until_stopped()).await.unwrap();
    worker.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_worker_took_comes_back_byte_for_byte() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let task = scene.task().1.to_string();
    let mut deep = task.clone();
    deep.insert_str(1, &format!("\"deep\":{}{}, ", "[".repeat(500), "]".repeat(500)));
    let entries: [&[u8]; 10] = [
        task.as_bytes(),
        b" { \"a\" : [ ] , \"b\" : { } , \"n\" : 12345678901234567890 } ",
        b"[\"x\",\"\",\"celery\"]",
        b"[\"a\", \"\", \"celery\"]",
        b"\"a text\"",
        b"{ no JSON }",
        b"",
        b"no JSON \x00 \xff / \\ \" \x7f",
        b"{\"a\":\"\xff\xfe\"}",
        deep.as_bytes(),
    ];
    for entry in entries {
        scene.publish("celery", entry).await;
    }
    taken_and_killed(&mut scene).await;
    assert_eq!((scene.held().await, scene.list("celery").await), (entries.len(), vec![]), "it has them all");
    let _caretaker = scene.caretaker();
    assert_eq!(scene.waits_on("celery").await, entries);
    scene.bare.del::<_, ()>("celery").await.unwrap();
    scene.assert_all_is_done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_comes_back_on_its_list_of_priority() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let steps =
        [(0, "celery"), (4, "celery\u{6}\u{16}3"), (6, "celery\u{6}\u{16}6"), (9, "celery\u{6}\u{16}9")];
    let mut published = Vec::new();
    for (priority, list) in steps {
        published.push((list, scene.publish_with_priority(priority, list).await));
    }
    taken_and_killed(&mut scene).await;
    assert_eq!(scene.held().await, steps.len(), "it has them all");
    let queues: Vec<String> = scene.bare.hvals("unacked").await.unwrap();
    assert!(queues.iter().all(|entry| entry.ends_with(",\"\",\"celery\"]")), "as kombu names it: {queues:?}");
    let _caretaker = scene.caretaker();
    for (list, message) in published {
        assert_eq!(scene.waits_on(list).await, [message], "{list:?}");
    }
}

#[tokio::test]
async fn what_kombu_keeps_comes_back_and_what_nobody_can_read_is_put_away() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let (id, message) = scene.task();
    let message = message.to_string();
    let () = scene.bare.set("a text", "").await.unwrap();
    let held = [
        ("1", format!("[{message}, \"\", \"celery\"]")),
        ("2", format!("[{message}, \"celery\", \"celery\"]")),
        ("3", format!("[{message}, \"\", \"\"]")),
        ("4", "nonsense".to_owned()),
        ("5", format!("[{message}, \"\", \"a text\"]")),
    ];
    for (tag, entry) in &held {
        let () = scene.bare.hset("unacked", tag, entry).await.unwrap();
        let () = scene.bare.zadd("unacked_index", tag, 1).await.unwrap();
    }
    // The tag of one that nobody knows any more.
    let () = scene.bare.zadd("unacked_index", "6", 1).await.unwrap();
    let _caretaker = scene.caretaker();
    let letter = scene.dead_letter().await;
    assert_eq!((&letter["message"], &letter["queue"]), (&json!("nonsense"), &json!("unacked")), "{letter}");
    let message = message.into_bytes();
    assert_eq!(scene.list("celery").await, [message.clone(), message.clone()]);
    assert_eq!(scene.result(&id).await["status"], "SUCCESS", "what names no queue is the caretaker's own");
    let left: Vec<String> = scene.bare.zrange("unacked_index", 0, -1).await.unwrap();
    assert_eq!(left, ["5"], "a list that is none is left alone");
    let kept: Value =
        serde_json::from_str(&scene.bare.hget::<_, _, String>("unacked", "5").await.unwrap()).unwrap();
    assert_eq!(kept[2], "a text");
}
