//! Hears every result that is told, so that none is told twice.

use std::collections::BTreeMap;

use futures::StreamExt as _;
use redis::aio::PubSubStream;
use redis::{AsyncCommands as _, Client};
use serde_json::{Value, json};

use crate::is_final;

pub struct Witness {
    client: Client,
    told: PubSubStream,
    /// The final results so far, in their order.
    pub finals: Vec<Value>,
}

impl Witness {
    /// Hears what is told from now on.
    pub async fn at(url: &str) -> Self {
        let client = Client::open(url).unwrap();
        let mut listener = client.get_async_pubsub().await.unwrap();
        listener.psubscribe("celery-task-meta-*").await.unwrap();
        Self { client, told: listener.into_on_message(), finals: Vec::new() }
    }

    async fn next(&mut self) -> Value {
        let message = self.told.next().await.expect("Redis is there");
        let result: Value = serde_json::from_slice(message.get_payload_bytes()).unwrap();
        if is_final(&result) {
            self.finals.push(result.clone());
        }
        result
    }

    /// Waits until so many final results were told in all.
    pub async fn hears(&mut self, count: usize) {
        while self.finals.len() < count {
            self.next().await;
        }
    }

    /// Waits until a result of this task and status is told.
    pub async fn hears_of(&mut self, id: &str, status: &str) -> Value {
        loop {
            let result = self.next().await;
            if result["task_id"] == id && result["status"] == status {
                return result;
            }
        }
    }

    /// How often each task was told to have ended, up to now.
    pub async fn counts(mut self) -> BTreeMap<String, usize> {
        let mut connection = self.client.get_multiplexed_async_connection().await.unwrap();
        let last = json!({"status": "LAST"});
        let () = connection.publish("celery-task-meta-", last.to_string()).await.unwrap();
        while self.next().await != last {}
        let mut counts = BTreeMap::new();
        for result in self.finals {
            *counts.entry(result["task_id"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        counts
    }
}
