//! Asynchronous messages: what the provider publishes is taken off its lists and held against the pact.

use countersign_verify::{Cause, CeleryRedis, Exchange, Outcome, Target};
use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use serde_json::{Value, json};

use super::*;

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
async fn what_is_not_published_is_missing() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let result = published(&redis, Vec::new(), &impatient()).await;
    assert_eq!(ids(&result), ["pact.message.missing"]);
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
    assert!(cause.to_string().contains("give the provider `celery = "), "{cause}");
}

#[tokio::test]
async fn what_comes_before_others_is_told_from_them_whatever_is_taken_meanwhile() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut bare = bare(&redis).await;
    for index in 0..40 {
        let () = bare.lpush("celery", format!("old {index}")).await.unwrap();
    }
    let (provider, target) = publisher(&redis, vec![entry().to_string()]).await;
    let mut other = message();
    other["description"] = json!("another task");
    let all = [given(message(), "a recording", &json!({})), given(other, "a recording", &json!({}))];
    // The second has no trigger: nothing new comes, and nothing old is taken for it.
    let found = replay(&pact(&all), &target, &impatient()).await;
    drop(provider);
    assert!(matches!(found.interactions[0].outcome, Outcome::Kept { .. }), "{:#?}", found.interactions[0]);
    assert_eq!(ids(&found.interactions[1]), ["pact.message.missing"]);
    assert_eq!(bare.llen::<_, usize>("celery").await.unwrap(), 40, "all that stood there stands there");
}

#[tokio::test]
async fn a_task_with_a_priority_is_found_on_the_list_of_that_priority() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let (_provider, mut target) = publisher(&redis, Vec::new()).await;
    let list = "celery\u{6}\u{16}3";
    let push = format!("redis-cli -u {} lpush '{list}' '{}'", redis.url(), entry());
    let command = ["sh", "-c", &push].map(str::to_owned).to_vec();
    target.triggers = vec![Trigger { message: "a task".to_owned(), action: Action::Command(command) }];
    let result = replay(&pact(&[message()]), &target, &patient()).await.interactions.remove(0);
    assert!(matches!(result.outcome, Outcome::Kept { .. }), "{result:#?}");
}

#[tokio::test]
async fn states_that_make_it_publish_need_no_trigger() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let url = redis.url().to_owned();
    let states = move |Json(change): Json<Value>| async move {
        if change["action"] == "setup" {
            let client = redis::Client::open(url).unwrap();
            let mut connection = client.get_multiplexed_async_connection().await.unwrap();
            let () = connection.lpush("celery", entry().to_string()).await.unwrap();
        }
    };
    let provider = Provider::start(Router::new().route("/states", post(states))).await;
    let target = Target { celery: Some(celery(&redis)), ..provider.target_with_states() };
    let pact = pact(&[given(message(), "a task was published", &json!({}))]);
    let result = replay(&pact, &target, &patient()).await.interactions.remove(0);
    assert!(matches!(result.outcome, Outcome::Kept { .. }), "{result:#?}");
}

#[tokio::test]
async fn a_message_that_is_too_large_is_not_read() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let settings = Settings { max_body: 1000, ..patient() };
    let result = published(&redis, vec!["x".repeat(5000)], &settings).await;
    let Outcome::Unknown(Cause::NoAnswer(reason)) = &result.outcome else { panic!("{result:#?}") };
    assert!(reason.contains("5000 bytes"), "{reason}");
}

#[tokio::test]
async fn secrets_of_states_are_masked_wherever_they_turn_up() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut telling = entry();
    telling["headers"]["task"] = json!("run with sesame-of-the-state");
    telling["headers"]["api_token"] = json!("of-the-entry");
    let mut expecting = message();
    expecting["metadata"]["api_token"] = json!("of-the-pact");
    let (_provider, mut target) = publisher(&redis, Vec::new()).await;
    let states = || async { r#"{"token":"sesame-of-the-state"}"# };
    let provider = Provider::start(Router::new().route("/states", post(states))).await;
    target.states = provider.target_with_states().states;
    let push = format!("redis-cli -u {} lpush celery '{telling}'", redis.url());
    let command = ["sh", "-c", &push].map(str::to_owned).to_vec();
    target.triggers = vec![Trigger { message: "a task".to_owned(), action: Action::Command(command) }];
    let found = replay(&pact(&[given(expecting, "signed in", &json!({}))]), &target, &patient()).await;
    assert_eq!(ids(&found.interactions[0]), ["pact.message.metadata", "pact.message.metadata"]);
    let all = format!("{found:?}");
    for secret in ["sesame-of-the-state", "of-the-entry", "of-the-pact"] {
        assert!(!all.contains(secret), "{secret} is in {all}");
    }
}

#[tokio::test]
async fn a_message_of_an_older_pact_is_found_in_its_places() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut other = entry();
    other["body"] = json!(STANDARD.encode("[[7],{},{}]"));
    other["headers"]["task"] = json!("walk");
    let (_provider, target) = publisher(&redis, vec![other.to_string()]).await;
    let message = json!({
        "description": "a task",
        "providerStates": [{"name": "a recording"}],
        "contents": [["/a.mp4"], {}, {}],
        "metaData": {"contentType": "application/json", "task": "run"},
        "matchingRules": {"body": {"$[0][0]": {"matchers": [{"match": "type"}]}}},
    });
    let json = json!({
        "consumer": {"name": "ui"}, "provider": {"name": "shop"}, "messages": [message],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    });
    let text = serde_json::to_string_pretty(&json).unwrap();
    let pact = Pact::parse(std::path::Path::new("pacts/ui-shop.json"), &text).unwrap();
    let result = replay(&pact, &target, &patient()).await.interactions.remove(0);
    let Outcome::Broken(broken) = &result.outcome else { panic!("{result:#?}") };
    let places: Vec<&str> = broken.failures.iter().map(|it| it.location.pointer.as_str()).collect();
    assert_eq!(places, ["/messages/0/contents/0/0", "/messages/0/metaData/task"]);
}

#[tokio::test]
async fn messages_do_not_take_each_other_s_place_even_where_states_are_isolated() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let named = |task: &str| {
        let mut one = message();
        one["description"] = json!(task);
        one["metadata"]["task"] = json!(task);
        one
    };
    let trigger = |task: &str| {
        let mut published = entry();
        published["headers"]["task"] = json!(task);
        let push = format!("redis-cli -u {} lpush celery '{published}'", redis.url());
        let action = Action::Command(["sh", "-c", &push].map(str::to_owned).to_vec());
        Trigger { message: task.to_owned(), action }
    };
    let tasks = ["one", "two", "three", "four"];
    let target =
        Target { celery: Some(celery(&redis)), triggers: tasks.map(trigger).to_vec(), ..Target::default() };
    let jobs = std::num::NonZeroUsize::new(4).unwrap();
    let settings = Settings { jobs, isolated_states: true, ..patient() };
    let found = replay(&pact(&tasks.map(named)), &target, &settings).await;
    for result in found.interactions {
        assert!(matches!(result.outcome, Outcome::Kept { .. }), "{result:#?}");
        let Some(Exchange::Messages(messages)) = &result.exchange else { panic!("{result:#?}") };
        assert_eq!(messages.len(), 1, "{messages:?}");
    }
}
