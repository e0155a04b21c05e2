//! Messages over a real Redis: what a provider publishes, and what a worker answers.

use std::time::Duration;

use axum::Router;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_verify::{
    Action, ApiRequest, Cause, CeleryRedis, Direction, Exchange, FailureKind, InteractionResult, Outcome,
    Settings, Target, Trigger, Verdict,
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
    Settings { request_timeout: Duration::from_millis(100), ..Settings::default() }
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

#[tokio::test]
async fn what_is_published_as_the_pact_says_is_kept() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let result = published(&redis, vec![entry().to_string()], &patient()).await;
    assert!(matches!(result.outcome, Outcome::Kept { ref remarks } if remarks.is_empty()), "{result:#?}");
    assert_eq!(bare(&redis).await.llen::<_, i64>("celery").await.unwrap(), 0, "it is taken off the list");
}

#[tokio::test]
async fn what_stood_there_before_stays() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut bare = bare(&redis).await;
    let () = bare.lpush("celery", "somebody else's").await.unwrap();
    let result = published(&redis, vec![entry().to_string()], &patient()).await;
    assert!(matches!(result.outcome, Outcome::Kept { .. }), "{result:#?}");
    assert_eq!(bare.lrange::<_, Vec<String>>("celery", 0, -1).await.unwrap(), ["somebody else's"]);
}

#[tokio::test]
async fn one_of_a_batch_is_enough_and_else_the_nearest_is_told() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut far = entry();
    far["headers"]["task"] = json!("walk");
    let mut farther = far.clone();
    farther["body"] = json!(STANDARD.encode("[[],{},{}]"));
    let batch = vec![farther.to_string(), entry().to_string(), far.to_string()];
    let result = published(&redis, batch, &patient()).await;
    assert!(matches!(result.outcome, Outcome::Kept { .. }), "{result:#?}");
    let result = published(&redis, vec![farther.to_string(), far.to_string()], &patient()).await;
    assert_eq!(ids(&result), ["pact.message.metadata"]);
}

#[tokio::test]
async fn contents_and_metadata_are_held_against_the_pact() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut other = entry();
    other["body"] = json!(STANDARD.encode("[[7],{},{}]"));
    other["headers"]["task"] = json!("walk");
    let result = published(&redis, vec![other.to_string()], &patient()).await;
    assert_eq!(ids(&result), ["pact.message.contents", "pact.message.metadata"]);
    let Outcome::Broken(broken) = &result.outcome else { unreachable!("it was broken a line before") };
    assert_eq!(broken.verdict, None, "one disagreement cannot tell two parties apart");
    let places: Vec<&str> = broken.failures.iter().map(|it| it.location.pointer.as_str()).collect();
    assert_eq!(places, ["/interactions/0/contents/content/0/0", "/interactions/0/metadata/task"]);
    assert!(broken.failures.iter().all(|it| it.location.line.is_some()));
}

#[tokio::test]
async fn a_breach_of_the_protocol_is_the_providers_fault() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut poison = entry();
    poison["properties"].as_object_mut().unwrap().remove("delivery_tag");
    let result = published(&redis, vec![poison.to_string()], &patient()).await;
    let Outcome::Broken(broken) = &result.outcome else { panic!("{result:#?}") };
    assert_eq!(broken.verdict, Some(Verdict::Provider));
    let failure = &broken.failures[0];
    assert_eq!(failure.id, "message.envelope.delivery-tag-missing");
    assert_eq!(failure.kind, FailureKind::ProviderAgainstProtocol);
    assert!(failure.hint.as_ref().unwrap().contains("dies"), "{failure:?}");
}

#[tokio::test]
async fn what_is_not_published_is_missing() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let result = published(&redis, Vec::new(), &impatient()).await;
    assert_eq!(ids(&result), ["pact.message.missing"]);
}

#[tokio::test]
async fn a_trigger_that_fails_tells_nothing_of_the_contract() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let (_provider, mut target) = publisher(&redis, Vec::new()).await;
    let command = vec!["false".to_owned()];
    target.triggers = vec![Trigger { message: "a task".to_owned(), action: Action::Command(command) }];
    let result = replay(&pact(&[message()]), &target, &patient()).await.interactions.remove(0);
    let Outcome::Unknown(Cause::NoAnswer(reason)) = &result.outcome else { panic!("{result:#?}") };
    assert!(reason.contains("`false` ended with"), "{reason}");
}

#[tokio::test]
async fn a_queue_that_is_not_reached_is_no_verdict() {
    let redis = "redis://user:sesame@127.0.0.1:1/0".parse().unwrap();
    let celery = Some(CeleryRedis { redis, queues: vec!["celery".to_owned()] });
    let target = Target { celery, ..Target::default() };
    let result = replay(&pact(&[message()]), &target, &impatient()).await.interactions.remove(0);
    let Outcome::Unknown(Cause::NoAnswer(reason)) = &result.outcome else { panic!("{result:#?}") };
    assert!(!reason.contains("sesame"), "{reason}");
    let unset = replay(&pact(&[message()]), &Target::default(), &impatient()).await.interactions.remove(0);
    let Outcome::Unknown(cause) = &unset.outcome else { panic!("{unset:#?}") };
    assert!(cause.to_string().contains("`celery`"), "{cause}");
}

