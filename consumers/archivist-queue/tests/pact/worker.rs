//! The worker's part in a test: takes what the client published off the list, has it held against the pact,
//! and stores the replies as a worker does.

use std::collections::BTreeMap;
use std::time::Duration;

use archivist_queue::{Queue, QueueSettings, Task, TaskId, TaskResult};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_consumer::prelude::*;
use countersign_consumer::{Message, Provider, SyncMessageBuilder, fresh_uuid};
use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use serde_json::{Value, json};
use tokio::sync::watch;

const UUID: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
pub const ID: &str = "97b067a0-f59f-4034-9cb9-48fa04eccca4";

/// The task in the pact. It has an id of its own in every replay.
pub fn task(exchange: &mut SyncMessageBuilder, task: &str, queue: &str) {
    exchange.transport("celery-redis");
    exchange
        .request
        .metadata("task", json_pattern!(task))
        .metadata("id", json_pattern!(term!(UUID, ID)))
        .metadata("contentEncoding", json_pattern!("utf-8"))
        .metadata("body_encoding", json_pattern!("base64"))
        .metadata("queue", json_pattern!(queue))
        .generate_metadata("id", fresh_uuid());
}

/// The options that follow a task's arguments.
pub fn options() -> JsonPattern {
    json_pattern!({"callbacks": null, "errbacks": null, "chain": null, "chord": null})
}

/// What a worker stores of a task that failed: Celery's own form.
pub fn failure(kind: JsonPattern, message: JsonPattern) -> JsonPattern {
    json_pattern!({
        "task_id": term!(UUID, ID),
        "status": "FAILURE",
        "result": {"exc_type": kind, "exc_message": [message], "exc_module": like!("builtins")},
    })
}

/// Runs the client: publishes `task` and follows it to its end, while the pact's worker answers.
/// What the client heard on the way, and what came last.
pub async fn published(provider: Provider, task: Task) -> (Vec<TaskResult>, TaskResult) {
    let redis = PrivateRedis::start()
        .unwrap_or_else(|cause| panic!("failed to start a private redis-server: {cause}"));
    let queue = Queue::open(redis.url(), QueueSettings::default()).unwrap();
    let task = task.with_id(TaskId::new(ID));
    queue.enqueue(std::slice::from_ref(&task)).await.unwrap();
    let (tell, told) = watch::channel(Vec::new());
    let mut hear = |result: &TaskResult| tell.send_modify(|heard| heard.push(result.clone()));
    let following = queue.follow(&task.id, Duration::from_mins(1), &mut hear);
    let serving = serve(&redis, &provider, task.queue.as_str(), told.clone());
    let (last, ()) = tokio::join!(following, serving);
    let heard = told.borrow().clone();
    (heard, last.unwrap())
}

/// Stores one reply after the other, each once the one before was heard.
async fn serve(
    redis: &PrivateRedis,
    provider: &Provider,
    list: &str,
    mut told: watch::Receiver<Vec<TaskResult>>,
) {
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let key = format!("celery-task-meta-{ID}");
    let entry: String = connection.rpop(list, None).await.unwrap();
    let replies = provider.answer(sent(&entry, list)).await;
    for (before, reply) in replies.iter().enumerate() {
        let () = connection.set_ex(&key, &reply.contents, 86_400).await.unwrap();
        let () = connection.publish(&key, &reply.contents).await.unwrap();
        told.wait_for(|heard| heard.len() > before).await.unwrap();
    }
}

/// The list entry in the form of the pact.
fn sent(entry: &str, list: &str) -> Message {
    let entry: Value = serde_json::from_str(entry).unwrap();
    let mut metadata: BTreeMap<String, Value> = BTreeMap::new();
    for part in ["properties", "headers"] {
        metadata.extend(entry[part].as_object().unwrap().clone());
    }
    metadata.insert("contentType".to_owned(), entry["content-type"].clone());
    metadata.insert("contentEncoding".to_owned(), entry["content-encoding"].clone());
    metadata.insert("queue".to_owned(), json!(list));
    Message { contents: STANDARD.decode(entry["body"].as_str().unwrap()).unwrap(), metadata }
}
