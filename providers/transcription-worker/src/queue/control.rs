//! Celery's broadcasts to all workers: revoking a task, and asking who is there.

use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt as _;
use redis::aio::{PubSubSink, PubSubStream};
use redis::{RedisError, RedisResult};
use serde_json::{Value, json};
use tokio::time::timeout;
use uuid::Uuid;

use super::broker::{Broker, words};

/// How long it may be silent before Redis is asked whether it is still there.
const SILENCE: Duration = Duration::from_secs(10);

/// Bytes of a broadcast, at most.
const MAX_BYTES: usize = 1024 * 1024;

/// What a worker is told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Order {
    Revoke { ids: Vec<String>, terminate: bool },
}

/// Hears broadcasts until the connection is lost, answers questions, and hands orders on.
pub(crate) async fn listen(
    broker: &Broker,
    name: &str,
    subscribed: &(dyn Fn() + Send + Sync),
    obey: &(dyn Fn(Order) + Send + Sync),
) -> RedisResult<()> {
    let (mut control, mut messages) =
        timeout(broker.timeout(), subscribe(broker)).await.map_err(silent)??;
    subscribed();
    loop {
        let Ok(message) = timeout(SILENCE, messages.next()).await else {
            // A Redis that hangs, or whose machine is gone, closes no connection.
            let () = timeout(broker.timeout(), control.ping()).await.map_err(silent)??;
            continue;
        };
        let Some(message) = message else { return Ok(()) };
        let Some(order) = read(message.get_payload_bytes()).filter(|it| concerns(it, name)) else { continue };
        let arguments = &order["arguments"];
        match order["method"].as_str() {
            Some("revoke") => {
                let terminate = arguments["terminate"].as_bool().unwrap_or(false);
                obey(Order::Revoke { ids: ids(&arguments["task_id"]), terminate });
            }
            Some("ping") => {
                // Whoever asks may ask again; what others order meanwhile has to be heard.
                if let Err(error) = reply(broker, name, &order, &json!({"ok": "pong"})).await {
                    tracing::warn!(error = words(&error), "a ping is not answered");
                }
            }
            _ => {}
        }
    }
}

async fn subscribe(broker: &Broker) -> RedisResult<(PubSubSink, PubSubStream)> {
    let database = broker.client().get_connection_info().redis_settings().db();
    let (mut control, messages) = broker.client().get_async_pubsub().await?.split();
    control.subscribe(format!("/{database}.celery.pidbox")).await?;
    Ok((control, messages))
}

fn silent(_: tokio::time::error::Elapsed) -> RedisError {
    io::Error::from(io::ErrorKind::TimedOut).into()
}

fn read(message: &[u8]) -> Option<Value> {
    if message.len() > MAX_BYTES {
        return None;
    }
    let message: Value = serde_json::from_slice(message).ok()?;
    let body = STANDARD.decode(message.get("body")?.as_str()?).ok()?;
    serde_json::from_slice(&body).ok()
}

/// Whether an order is for this worker: for all, or for it by name.
fn concerns(order: &Value, name: &str) -> bool {
    match &order["destination"] {
        Value::Array(names) => names.iter().any(|it| it == name),
        _ => true,
    }
}

fn ids(value: &Value) -> Vec<String> {
    match value {
        Value::String(id) => vec![id.clone()],
        Value::Array(ids) => ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

async fn reply(broker: &Broker, name: &str, order: &Value, answer: &Value) -> RedisResult<()> {
    let to = &order["reply_to"];
    let (Some(exchange), Some(key)) = (to["exchange"].as_str(), to["routing_key"].as_str()) else {
        return Ok(());
    };
    // Whoever asks may not make us write just anywhere.
    if exchange != "reply.celery.pidbox" || Uuid::parse_str(key).is_err() {
        return Ok(());
    }
    let message = json!({
        "body": STANDARD.encode(json!({ name: answer }).to_string()),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {"ticket": order["ticket"], "clock": 1},
        "properties": {
            "delivery_mode": 2,
            "delivery_info": {"exchange": exchange, "routing_key": key},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": Uuid::new_v4().to_string(),
        },
    });
    broker.answer(&format!("{key}.{exchange}"), &message.to_string()).await
}
