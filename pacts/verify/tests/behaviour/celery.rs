//! Messages over a real Redis: what a provider publishes, and what a worker answers.

#[cfg(test)]
mod answered;
#[cfg(test)]
mod envelope;
#[cfg(test)]
mod published;
#[cfg(test)]
mod triggers;

use std::time::Duration;

use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_verify::{
    Action, ApiRequest, CeleryRedis, InteractionResult, Outcome, Pact, Settings, Target, Trigger,
};
use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use serde_json::{Value, json};

use crate::pacts::{given, pact};
use crate::provider::{Provider, replay};

const ID: &str = "97b067a0-f59f-4034-9cb9-48fa04eccca4";

/// The pact's message of a task: its path may be any text.
fn message() -> Value {
    json!({
        "type": "Asynchronous/Messages",
        "transport": "celery-redis",
        "description": "a task",
        "contents": {"content": [["/a.mp4"], {}, {}], "contentType": "application/json", "encoded": false},
        "metadata": {"contentType": "application/json", "task": "run", "queue": "celery"},
        "matchingRules": {"body": {"$[0][0]": {"combine": "AND", "matchers": [{"match": "type"}]}}},
    })
}

/// What a provider publishes that keeps it.
fn entry() -> Value {
    json!({
        "body": STANDARD.encode(json!([["/other.mp4"], {}, {}]).to_string()),
        "content-type": "application/json",
        "headers": {"task": "run", "id": ID},
        "properties": {
            "body_encoding": "base64", "delivery_tag": "t",
            "delivery_info": {"exchange": "", "routing_key": "celery"},
        },
    })
}

fn celery(redis: &PrivateRedis) -> CeleryRedis {
    CeleryRedis {
        redis: redis.url().parse().unwrap(),
        queues: vec!["urgent".to_owned(), "celery".to_owned()],
    }
}

fn patient() -> Settings {
    Settings { request_timeout: Duration::from_mins(1), ..Settings::default() }
}

fn impatient() -> Settings {
    Settings { request_timeout: Duration::from_secs(1), ..Settings::default() }
}

async fn bare(redis: &PrivateRedis) -> redis::aio::MultiplexedConnection {
    redis::Client::open(redis.url()).unwrap().get_multiplexed_async_connection().await.unwrap()
}

/// A provider that publishes these entries when it is asked to.
async fn publisher(redis: &PrivateRedis, entries: Vec<String>) -> (Provider, Target) {
    let url = redis.url().to_owned();
    let publish = move |body: String| async move {
        assert_eq!(body, r#"{"path":"/a.mp4"}"#);
        let client = redis::Client::open(url).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        for entry in entries {
            let () = connection.lpush("celery", entry).await.unwrap();
        }
    };
    let states = || async { r#"{"path":"/a.mp4"}"# };
    let router = Router::new().route("/publish", post(publish)).route("/states", post(states));
    let provider = Provider::start(router).await;
    let request = ApiRequest {
        method: "POST".to_owned(),
        path: "/publish".to_owned(),
        headers: vec![("X-Path".to_owned(), "${value:path}".to_owned())],
        body: Some(json!({"path": "${value:path}"})),
    };
    let trigger = Trigger { message: "a task".to_owned(), action: Action::Request(request) };
    let target =
        Target { celery: Some(celery(redis)), triggers: vec![trigger], ..provider.target_with_states() };
    (provider, target)
}

async fn published(redis: &PrivateRedis, entries: Vec<String>, settings: &Settings) -> InteractionResult {
    let (_provider, target) = publisher(redis, entries).await;
    let pact = pact(&[given(message(), "a recording", &json!({}))]);
    replay(&pact, &target, settings).await.interactions.remove(0)
}

fn ids(result: &InteractionResult) -> Vec<&str> {
    match &result.outcome {
        Outcome::Broken(broken) => broken.failures.iter().map(|failure| failure.id).collect(),
        other => panic!("{other:#?}"),
    }
}
