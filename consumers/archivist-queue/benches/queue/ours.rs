//! Our client, timed.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use archivist_queue::{Queue, QueueName, Task, TaskId, TaskName, Updates};

/// Tasks of one publication, where many are published.
const BATCH: usize = 100;

fn noop() -> Task {
    Task { name: TaskName::new("bench.noop"), args: Vec::new(), ..Task::transcription("") }
}

fn nobodys() -> Task {
    noop().on(QueueName::new("nobody"))
}

/// One after the other, as Celery's client does, on a list that nobody takes from.
pub async fn publish(queue: &Queue, count: usize) -> Duration {
    let tasks: Vec<Task> = (0..count).map(|_| nobodys()).collect();
    let begin = Instant::now();
    for task in &tasks {
        queue.enqueue(std::slice::from_ref(task)).await.expect("Redis is there");
    }
    begin.elapsed()
}

/// Publishes in batches while the results come in.
pub async fn work(queue: &Queue, count: usize) -> Duration {
    let mut updates = queue.updates().await.expect("Redis is there");
    let tasks: Vec<Task> = (0..count).map(|_| noop()).collect();
    let mut waited_for: HashSet<TaskId> = tasks.iter().map(|task| task.id.clone()).collect();
    let begin = Instant::now();
    let publishing = async {
        for batch in tasks.chunks(BATCH) {
            queue.enqueue(batch).await.expect("Redis is there");
        }
    };
    let hearing = async {
        while !waited_for.is_empty() {
            waited_for.remove(&ended(&mut updates).await);
        }
    };
    tokio::join!(publishing, hearing);
    begin.elapsed()
}

/// One task after the other: published, done, and heard of.
pub async fn round_trips(queue: &Queue, count: usize) -> Vec<Duration> {
    let mut updates = queue.updates().await.expect("Redis is there");
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let task = noop();
        let begin = Instant::now();
        queue.enqueue(std::slice::from_ref(&task)).await.expect("Redis is there");
        while ended(&mut updates).await != task.id {}
        times.push(begin.elapsed());
    }
    times
}

/// The next task that has its final result.
async fn ended(updates: &mut Updates) -> TaskId {
    loop {
        let update = updates.next().await.expect("Redis is there");
        if update.result.is_final() {
            return update.id;
        }
    }
}
