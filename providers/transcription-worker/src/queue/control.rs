//! Celery's broadcasts to all workers: revoking a task, and asking who is there.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt as _;
use redis::RedisResult;
use serde_json::{Value, json};
use uuid::Uuid;

use super::broker::Broker;

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
    let database = broker.client().get_connection_info().redis_settings().db();
    let mut connection = broker.client().get_async_pubsub().await?;
    connection.subscribe(format!("/{database}.celery.pidbox")).await?;
    subscribed();
    let mut messages = connection.into_on_message();
    while let Some(message) = messages.next().await {
        let Some(order) = read(message.get_payload_bytes()).filter(|it| concerns(it, name)) else { continue };
        let arguments = &order["arguments"];
        match order["method"].as_str() {
            Some("revoke") => {
                let terminate = arguments["terminate"].as_bool().unwrap_or(false);
                obey(Order::Revoke { ids: ids(&arguments["task_id"]), terminate });
            }
            Some("ping") => reply(broker, name, &order, &json!({"ok": "pong"})).await?,
            _ => {}
        }
    }
    Ok(())
}

fn read(message: &[u8]) -> Option<Value> {
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
