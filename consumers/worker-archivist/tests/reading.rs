//! Every form of a message that was seen to be executed is read, and every other one is told by name.
#![expect(clippy::unwrap_used, reason = "a message that cannot be read is the failure of the test")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value, json};
use worker_archivist::{Delivery, Effect, Malformed};

const PATH: &str = "/media/meeting.mp4";

fn encoded(body: &Value) -> String {
    STANDARD.encode(body.to_string())
}

/// The least that a Celery worker executes.
fn least() -> Value {
    json!({
        "body": encoded(&json!([[PATH], {}, {}])),
        "content-type": "application/json",
        "headers": {"task": "transcription.run_whisper", "id": "a"},
        "properties": {
            "body_encoding": "base64",
            "delivery_tag": "t",
            "delivery_info": {"exchange": "", "routing_key": "celery"},
        },
    })
}

fn read(message: &Value) -> Result<Delivery, Malformed> {
    Delivery::read(message.to_string().as_bytes())
}

fn with(pointer: &str, value: Value) -> Value {
    let mut message = least();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    message.pointer_mut(parent).unwrap()[name] = value;
    message
}

fn without(pointer: &str) -> Value {
    let mut message = least();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    message.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    message
}

#[test]
fn the_least_message_is_read() {
    let delivery = read(&least()).unwrap();
    assert_eq!((delivery.task.as_str(), delivery.id.as_str()), ("transcription.run_whisper", "a"));
    assert_eq!((delivery.args.as_slice(), delivery.routing_key.as_str()), (&[json!(PATH)][..], "celery"));
    assert_eq!((delivery.retries, delivery.eta, delivery.ignore_result), (0, None, false));
}

#[test]
fn what_a_worker_does_without_is_not_asked_for() {
    for message in [
        with("/content-encoding", json!("binary")),
        with("/headers/id", json!("not a UUID")),
        with("/headers/later", json!({"any": 1})),
        with("/properties/later", json!(1)),
        with("/body", json!(encoded(&json!([[PATH], {}, null])))),
        with("/body", json!(encoded(&json!([[PATH], null, {}])))),
    ] {
        assert_eq!(read(&message).unwrap().args, [json!(PATH)], "{message}");
    }
    let mut plain = without("/properties/body_encoding");
    plain["body"] = json!(json!([[PATH], {}, {}]).to_string());
    assert_eq!(read(&plain).unwrap().args, [json!(PATH)]);
}

#[test]
fn protocol_1_is_read() {
    let mut message = with("/headers", json!({}));
    message["body"] = json!(encoded(&json!({"task": "t", "id": "i", "args": [1], "kwargs": {"a": 2}})));
    let delivery = read(&message).unwrap();
    assert_eq!((delivery.task.as_str(), delivery.id.as_str()), ("t", "i"));
    assert_eq!((delivery.args, delivery.kwargs["a"].clone()), (vec![json!(1)], json!(2)));
}

#[test]
fn protocol_1_may_have_headers_and_they_have_the_last_word() {
    let body = encoded(&json!({"task": "t", "id": "i", "args": [1], "kwargs": {}, "retries": 1}));
    let mut message = with("/headers", json!({"lang": "py"}));
    message["body"] = json!(body);
    let delivery = read(&message).unwrap();
    assert_eq!((delivery.task.as_str(), delivery.retries), ("t", 1));
    message["headers"] = json!({"task": "other", "retries": 2});
    let delivery = read(&message).unwrap();
    assert_eq!((delivery.task.as_str(), delivery.id.as_str(), delivery.retries), ("other", "i", 2));
    let mut without = without("/headers");
    without["body"] = json!(body);
    assert_eq!(read(&without).unwrap().args, [json!(1)]);
}

#[test]
fn times_limits_and_retries_are_read() {
    let mut message = with("/headers/eta", json!("2026-11-22T20:00:01.500000+01:00"));
    message["headers"]["expires"] = json!("2026-11-22T19:00:02");
    message["headers"]["retries"] = json!(2);
    message["headers"]["timelimit"] = json!([60, 30.5]);
    let delivery = read(&message).unwrap();
    assert_eq!(delivery.eta.unwrap().to_rfc3339(), "2026-11-22T19:00:01.500+00:00");
    assert_eq!(delivery.expires.unwrap().to_rfc3339(), "2026-11-22T19:00:02+00:00");
    assert_eq!(
        (delivery.retries, delivery.time_limit.hard, delivery.time_limit.soft),
        (2, Some(60.0), Some(30.5))
    );
}

#[test]
fn a_text_in_place_of_arguments_is_spread() {
    let message = with("/body", json!(encoded(&json!(["ab", {}, {}]))));
    assert_eq!(read(&message).unwrap().args, [json!("a"), json!("b")]);
}

#[test]
fn what_kills_a_celery_worker_is_told() {
    for (message, says) in [
        (json!([1]), "no JSON object"),
        (without("/properties"), "delivery_info"),
        (without("/properties/delivery_info"), "delivery_info"),
        (without("/properties/delivery_info/exchange"), "exchange"),
        (without("/properties/delivery_info/routing_key"), "routing_key"),
        (without("/properties/delivery_tag"), "delivery_tag"),
    ] {
        told(&message, says, Effect::Kills);
    }
    assert_eq!(Delivery::read(b"\xff").unwrap_err(), Malformed::NotJson);
}

#[test]
fn what_poisons_a_celery_worker_is_told() {
    for (message, says) in [
        (without("/content-type"), "content-type"),
        (without("/headers/id"), "no id"),
        (with("/body", json!(encoded(&json!([[], {}])))), "three"),
        (with("/body", json!("%%%")), "base64"),
        (with("/properties/body_encoding", json!("zip")), "unknown encoding \"zip\""),
    ] {
        told(&message, says, Effect::Poisons);
    }
}

#[test]
fn what_a_celery_worker_drops_is_told() {
    for (message, says) in [
        (with("/content-type", json!("application/x-python-serialize")), "not application/json"),
        (without("/headers"), "which task"),
        (without("/headers/task"), "which task"),
        (with("/body", json!(STANDARD.encode("nonsense"))), "its body is no JSON"),
        (without("/properties/body_encoding"), "its body is no JSON"),
        (with("/headers/eta", json!("soon")), "\"soon\""),
        (with("/body", json!(encoded(&json!([1, {}, {}])))), "no list"),
    ] {
        told(&message, says, Effect::Dropped);
    }
}

fn told(message: &Value, says: &str, effect: Effect) {
    let malformed = read(message).unwrap_err();
    assert!(malformed.to_string().contains(says), "{malformed} should say {says}");
    assert_eq!(malformed.effect(), effect, "{malformed}");
}

#[test]
fn what_is_endless_is_refused() {
    let deep = "[".repeat(100_000);
    assert_eq!(Delivery::read(deep.as_bytes()).unwrap_err(), Malformed::NotJson);
    let large = vec![b' '; 2 * 1024 * 1024];
    assert!(matches!(Delivery::read(&large), Err(Malformed::TooLarge(_))));
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Delivery::read(&raw);
    }

    #[test]
    fn no_member_makes_it_panic(at in 0..10_usize, value in "[a-z0-9\\[\\]{}\":,]{0,12}") {
        let places = [
            "/body", "/content-type", "/headers", "/headers/task", "/headers/id", "/headers/eta",
            "/headers/retries", "/properties", "/properties/delivery_info", "/properties/body_encoding",
        ];
        let value = serde_json::from_str(&value).unwrap_or(Value::String(value));
        let _ = read(&with(places[at], value));
    }
}
