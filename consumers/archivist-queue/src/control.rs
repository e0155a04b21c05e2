//! Celery's broadcast to all workers: taking tasks back, and asking who is there.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use redis::AsyncCommands as _;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use crate::error::QueueError;
use crate::queue::Queue;
use crate::task::TaskId;

/// Where workers send their answers, as an exchange.
const REPLIES: &str = "reply.celery.pidbox";

impl Queue {
    /// Tells every worker to drop this task: before it starts and, with `terminate`, while it runs. Workers
    /// that are not there do not hear of it.
    pub async fn revoke(&self, id: &TaskId, terminate: bool) -> Result<(), QueueError> {
        let arguments = json!({"task_id": id.as_str(), "terminate": terminate, "signal": "SIGTERM"});
        self.broadcast(&json!({
            "method": "revoke", "arguments": arguments, "destination": null, "pattern": null, "matcher": null,
        }))
        .await
    }

    /// The names of the workers that answer within this time; it ends early when `enough` have answered.
    pub async fn workers(&self, within: Duration, enough: usize) -> Result<Vec<String>, QueueError> {
        let deadline = Instant::now() + within;
        let (mailbox, ticket) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
        let list = format!("{mailbox}.{REPLIES}");
        let binding = format!("{mailbox}\u{6}\u{16}\u{6}\u{16}{list}");
        let bindings = format!("_kombu.binding.{REPLIES}");
        let () = self.connection().sadd(&bindings, &binding).await?;
        let heard = async {
            let mut own = self.own_connection().await?;
            self.broadcast(&json!({
                "method": "ping", "arguments": {}, "destination": null, "pattern": null, "matcher": null,
                "ticket": ticket, "reply_to": {"exchange": REPLIES, "routing_key": mailbox},
            }))
            .await?;
            let mut names = Vec::new();
            while names.len() < enough {
                // A time-out of Redis's own as well, so that a lost connection does not wait for ever.
                let answer = own.brpop::<_, Option<(String, Vec<u8>)>>(&list, within.as_secs_f64().max(0.01));
                match timeout_at(deadline, answer).await {
                    Ok(answer) => names.extend(answer?.iter().flat_map(|(_, reply)| names_in(reply))),
                    Err(_) => break,
                }
            }
            Ok(names)
        }
        .await;
        let _: Result<(), _> =
            redis::pipe().srem(&bindings, &binding).del(&list).query_async(&mut self.connection()).await;
        heard
    }

    async fn broadcast(&self, order: &Value) -> Result<(), QueueError> {
        let message = json!({
            "body": STANDARD.encode(order.to_string()),
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": {"clock": 1, "expires": null},
            "properties": {
                "delivery_mode": 2,
                "delivery_info": {"exchange": "celery.pidbox", "routing_key": ""},
                "priority": 0,
                "body_encoding": "base64",
                "delivery_tag": Uuid::new_v4().to_string(),
            },
        });
        let channel = format!("/{}.celery.pidbox", self.database());
        let () = self.connection().publish(channel, message.to_string()).await?;
        Ok(())
    }
}

/// The workers that speak in one reply; usually one.
fn names_in(reply: &[u8]) -> Vec<String> {
    let names = || {
        let message: Value = serde_json::from_slice(reply).ok()?;
        let body = STANDARD.decode(message.get("body")?.as_str()?).ok()?;
        let body: Value = serde_json::from_slice(&body).ok()?;
        Some(body.as_object()?.keys().cloned().collect())
    };
    names().unwrap_or_default()
}
