//! The client and a real Celery worker: it executes what is published, hears what is told, and its results are
//! read.
#![expect(clippy::unwrap_used, reason = "a worker that is not understood is the failure of the test")]

mod worker;

use std::time::Duration;

use archivist_queue::{Failed, Progress, QueueName, Success, Task, TaskId, TaskName, TaskResult};
use chrono::{TimeDelta, Utc};
use serde_json::Value;
use worker::Scene;

const LONG: Duration = Duration::from_mins(1);

fn failed(kind: &str, message: &str) -> TaskResult {
    TaskResult::Failure(Failed { kind: Some(kind.to_owned()), message: message.to_owned() })
}

fn revoked(reason: &str) -> TaskResult {
    TaskResult::Revoked { reason: reason.to_owned() }
}

impl Scene {
    async fn publish(&self, task: &Task) {
        self.queue.enqueue(std::slice::from_ref(task)).await.unwrap();
    }

    async fn last(&self, id: &TaskId) -> TaskResult {
        self.queue.follow(id, LONG, &mut |_| {}).await.unwrap()
    }

    /// Waits until the worker has heard what it was told: it hears one order after the other.
    async fn was_heard(&self) {
        assert_eq!(self.queue.workers(LONG, 1).await.unwrap().len(), 1);
    }

    /// Publishes it, and waits until it runs.
    async fn runs(&self, task: &Task) {
        let mut updates = self.queue.updates().await.unwrap();
        self.publish(task).await;
        let mut update = updates.next().await.unwrap();
        // That of the task before may be told after it could be read.
        while update.id != task.id {
            update = updates.next().await.unwrap();
        }
        let message = "Loading...".to_owned();
        assert_eq!(update.result, TaskResult::Progress(Progress { percent: 10, message }));
    }
}

#[tokio::test]
async fn what_is_published_is_executed_and_its_result_is_read() {
    let Some(scene) = Scene::new().await else { return };
    let done = Task::transcription("/media/council's \"best\".mp4").on(QueueName::priority());
    scene.runs(&done).await;
    scene.open_gate().await;
    let output_path = Some("/media/council's \"best\".scc".to_owned());
    let success = Success { output_path, segments: Some(4), duration: Some(12.5) };
    assert_eq!(scene.last(&done.id).await, TaskResult::Success(success));

    let boom = Task::transcription("/media/boom.mp4");
    scene.publish(&boom).await;
    assert_eq!(scene.last(&boom.id).await, failed("ValueError", "Transcription failed for /media/boom.mp4"));

    let unknown = Task { name: TaskName::new("no.such.task"), ..Task::transcription("") };
    scene.publish(&unknown).await;
    assert_eq!(scene.last(&unknown.id).await, failed("NotRegistered", "no.such.task"));

    let wrong = Task { args: vec![Value::from(1), Value::from(2)], ..Task::transcription("") };
    scene.publish(&wrong).await;
    let TaskResult::Failure(told) = scene.last(&wrong.id).await else { panic!("it takes one argument") };
    assert_eq!(told.kind.as_deref(), Some("TypeError"));

    let late =
        Task { expires: Some(Utc::now() - TimeDelta::hours(1)), ..Task::transcription("/media/a.mp4") };
    scene.publish(&late).await;
    assert_eq!(scene.last(&late.id).await, revoked("expired"));
}

#[tokio::test]
async fn what_is_taken_back_is_not_executed() {
    let Some(scene) = Scene::new().await else { return };
    let before = Task::transcription("/media/a.mp4");
    scene.queue.revoke(&before.id, false).await.unwrap();
    scene.was_heard().await;
    scene.publish(&before).await;
    assert_eq!(scene.last(&before.id).await, revoked("revoked"));

    let running = Task::transcription("/media/b.mp4");
    scene.runs(&running).await;
    scene.queue.revoke(&running.id, true).await.unwrap();
    assert_eq!(scene.last(&running.id).await, revoked("terminated"));
}

#[tokio::test]
async fn what_the_worker_holds_is_told_and_what_is_moved_is_executed() {
    let Some(scene) = Scene::new().await else { return };
    scene.runs(&Task::transcription("/media/a.mp4")).await;
    // It takes four more for each of its processes while the first one runs, and the rest waits.
    let tasks: Vec<Task> =
        (0..6).map(|number| Task::transcription(&format!("/media/{number}.mp4"))).collect();
    scene.queue.enqueue(&tasks).await.unwrap();
    let mut held = Vec::new();
    while held.len() < 4 {
        held = scene.queue.unacknowledged().await.unwrap();
    }
    let waiting = scene.queue.waiting().await.unwrap();
    let held = held.iter().map(|it| (&it.id, &it.name, &it.queue));
    let whole: Vec<_> = held.chain(waiting.iter().map(|it| (&it.id, &it.name, &it.queue))).collect();
    for task in &tasks {
        let queued = (&task.id, &task.name, &task.queue);
        assert!(whole.contains(&queued), "{queued:?} is not in {whole:?}");
    }

    let last = &waiting.last().unwrap().id;
    assert!(scene.queue.pause(last).await.unwrap());
    assert!(scene.queue.resume(last).await.unwrap());
    assert_eq!(scene.queue.move_to(last, 0).await.unwrap(), Some(0));
    for _ in 0..=tasks.len() {
        scene.open_gate().await;
    }
    for task in &tasks {
        assert!(matches!(scene.last(&task.id).await, TaskResult::Success(_)));
    }
    assert_eq!(scene.queue.unacknowledged().await.unwrap(), []);
}
