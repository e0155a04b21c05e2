//! Breaches of the protocol, published by a provider: each a failure of its own, and the provider's fault.

use countersign_openapi::Severity;
use countersign_verify::{FailureKind, Outcome, Verdict};
use private_redis::PrivateRedis;
use serde_json::{Value, json};

use super::*;

/// Published as it stands; what it is called; what a worker does; the place in the pact.
type Breach = (String, &'static str, &'static str, &'static str);

fn with(pointer: &str, value: Value) -> String {
    let mut entry = entry();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    entry.pointer_mut(parent).unwrap()[name] = value;
    entry.to_string()
}

fn without(pointer: &str) -> String {
    let mut entry = entry();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    entry.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
    entry.to_string()
}

fn body(text: &str) -> String {
    with("/body", json!(STANDARD.encode(text)))
}

const LOST: &str = "the message is lost";
const POISON: &str = "kills every worker that starts";
const DROPPED: &str = "no result ever comes";
const DELETED: &str = "deletes it";

fn breaches() -> Vec<Breach> {
    let info = "/properties/delivery_info";
    vec![
        ("no JSON".to_owned(), "not-json", LOST, ""),
        ("[1]".to_owned(), "not-object", LOST, ""),
        (without("/properties"), "properties-missing", LOST, ""),
        (without(info), "delivery-info-missing", LOST, ""),
        (without(&format!("{info}/exchange")), "exchange-missing", LOST, "/metadata"),
        (without(&format!("{info}/routing_key")), "routing-key-missing", LOST, "/metadata"),
        (without("/properties/delivery_tag"), "delivery-tag-missing", LOST, "/metadata"),
        (with("/properties/body_encoding", json!("zip")), "body-encoding-unknown", LOST, "/metadata"),
        (without("/content-type"), "content-type-missing", POISON, "/metadata/contentType"),
        (with("/content-type", json!("text/x")), "content-type-refused", DROPPED, "/metadata/contentType"),
        (without("/headers"), "headers-missing", DELETED, ""),
        (without("/headers/task"), "task-missing", DELETED, "/metadata/task"),
        (with("/headers/task", json!(7)), "task-not-text", "not registered", "/metadata/task"),
        (without("/headers/id"), "id-missing", POISON, "/metadata"),
        (with("/headers/id", json!(7)), "id-not-text", LOST, "/metadata"),
        (without("/body"), "body-missing", POISON, "/contents/content"),
        (with("/body", json!(7)), "body-not-text", LOST, "/contents/content"),
        (with("/body", json!("%%")), "body-not-base64", POISON, "/contents/content"),
        (body("no JSON"), "body-not-json", DROPPED, "/contents/content"),
        (body("[[1],{}]"), "body-arity", POISON, "/contents/content"),
        (body(r#"["abc",{},{}]"#), "args-not-list", "one argument a character", "/contents/content"),
        (body("[[1],[],{}]"), "kwargs-not-object", DROPPED, "/contents/content"),
        (body("[[1],{},7]"), "embed-not-object", LOST, "/contents/content"),
    ]
}

#[tokio::test]
async fn each_breach_of_the_protocol_is_told_with_what_a_worker_does() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    for (published_as, id, effect, place) in breaches() {
        let result = published(&redis, vec![published_as.clone()], &patient()).await;
        let Outcome::Broken(broken) = &result.outcome else { panic!("{published_as}: {result:#?}") };
        assert_eq!(broken.verdict, Some(Verdict::Provider), "{id}");
        let id = format!("message.envelope.{id}");
        let failure = broken.failures.iter().find(|failure| failure.id == id).unwrap_or_else(|| {
            panic!("{id} is not among {:?}", ids(&result));
        });
        assert_eq!(failure.kind, FailureKind::ProviderAgainstProtocol, "{id}");
        assert!(failure.hint.as_ref().unwrap().contains(effect), "{id}: {:?}", failure.hint);
        assert_eq!(failure.location.pointer.as_str(), format!("/interactions/0{place}"), "{id}");
        assert!(broken.reason.contains("breaks the protocol of its transport"), "{}", broken.reason);
    }
}

#[tokio::test]
async fn what_a_worker_still_takes_is_remarked() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let old = json!({"task": "run", "id": ID, "args": ["/x.mp4"], "kwargs": {}});
    let mut published_as: Value = serde_json::from_str(&body(&old.to_string())).unwrap();
    published_as["headers"] = json!({});
    let result = published(&redis, vec![published_as.to_string()], &patient()).await;
    let Outcome::Kept { remarks } = &result.outcome else { panic!("{result:#?}") };
    let told: Vec<_> = remarks.iter().map(|it| (it.id, it.severity)).collect();
    assert_eq!(told, [("message.envelope.protocol-1", Severity::Warning)]);
}

#[tokio::test]
async fn a_breach_beside_the_expected_message_is_remarked() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let batch = vec![entry().to_string(), without("/properties/delivery_tag")];
    let result = published(&redis, batch, &patient()).await;
    let Outcome::Kept { remarks } = &result.outcome else { panic!("{result:#?}") };
    let told: Vec<_> = remarks.iter().map(|it| (it.id, it.severity)).collect();
    assert_eq!(told, [("message.envelope.delivery-tag-missing", Severity::Warning)]);
}