/// A synchronous message: a task with progress and a result.
fn exchange() -> Value {
    let reply = |status: &str, result: Value| {
        json!({
            "contents": {
                "content": {"status": status, "result": result}, "contentType": "application/json", "encoded": false,
            },
            "metadata": {"contentType": "application/json"},
        })
    };
    json!({
        "type": "Synchronous/Messages",
        "transport": "celery-redis",
        "description": "a task",
        "request": {
            "contents": {"content": [["/a.mp4"], {}, {}], "contentType": "application/json", "encoded": false},
            "metadata": {"contentType": "application/json", "task": "run", "id": ID, "queue": "celery"},
            "generators": {
                "metadata": {"$.id": {"type": "Uuid"}},
                "body": {"$[0][0]": {"type": "ProviderState", "expression": "${path}"}},
            },
        },
        "response": [reply("PROGRESS", json!({"progress": 10})), reply("SUCCESS", json!({"done": true}))],
    })
}

/// A worker that takes one task and tells these documents of it; `stored` is kept for ever or for a day.
async fn worker(redis: &PrivateRedis, documents: Vec<Value>, stored: Option<Value>) -> Value {
    let mut connection = bare(redis).await;
    let (_, entry): (String, String) = connection.brpop("celery", 0.0).await.unwrap();
    let entry: Value = serde_json::from_str(&entry).unwrap();
    let key = format!("celery-task-meta-{}", entry["headers"]["id"].as_str().unwrap());
    for document in documents {
        let text = document.to_string();
        let kept = stored.as_ref().map_or(text.clone(), Value::to_string);
        let () = connection.set_ex(&key, kept, 86_400).await.unwrap();
        let () = connection.publish(&key, text).await.unwrap();
    }
    entry
}

async fn answered(
    redis: &PrivateRedis,
    documents: Vec<Value>,
    stored: Option<Value>,
) -> (InteractionResult, Value) {
    let states = || async { r#"{"path":"/b.mp4"}"# };
    let provider = Provider::start(Router::new().route("/states", post(states))).await;
    let target = Target { url: None, celery: Some(celery(redis)), ..provider.target_with_states() };
    let pact = pact(&[given(exchange(), "a recording", &json!({}))]);
    let settings = if documents.is_empty() { impatient() } else { patient() };
    let (mut found, entry) =
        tokio::join!(replay(&pact, &target, &settings), worker(redis, documents, stored));
    (found.interactions.remove(0), entry)
}

fn told(status: &str, result: impl Into<Value>) -> Value {
    json!({"status": status, "result": result.into()})
}

#[tokio::test]
async fn a_worker_that_answers_as_the_pact_says_keeps_it() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let documents = vec![
        told("PROGRESS", json!({"progress": 0})),
        told("PROGRESS", json!({"progress": 10})),
        told("PROGRESS", json!({"progress": 90})),
        told("SUCCESS", json!({"done": true, "more": 1})),
    ];
    let (result, entry) = answered(&redis, documents, None).await;
    assert!(matches!(result.outcome, Outcome::Kept { ref remarks } if remarks.is_empty()), "{result:#?}");
    let Some(Exchange::Messages(messages)) = &result.exchange else { panic!("{result:#?}") };
    let names: Vec<_> = messages.iter().map(|it| (it.direction, it.name.as_str())).collect();
    let told = |status| (Direction::FromProvider, status);
    let all = [told("PROGRESS"), told("PROGRESS"), told("PROGRESS"), told("SUCCESS")];
    assert_eq!(names[0], (Direction::ToProvider, "run"));
    assert_eq!(names[1..], all);
    let id = entry["headers"]["id"].as_str().unwrap();
    assert!(
        id != ID && entry["properties"]["correlation_id"] == id,
        "every replay has an id of its own: {entry}"
    );
    let body = STANDARD.decode(entry["body"].as_str().unwrap()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), json!([["/b.mp4"], {}, {}]));
}

#[tokio::test]
async fn other_replies_or_another_order_break_it() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let progress = told("PROGRESS", json!({"progress": 10}));
    let (result, _) = answered(&redis, vec![told("SUCCESS", json!({"done": true}))], None).await;
    assert_eq!(ids(&result)[0], "pact.message.contents", "progress is missing");
    let (result, _) = answered(&redis, vec![progress, told("FAILURE", json!({"done": true}))], None).await;
    let Outcome::Broken(broken) = &result.outcome else { panic!("{result:#?}") };
    assert_eq!(
        broken.failures[0].location.pointer.as_str(),
        "/interactions/0/response/1/contents/content/status"
    );
}

#[tokio::test]
async fn what_is_told_has_to_be_stored() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let documents = vec![told("PROGRESS", json!({"progress": 10})), told("SUCCESS", json!({"done": true}))];
    let (result, _) = answered(&redis, documents, Some(json!("else"))).await;
    assert_eq!(ids(&result), ["message.result.not-stored"]);
}

#[tokio::test]
async fn a_task_without_an_end_is_broken_and_one_that_nobody_takes_is_unknown() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let (result, _) = answered(&redis, Vec::new(), None).await;
    assert_eq!(ids(&result), ["pact.message.no-result"]);
    let target = Target { celery: Some(celery(&redis)), ..Target::default() };
    let result = replay(&pact(&[exchange()]), &target, &impatient()).await.interactions.remove(0);
    let Outcome::Unknown(Cause::NoAnswer(reason)) = &result.outcome else { panic!("{result:#?}") };
    assert!(reason.contains("no worker took"), "{reason}");
    assert_eq!(bare(&redis).await.llen::<_, i64>("celery").await.unwrap(), 0, "it is taken back");
}
