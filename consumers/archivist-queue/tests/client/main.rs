//! The client against a real Redis: what it writes, what it reads, and what it says when Redis is gone.
#![expect(clippy::unwrap_used, reason = "a failure to talk to Redis is the failure of the test")]

mod control;
mod cuts;
mod faults;
mod lists;
mod pause;
mod publish;
mod results;

use archivist_queue::{Queue, QueueSettings, Task, TaskId};
use private_redis::PrivateRedis;
use serde_json::Value;

/// The client and a bare connection to the same server.
struct Scene {
    redis: PrivateRedis,
    queue: Queue,
    bare: redis::aio::ConnectionManager,
}

impl Scene {
    /// Nothing where there is no `redis-server`.
    async fn new() -> Option<Self> {
        Self::on(PrivateRedis::for_test()?).await
    }

    async fn on(redis: PrivateRedis) -> Option<Self> {
        let queue = Queue::open(redis.url(), QueueSettings::default()).unwrap();
        let bare = redis::Client::open(redis.url()).unwrap().get_connection_manager().await.unwrap();
        Some(Self { redis, queue, bare })
    }

    async fn ask<T: redis::FromRedisValue>(&self, words: &[&str]) -> T {
        let (name, arguments) = words.split_first().unwrap();
        redis::cmd(name).arg(arguments).query_async(&mut self.bare.clone()).await.unwrap()
    }

    /// Waits until somebody listens for the result of this task.
    async fn heard_for(&self, id: &TaskId) {
        let channel = format!("celery-task-meta-{id}");
        while self.ask::<(String, i64)>(&["PUBSUB", "NUMSUB", &channel]).await.1 == 0 {
            tokio::task::yield_now().await;
        }
    }

    /// The ids on a list, that which is taken next first.
    async fn ids(&self, list: &str) -> Vec<String> {
        let entries: Vec<String> = self.ask(&["LRANGE", list, "0", "-1"]).await;
        let id = |entry: &String| {
            let message: Value = serde_json::from_str(entry).unwrap();
            message["headers"]["id"].as_str().unwrap().to_owned()
        };
        entries.iter().rev().map(id).collect()
    }
}

fn tasks(count: usize) -> Vec<Task> {
    (0..count).map(|number| Task::transcription(&format!("/media/{number}.mp4"))).collect()
}

fn ids_of(tasks: &[Task]) -> Vec<String> {
    tasks.iter().map(|task| task.id.to_string()).collect()
}
