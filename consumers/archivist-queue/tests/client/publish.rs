//! What is published is what Celery publishes.

use archivist_queue::{QueueName, Task};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::{Scene, ids_of, tasks};

#[tokio::test]
async fn a_task_stands_on_the_list_as_celery_writes_it() {
    let Some(scene) = Scene::new().await else { return };
    let task = Task::transcription("/media/council's.mp4");
    scene.queue.enqueue(std::slice::from_ref(&task)).await.unwrap();
    let entry: String = scene.ask(&["LINDEX", "celery", "0"]).await;
    let message: Value = serde_json::from_str(&entry).unwrap();
    let id = task.id.as_str();
    for (pointer, expected) in [
        ("/content-type", json!("application/json")),
        ("/content-encoding", json!("utf-8")),
        ("/headers/task", json!("transcription.run_whisper")),
        ("/headers/id", json!(id)),
        ("/headers/root_id", json!(id)),
        ("/headers/retries", json!(0)),
        ("/headers/argsrepr", json!("(\"/media/council's.mp4\",)")),
        ("/headers/kwargsrepr", json!("{}")),
        ("/properties/correlation_id", json!(id)),
        ("/properties/body_encoding", json!("base64")),
        ("/properties/delivery_info", json!({"exchange": "", "routing_key": "celery"})),
    ] {
        assert_eq!(message.pointer(pointer), Some(&expected), "{pointer}");
    }
    let body = STANDARD.decode(message["body"].as_str().unwrap()).unwrap();
    let embed = json!({"callbacks": null, "errbacks": null, "chain": null, "chord": null});
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), json!([["/media/council's.mp4"], {}, embed]));
    let bindings: Vec<String> = scene.ask(&["SMEMBERS", "_kombu.binding.celery"]).await;
    assert_eq!(bindings, ["celery\u{6}\u{16}\u{6}\u{16}celery"]);
}

#[tokio::test]
async fn several_tasks_are_taken_in_the_order_in_which_they_were_published() {
    let Some(scene) = Scene::new().await else { return };
    let tasks = tasks(3);
    scene.queue.enqueue(&tasks).await.unwrap();
    assert_eq!(scene.ids("celery").await, ids_of(&tasks));
}

#[tokio::test]
async fn what_is_urgent_goes_to_its_own_list() {
    let Some(scene) = Scene::new().await else { return };
    let task = Task::transcription("/media/a.mp4").on(QueueName::priority());
    scene.queue.enqueue(std::slice::from_ref(&task)).await.unwrap();
    assert_eq!(scene.ids("caption_priority").await, [task.id.to_string()]);
    assert_eq!(scene.ask::<i64>(&["LLEN", "celery"]).await, 0);
}

#[tokio::test]
async fn nothing_to_publish_is_published_at_once() {
    let Some(scene) = Scene::new().await else { return };
    scene.queue.enqueue(&[]).await.unwrap();
    assert_eq!(scene.ask::<i64>(&["DBSIZE"]).await, 0);
}
