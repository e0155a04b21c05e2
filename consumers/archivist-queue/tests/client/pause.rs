//! What waits is taken out of the queue, for a while or for good, and a worker has it or the queue, never both.

use archivist_queue::{QueueName, Standing, Task, TaskId, TaskResult};
use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::{Scene, ids_of, tasks};

impl Scene {
    async fn standing(&self, id: &TaskId) -> Standing {
        self.queue.standings(std::slice::from_ref(id)).await.unwrap().pop().unwrap()
    }
}

fn revoked() -> TaskResult {
    TaskResult::Revoked { reason: "revoked".to_owned() }
}

#[tokio::test]
async fn what_is_paused_is_put_back_as_it_was_after_all_others() {
    let Some(scene) = Scene::new().await else { return };
    let mut tasks = tasks(3);
    tasks[0] = Task::transcription("/media/\u{e9}\u{1f600} \"best\" \\ \u{7f}/a.mp4");
    scene.queue.enqueue(&tasks).await.unwrap();
    let id = tasks[0].id.to_string();
    let before: String = scene.ask(&["LINDEX", "celery", "-1"]).await;
    assert!(scene.queue.pause(&tasks[0].id).await.unwrap());
    assert_eq!(scene.ids("celery").await, ids_of(&tasks[1..]));
    assert_eq!(scene.standing(&tasks[0].id).await, Standing { told: None, paused: true });
    let kept: String = scene.ask(&["HGET", "archivist.paused", &id]).await;
    assert_eq!(serde_json::from_str::<Value>(&kept).unwrap(), json!(["celery", before]));
    assert!(!scene.queue.pause(&tasks[0].id).await.unwrap(), "no list has it any more");

    assert!(scene.queue.resume(&tasks[0].id).await.unwrap());
    assert_eq!(scene.ask::<String>(&["LINDEX", "celery", "0"]).await, before);
    assert_eq!(scene.standing(&tasks[0].id).await, Standing::default());
    assert!(!scene.queue.resume(&tasks[0].id).await.unwrap(), "it is not paused any more");
    assert_eq!(scene.ask::<i64>(&["EXISTS", "archivist.paused"]).await, 0);
}

#[tokio::test]
async fn what_is_urgent_stays_so() {
    let Some(scene) = Scene::new().await else { return };
    let task = Task::transcription("/media/a.mp4").on(QueueName::priority());
    scene.queue.enqueue(std::slice::from_ref(&task)).await.unwrap();
    assert!(scene.queue.pause(&task.id).await.unwrap());
    assert!(scene.queue.resume(&task.id).await.unwrap());
    assert_eq!(scene.ids("caption_priority").await, [task.id.to_string()]);
}

#[tokio::test]
async fn what_is_withdrawn_is_told_as_a_worker_tells_it() {
    let Some(scene) = Scene::new().await else { return };
    let tasks = tasks(3);
    scene.queue.enqueue(&tasks).await.unwrap();
    assert!(scene.queue.pause(&tasks[1].id).await.unwrap());
    let mut updates = scene.queue.updates().await.unwrap();
    for task in &tasks[..2] {
        assert!(scene.queue.withdraw(&task.id).await.unwrap());
        let update = updates.next().await.unwrap();
        assert_eq!((update.id, update.result), (task.id.clone(), revoked()));
        let Standing { told: Some(told), paused: false } = scene.standing(&task.id).await else { panic!() };
        assert!(told.result == revoked() && told.ended_at.is_some());
        assert!(!scene.queue.withdraw(&task.id).await.unwrap());
    }
    assert_eq!(scene.ids("celery").await, ids_of(&tasks[2..]));
    let key = format!("celery-task-meta-{}", tasks[0].id);
    assert!((86_000..=86_400).contains(&scene.ask::<i64>(&["TTL", &key]).await));
}

#[tokio::test]
async fn a_result_that_is_there_is_not_taken_back() {
    let Some(scene) = Scene::new().await else { return };
    let tasks = tasks(1);
    let id = &tasks[0].id;
    scene.queue.enqueue(&tasks).await.unwrap();
    // As of a message that comes a second time.
    let document = json!({"task_id": id.as_str(), "status": "SUCCESS", "result": {}}).to_string();
    scene.ask::<()>(&["SET", &format!("celery-task-meta-{id}"), &document]).await;
    assert!(scene.queue.withdraw(id).await.unwrap());
    assert!(matches!(scene.standing(id).await.told.unwrap().result, TaskResult::Success(_)));
}

#[tokio::test]
async fn only_what_is_nowhere_is_written_off() {
    let Some(scene) = Scene::new().await else { return };
    let tasks = tasks(4);
    let [waits, paused, held, told] = [0, 1, 2, 3].map(|number: usize| tasks[number].id.clone());
    scene.queue.enqueue(&tasks).await.unwrap();
    assert!(scene.queue.pause(&paused).await.unwrap());
    for _ in [&held, &told] {
        let entry: String = scene.ask(&["LPOP", "celery"]).await;
        scene.ask::<i64>(&["HSET", "unacked", "tag", &format!("[{entry},\"\",\"celery\"]")]).await;
    }
    let document = json!({"task_id": told.as_str(), "status": "PROGRESS", "result": {}}).to_string();
    scene.ask::<()>(&["SET", &format!("celery-task-meta-{told}"), &document]).await;
    for id in [&waits, &paused, &held, &told] {
        assert!(!scene.queue.write_off(id).await.unwrap());
    }
    let (lost, nonsense) = (TaskId::fresh(), TaskId::fresh());
    scene.ask::<()>(&["SET", &format!("celery-task-meta-{nonsense}"), "[7"]).await;
    for id in [lost, nonsense] {
        assert!(scene.queue.write_off(&id).await.unwrap());
        assert_eq!(scene.standing(&id).await.told.unwrap().result, revoked());
    }
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_while_a_worker_takes() {
    let Some(scene) = Scene::new().await else { return };
    let tasks = tasks(100);
    scene.queue.enqueue(&tasks).await.unwrap();
    let pausing = async {
        let calls = tasks.iter().map(|task| scene.queue.pause(&task.id));
        let paused: Vec<bool> = futures::stream::iter(calls).buffered(4).map(Result::unwrap).collect().await;
        paused
    };
    let taking = async {
        let mut taken = Vec::new();
        while let Some(entry) = scene.ask::<Option<String>>(&["RPOP", "celery"]).await {
            let message: Value = serde_json::from_str(&entry).unwrap();
            taken.push(message["headers"]["id"].as_str().unwrap().to_owned());
        }
        taken
    };
    let (paused, taken) = tokio::join!(pausing, taking);
    for (task, paused) in tasks.iter().zip(paused) {
        assert_ne!(paused, taken.contains(&task.id.to_string()), "either of them has it");
        assert_eq!(scene.standing(&task.id).await.paused, paused);
    }
}
