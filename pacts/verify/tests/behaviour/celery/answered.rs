//! Synchronous messages: a task is put on its list, and what a worker tells of it is held against the pact.

use countersign_verify::{Cause, Direction, Exchange, Outcome, Verdict};
use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use serde_json::{Value, json};

use super::*;

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
    serve(redis, exchange(), documents, stored).await
}

async fn serve(
    redis: &PrivateRedis,
    interaction: Value,
    documents: Vec<Value>,
    stored: Option<Value>,
) -> (InteractionResult, Value) {
    let states = || async { r#"{"path":"/b.mp4"}"# };
    let provider = Provider::start(Router::new().route("/states", post(states))).await;
    let target = Target { url: None, celery: Some(celery(redis)), ..provider.target_with_states() };
    let pact = pact(&[given(interaction, "a recording", &json!({}))]);
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
    let left: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut bare(&redis).await).await.unwrap();
    assert!(left.is_empty(), "a replay leaves nothing in the queue: {left:?}");
}

#[tokio::test]
async fn other_replies_or_another_order_break_it() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let progress = told("PROGRESS", json!({"progress": 10}));
    let (result, _) = answered(&redis, vec![told("SUCCESS", json!({"done": true}))], None).await;
    assert_eq!(ids(&result), ["pact.message.missing"], "the final document is no progress");
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

/// Documents of a task that is served as the pact says, the last with `more`.
fn served(more: &Value) -> Vec<Value> {
    let mut last = told("SUCCESS", json!({"done": true}));
    last.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    vec![told("PROGRESS", json!({"progress": 10})), last]
}

#[tokio::test]
async fn the_id_of_another_task_is_a_breach_of_the_protocol() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let (result, _) = answered(&redis, served(&json!({"task_id": "another"})), None).await;
    assert_eq!(ids(&result), ["message.result.malformed"]);
    let Outcome::Broken(broken) = &result.outcome else { unreachable!("it was broken a line before") };
    assert_eq!(broken.verdict, Some(Verdict::Provider));
    assert_eq!(broken.failures[0].actual, "another");
}

#[tokio::test]
async fn what_is_told_without_a_status_is_a_breach_of_the_protocol() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut documents = served(&json!({}));
    documents.insert(0, json!("half a wit"));
    let (result, _) = answered(&redis, documents, None).await;
    assert_eq!(ids(&result), ["message.result.malformed"]);
}

#[tokio::test]
async fn a_failure_that_celery_cannot_read_is_remarked() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    for (result, remarked) in [
        (json!({"error": "no such file"}), vec!["message.result.exception-unreadable"]),
        (json!({"error": "no such file", "exc_type": "E", "exc_message": ["m"]}), vec![]),
    ] {
        let mut expecting = exchange();
        expecting["response"] = json!([{
            "contents": {"content": {"status": "FAILURE"}, "contentType": "application/json", "encoded": false},
        }]);
        let found = serve(&redis, expecting, vec![told("FAILURE", result)], None).await.0;
        let Outcome::Kept { remarks } = &found.outcome else { panic!("{found:#?}") };
        assert_eq!(remarks.iter().map(|it| it.id).collect::<Vec<_>>(), remarked);
    }
}

#[tokio::test]
async fn a_result_that_stays_for_ever_is_remarked() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let documents = served(&json!({}));
    let keep = documents[1].to_string();
    let target = Target { celery: Some(celery(&redis)), ..Target::default() };
    let pact = pact(&[exchange()]);
    let settings = patient();
    let mut connection = bare(&redis).await;
    let serving = async {
        let (_, entry): (String, String) = connection.brpop("celery", 0.0).await.unwrap();
        let entry: Value = serde_json::from_str(&entry).unwrap();
        let key = format!("celery-task-meta-{}", entry["headers"]["id"].as_str().unwrap());
        let () = connection.set(&key, &keep).await.unwrap();
        for document in &documents {
            let () = connection.publish(&key, document.to_string()).await.unwrap();
        }
    };
    let (mut found, ()) = tokio::join!(replay(&pact, &target, &settings), serving);
    let result = found.interactions.remove(0);
    let Outcome::Kept { remarks } = &result.outcome else { panic!("{result:#?}") };
    assert_eq!(remarks.iter().map(|it| it.id).collect::<Vec<_>>(), ["message.result.no-expiry"]);
}

#[tokio::test]
async fn a_result_that_is_only_stored_leaves_clients_waiting() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let target = Target { celery: Some(celery(&redis)), ..Target::default() };
    let pact = pact(&[exchange()]);
    let settings = Settings { request_timeout: Duration::from_secs(2), ..Settings::default() };
    let mut connection = bare(&redis).await;
    let serving = async {
        let (_, entry): (String, String) = connection.brpop("celery", 0.0).await.unwrap();
        let entry: Value = serde_json::from_str(&entry).unwrap();
        let key = format!("celery-task-meta-{}", entry["headers"]["id"].as_str().unwrap());
        let () = connection.set_ex(&key, r#"{"status":"SUCCESS"}"#, 86_400).await.unwrap();
    };
    let (mut found, ()) = tokio::join!(replay(&pact, &target, &settings), serving);
    assert_eq!(ids(&found.interactions.remove(0)), ["message.result.not-published"]);
}

#[tokio::test]
async fn what_cannot_be_asked_or_told_is_unknown() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut nameless = exchange();
    nameless["request"]["metadata"].as_object_mut().unwrap().remove("task");
    let mut endless = exchange();
    endless["response"] = json!([]);
    let target = Target { celery: Some(celery(&redis)), ..Target::default() };
    for (interaction, why) in [(nameless, "does not name the `task`"), (endless, "expects no reply")] {
        let result = replay(&pact(&[interaction]), &target, &impatient()).await.interactions.remove(0);
        let Outcome::Unknown(cause) = &result.outcome else { panic!("{result:#?}") };
        assert!(cause.to_string().contains(why), "{cause}");
    }
    assert_eq!(bare(&redis).await.llen::<_, usize>("celery").await.unwrap(), 0, "nothing is sent");
}
