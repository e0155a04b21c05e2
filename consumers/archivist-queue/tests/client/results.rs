//! Results are read where they stand and followed as they come.

use std::time::Duration;

use archivist_queue::{Failed, Progress, QueueError, Standing, Success, TaskId, TaskResult, Told};
use serde_json::{Value, json};

use crate::Scene;

const LONG: Duration = Duration::from_mins(1);

fn document(id: &TaskId, status: &str, result: &Value) -> String {
    json!({"task_id": id.as_str(), "status": status, "result": result}).to_string()
}

impl Scene {
    /// As a worker stores a result.
    async fn store(&self, id: &TaskId, status: &str, result: &Value) {
        let (key, document) = (format!("celery-task-meta-{id}"), document(id, status, result));
        self.ask::<()>(&["SETEX", &key, "86400", &document]).await;
        self.ask::<i64>(&["PUBLISH", &key, &document]).await;
    }
}

fn success() -> TaskResult {
    let output_path = Some("/media/a.scc".to_owned());
    TaskResult::Success(Success { output_path, segments: Some(4), duration: Some(12.5) })
}

#[tokio::test]
async fn stored_results_are_read_each_in_its_place() {
    let Some(scene) = Scene::new().await else { return };
    let [done, unknown, strange]: [TaskId; 3] = [TaskId::fresh(), TaskId::fresh(), TaskId::fresh()];
    let result = json!({"output_path": "/media/a.scc", "segments": 4, "duration": 12.5});
    scene.store(&done, "SUCCESS", &result).await;
    scene.ask::<()>(&["SET", &format!("celery-task-meta-{strange}"), "nonsense"]).await;
    let other = TaskId::fresh();
    scene.ask::<i64>(&["LPUSH", &format!("celery-task-meta-{other}"), "nonsense"]).await;
    let standings = scene.queue.standings(&[unknown, strange, done, other]).await.unwrap();
    let told = Some(Told { result: success(), ended_at: None });
    let nothing = Standing::default;
    assert_eq!(standings, [nothing(), nothing(), Standing { told, paused: false }, nothing()]);
}

#[tokio::test]
async fn many_are_asked_for_and_told_each_in_its_place() {
    let Some(scene) = Scene::new().await else { return };
    let ids: Vec<TaskId> = (0..250).map(|_| TaskId::fresh()).collect();
    for (number, id) in ids.iter().enumerate() {
        scene.store(id, "PROGRESS", &json!({"progress": number % 100, "status_message": "m"})).await;
    }
    let standings = scene.queue.standings(&ids).await.unwrap();
    for (number, standing) in standings.into_iter().enumerate() {
        let Some(TaskResult::Progress(progress)) = standing.told.map(|told| told.result) else { panic!() };
        assert_eq!(usize::from(progress.percent), number % 100);
    }
}

#[tokio::test]
async fn what_is_too_large_is_not_sent_and_ends_its_task() {
    let Some(scene) = Scene::new().await else { return };
    let id = TaskId::fresh();
    let key = format!("celery-task-meta-{id}");
    // A string of Redis that is longer than what is written to it.
    scene.ask::<i64>(&["SETRANGE", &key, "16777216", "x"]).await;
    let told = scene.queue.standings(std::slice::from_ref(&id)).await.unwrap().pop().unwrap().told.unwrap();
    let message = "what the worker told of it is too large to be read".to_owned();
    assert_eq!(told.result, TaskResult::Failure(Failed { kind: None, message }));
}

#[tokio::test]
async fn a_task_is_followed_to_its_end() {
    let Some(scene) = Scene::new().await else { return };
    let id = TaskId::fresh();
    let subscribed = async {
        // A worker begins once somebody listens.
        scene.heard_for(&id).await;
        scene.store(&id, "PROGRESS", &json!({"progress": 10, "status_message": "Loading"})).await;
        scene.ask::<i64>(&["PUBLISH", &format!("celery-task-meta-{id}"), "nonsense"]).await;
        let result = json!({"output_path": "/media/a.scc", "segments": 4, "duration": 12.5});
        scene.store(&id, "SUCCESS", &result).await;
    };
    let mut heard = Vec::new();
    let mut hear = |result: &TaskResult| heard.push(result.clone());
    let (last, ()) = tokio::join!(scene.queue.follow(&id, LONG, &mut hear), subscribed);
    assert_eq!(last.unwrap(), success());
    let progress = TaskResult::Progress(Progress { percent: 10, message: "Loading".to_owned() });
    assert_eq!(heard, [progress, success()]);
}

#[tokio::test]
async fn what_ended_before_is_told_at_once() {
    let Some(scene) = Scene::new().await else { return };
    let id = TaskId::fresh();
    scene.store(&id, "REVOKED", &json!({"exc_type": "TaskRevokedError", "exc_message": ["expired"]})).await;
    let last = scene.queue.follow(&id, LONG, &mut |_| {}).await.unwrap();
    assert_eq!(last, TaskResult::Revoked { reason: "expired".to_owned() });
}

#[tokio::test]
async fn following_ends_with_its_time() {
    let Some(scene) = Scene::new().await else { return };
    let short = Duration::from_millis(20);
    let ended = scene.queue.follow(&TaskId::fresh(), short, &mut |_| {}).await;
    assert_eq!(ended, Err(QueueError::TimedOut(short)));
}

#[tokio::test]
async fn the_results_of_all_tasks_are_told_in_order() {
    let Some(scene) = Scene::new().await else { return };
    let mut updates = scene.queue.updates().await.unwrap();
    let ids = [TaskId::fresh(), TaskId::fresh()];
    for id in &ids {
        scene.store(id, "FAILURE", &json!({"error": "boom"})).await;
    }
    for id in ids {
        assert_eq!(updates.next().await.unwrap().id, id);
    }
}

#[tokio::test]
async fn what_is_forgotten_is_gone_and_the_rest_is_not() {
    let Some(scene) = Scene::new().await else { return };
    let ids: Vec<TaskId> = (0..150).map(|_| TaskId::fresh()).collect();
    let (forgotten, kept) = ids.split_at(149);
    for id in ids.iter().step_by(2).chain(kept) {
        scene.store(id, "SUCCESS", &json!({})).await;
    }
    assert_eq!(scene.queue.forget(forgotten).await.unwrap(), 75);
    assert_eq!(scene.queue.forget(forgotten).await.unwrap(), 0);
    assert_eq!(scene.queue.forget(&[]).await.unwrap(), 0);
    let standings = scene.queue.standings(&ids).await.unwrap();
    let told: Vec<bool> = standings.iter().map(|standing| standing.told.is_some()).collect();
    assert_eq!(told.iter().filter(|told| **told).count(), 1);
    assert!(told[149]);
}
