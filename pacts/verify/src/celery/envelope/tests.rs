//! Entries of every kind, as they were tried on a real worker.

use super::*;

fn whole() -> Value {
    json!({
        "body": STANDARD.encode("[[1],{},{}]"),
        "content-type": "application/json",
        "headers": {"task": "t", "id": "i"},
        "properties": {
            "body_encoding": "base64", "delivery_tag": "d",
            "delivery_info": {"exchange": "", "routing_key": "celery"},
        },
    })
}

fn ids(entry: &Value) -> Vec<&'static str> {
    let opened = open(entry.to_string().as_bytes(), "celery");
    opened.breaches.iter().map(|(it, _)| it.id.strip_prefix("message.envelope.").unwrap()).collect()
}

fn with(pointer: &str, value: Value) -> Value {
    let mut entry = whole();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    entry.pointer_mut(parent).unwrap()[name] = value;
    entry
}

fn without(pointer: &str) -> Value {
    let mut entry = whole();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    entry.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
    entry
}

#[test]
fn the_least_that_a_worker_takes_breaks_nothing() {
    let opened = open(whole().to_string().as_bytes(), "celery");
    assert!(opened.breaches.is_empty());
    let message = opened.message.unwrap();
    assert_eq!(message.contents.value().unwrap(), "[[1],{},{}]");
    for (key, value) in [("task", "t"), ("id", "i"), ("routing_key", "celery"), ("queue", "celery")] {
        assert_eq!(message.metadata[key], value, "{key}");
    }
}

#[test]
fn what_a_worker_takes_as_well_breaks_nothing() {
    for (pointer, value) in [
        ("/content-encoding", json!("binary")),
        ("/headers/more", json!(1)),
        ("/headers/id", json!("no UUID")),
        ("/properties/delivery_tag", json!(7)),
        ("/properties/delivery_info/exchange", json!(null)),
        ("/body", json!(STANDARD.encode("[[],{\"a\":1},null]"))),
    ] {
        assert_eq!(ids(&with(pointer, value)), Vec::<&str>::new(), "{pointer}");
    }
    let mut plain = with("/body", json!("[[1],{},{}]"));
    for encoding in [json!("UTF-8"), json!(null)] {
        plain["properties"]["body_encoding"] = encoding;
        assert_eq!(ids(&plain), Vec::<&str>::new());
    }
}

#[test]
fn protocol_1_is_read_and_remarked() {
    let body = json!({"task": "t", "id": "i", "args": [1], "kwargs": {"a": 2}});
    let entry = with("/body", json!(STANDARD.encode(body.to_string())));
    for headers in [json!({}), json!({"task": "t", "id": "i"})] {
        let mut entry = entry.clone();
        entry["headers"] = headers;
        let opened = open(entry.to_string().as_bytes(), "celery");
        assert_eq!(ids(&entry), ["protocol-1"]);
        let message = opened.message.unwrap();
        assert_eq!(message.contents.value().unwrap(), r#"[[1],{"a":2},{}]"#);
        assert_eq!((&message.metadata["task"], &message.metadata["id"]), (&json!("t"), &json!("i")));
        assert!(!message.metadata.contains_key("args"));
    }
}

#[test]
fn every_rule_is_broken_by_an_entry_and_by_that_alone() {
    let base64 = |text: &str| json!(STANDARD.encode(text));
    let cases = [
        ("properties-missing", without("/properties")),
        ("delivery-info-missing", without("/properties/delivery_info")),
        ("exchange-missing", without("/properties/delivery_info/exchange")),
        ("routing-key-missing", without("/properties/delivery_info/routing_key")),
        ("delivery-tag-missing", without("/properties/delivery_tag")),
        ("content-type-missing", without("/content-type")),
        ("content-type-refused", with("/content-type", json!("application/x-python-serialize"))),
        ("headers-missing", without("/headers")),
        ("task-missing", without("/headers/task")),
        ("task-not-text", with("/headers/task", json!(7))),
        ("id-missing", without("/headers/id")),
        ("id-not-text", with("/headers/id", json!(null))),
        ("body-encoding-unknown", with("/properties/body_encoding", json!("zip"))),
        ("body-missing", without("/body")),
        ("body-not-text", with("/body", json!(7))),
        ("body-not-base64", with("/body", json!("%"))),
        ("body-not-json", with("/body", base64("x"))),
        ("body-arity", with("/body", base64("[[],{}]"))),
        ("protocol-1", with("/body", base64(r#"{"args":[],"task":"t","id":"i"}"#))),
        ("args-not-list", with("/body", base64(r#"["abc",{},{}]"#))),
        ("kwargs-not-object", with("/body", base64("[[],null,{}]"))),
        ("embed-not-object", with("/body", base64("[[],{},7]"))),
    ];
    for (id, mut entry) in cases.clone() {
        if id == "properties-missing" {
            // Without its encoding, the body is read as it stands.
            entry["body"] = json!("[[1],{},{}]");
        }
        assert_eq!(ids(&entry), [id], "{entry}");
    }
    let rules: Vec<_> = rules::all().map(|it| it.breach.id.rsplit('.').next().unwrap()).collect();
    assert_eq!(rules, cases.map(|(id, _)| id), "every rule has a case");
    assert_eq!(ids(&json!([])), ["not-object"]);
    assert_eq!(open(b"\xff", "celery").breaches[0].0, &NOT_JSON);
}

#[test]
fn what_stands_there_instead_is_shown() {
    let opened = open(with("/body", json!(STANDARD.encode("[[],{}]"))).to_string().as_bytes(), "celery");
    assert_eq!(opened.breaches[0].1, json!([[], {}]));
    let opened = open(with("/content-type", json!("text/plain")).to_string().as_bytes(), "celery");
    assert_eq!(opened.breaches[0].1, json!("text/plain"));
}
