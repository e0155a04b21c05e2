//! Messages of every kind: which way they go, and what is said where there is none.

use countersign_verify::{Cause, CeleryRedis, Outcome, Settings, Target, WebSocket};
use serde_json::{Value, json};

use crate::pacts::{self, pact};
use crate::provider::replay;

fn asynchronous(transport: Option<&str>) -> Value {
    let mut message = json!({
        "type": "Asynchronous/Messages", "description": "paid", "contents": {"content": {"a": 1}},
    });
    message["transport"] = transport.map_or(Value::Null, Value::from);
    if transport.is_none() {
        message.as_object_mut().unwrap().remove("transport");
    }
    message
}

fn synchronous(transport: &str) -> Value {
    json!({
        "type": "Synchronous/Messages", "description": "pay", "transport": transport,
        "request": {"contents": {"content": {}}}, "response": [{"contents": {"content": {}}}],
    })
}

/// Nobody listens anywhere here.
fn celery() -> CeleryRedis {
    let redis = "redis://user:sesame@127.0.0.1:1/0".parse().unwrap();
    CeleryRedis { redis, queues: vec!["celery".to_owned()] }
}

fn websocket() -> WebSocket {
    WebSocket { path: "/ws".to_owned(), protocols: Vec::new() }
}

async fn cause(interaction: Value, target: &Target) -> Cause {
    let found = replay(&pact(&[interaction]), target, &Settings::default()).await;
    match found.interactions.into_iter().next().unwrap().outcome {
        Outcome::Unknown(cause) => cause,
        other => panic!("{other:#?}"),
    }
}

#[tokio::test]
async fn a_message_without_a_way_says_what_to_configure() {
    let both = Target { celery: Some(celery()), websocket: Some(websocket()), ..Target::default() };
    for (interaction, target, told) in [
        (asynchronous(None), Target::default(), "give it `celery` or `websocket`"),
        (asynchronous(None), both.clone(), "give the interaction a `transport`"),
        (asynchronous(Some("celery-redis")), Target::default(), "`celery = { redis = "),
        (asynchronous(Some("websocket")), Target::default(), "`websocket = { path = "),
        (asynchronous(Some("pigeon")), both.clone(), "no transport \"pigeon\""),
        (synchronous("celery-redis"), Target::default(), "`celery = { redis = "),
        (synchronous("websocket"), both.clone(), "send its request as the trigger"),
    ] {
        let cause = cause(interaction, &target).await;
        assert!(matches!(cause, Cause::Transport(_)), "{cause:?}");
        assert!(cause.to_string().contains(told), "{cause}");
    }
}

#[tokio::test]
async fn a_message_that_names_no_way_goes_the_only_one_there_is() {
    let target = Target { celery: Some(celery()), ..Target::default() };
    let told = cause(asynchronous(None), &target).await.to_string();
    assert!(told.contains("the Redis of the queue takes no connection"), "{told}");
    let url = "http://127.0.0.1:1/".parse().unwrap();
    let target = Target { websocket: Some(websocket()), ..Target::http(url) };
    let told = cause(asynchronous(None), &target).await.to_string();
    assert!(told.contains("cannot connect to the provider"), "{told}");
}

#[tokio::test]
async fn a_request_needs_a_provider_with_a_url() {
    let target = Target { celery: Some(celery()), ..Target::default() };
    let cause = cause(pacts::get("root", "/", 200), &target).await;
    assert!(matches!(cause, Cause::Transport(_)), "{cause:?}");
    assert!(cause.to_string().contains("has no URL"), "{cause}");
}

#[tokio::test]
async fn a_queue_that_is_gone_ends_the_run() {
    let target = Target { celery: Some(celery()), ..Target::default() };
    let named = |index: usize| {
        let mut message = asynchronous(Some("celery-redis"));
        message["description"] = json!(format!("paid {index}"));
        message
    };
    let all: Vec<Value> = (0..5).map(named).collect();
    let found = replay(&pact(&all), &target, &Settings::default()).await;
    let not_run = |cause: &Outcome| matches!(cause, Outcome::Unknown(Cause::NotRun(_)));
    let counted = found.interactions.iter().filter(|it| not_run(&it.outcome)).count();
    assert_eq!(counted, 2, "{found:#?}");
    assert!(!format!("{found:?} {target:?}").contains("sesame"));
}

#[tokio::test]
async fn a_message_of_a_plugin_stays_unknown() {
    let mut message = asynchronous(Some("celery-redis"));
    message["pluginConfiguration"] = json!({"protobuf": {"a": 1}});
    let target = Target { celery: Some(celery()), ..Target::default() };
    let cause = cause(message, &target).await;
    assert!(matches!(&cause, Cause::Transport(reason) if reason.contains("plugin")), "{cause:?}");
}
