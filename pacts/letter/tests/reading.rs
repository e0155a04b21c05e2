//! Pacts that are read one interaction at a time, where things in them stand, and what is refused.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use countersign_letter::{Kind, MAX_BYTES, Pact, PactError};
use countersign_openapi::JsonPointer;
use serde_json::{Value, json};

const PACT: &str = r#"{
  "consumer": { "name": "ui" },
  "provider": { "name": "shop" },
  "interactions": [
    { "description": "a", "request": { "path": "/a" }, "response": {} },
    {
      "description": "b", "providerState": "open",
      "request": { "path": "/b" }, "response": { "status": 200 }
    }
  ],
  "messages": [
    { "description": "paid", "contents": {
      "sum": 7 } }
  ],
  "metadata": { "pactSpecification": { "version": "3.0.0" } }
}"#;

fn read(text: &str) -> Result<Pact, PactError> {
    Pact::from_bytes("ui-shop.json", text.into())
}

fn refusal(pact: &Value) -> String {
    read(&pact.to_string()).unwrap_err().to_string()
}

fn whole() -> Value {
    serde_json::from_str(PACT).unwrap()
}

#[test]
fn the_parties_and_every_interaction_are_read() {
    let pact = read(PACT).unwrap();
    assert_eq!((pact.consumer().as_str(), pact.provider().as_str(), pact.len()), ("ui", "shop", 3));
    let read: Vec<_> = pact.interactions().map(Result::unwrap).collect();
    let told: Vec<_> = read.iter().map(|it| (it.description(), it.kind(), it.position().line)).collect();
    assert_eq!(
        told,
        [("a", &Kind::Http, Some(5)), ("b", &Kind::Http, Some(6)), ("paid", &Kind::Asynchronous, Some(12))]
    );
    assert_eq!(read[1].states()[0].name, "open");
    assert_eq!(read[2].pointer().as_str(), "/messages/0");
    assert_eq!(read[2].json()["contents"], json!({ "sum": 7 }));
}

#[test]
fn a_place_has_its_line_or_that_of_the_nearest_around_it() {
    let pact = read(PACT).unwrap();
    for (asked, found, line) in [
        ("/interactions/1/response/status", "/interactions/1/response/status", 8),
        ("/interactions/1/response/body/a", "/interactions/1/response", 8),
        ("/interactions/1", "/interactions/1", 6),
        ("/messages/0/contents/sum", "/messages/0/contents/sum", 13),
        ("/interactions/9/request", "/interactions", 4),
        ("/provider/name", "/provider/name", 3),
    ] {
        let position = pact.position(&JsonPointer::parse(asked).unwrap());
        assert_eq!((position.pointer.as_str(), position.line), (found, Some(line)), "{asked}");
    }
}

#[test]
fn an_interaction_that_cannot_be_read_leaves_the_others() {
    let mut pact = whole();
    pact["interactions"][0]["description"] = json!(7);
    let pact = read(&serde_json::to_string_pretty(&pact).unwrap()).unwrap();
    let read: Vec<_> = pact.interactions().collect();
    let error = read[0].as_ref().unwrap_err().to_string();
    assert!(error.contains("/interactions/0/description") && error.contains("ui-shop.json:"), "{error}");
    assert!(read[1..].iter().all(Result::is_ok));
}

#[test]
fn what_is_no_pact_is_refused_by_name() {
    let with = |pointer: &str, value: Value| {
        let mut pact = whole();
        *pact.pointer_mut(pointer).unwrap() = value;
        refusal(&pact)
    };
    for name in ["", "../../etc", "a/b", "..", "a\u{0}b"] {
        assert!(with("/consumer/name", json!(name)).contains("its consumer"), "{name:?}");
    }
    assert!(with("/provider", json!({})).contains("/provider"));
    assert!(with("/interactions", json!({})).contains("no array"));
    assert!(with("/metadata/pactSpecification/version", json!("5.0")).contains("\"5.0\""));
    assert!(
        refusal(&json!({ "consumer": { "name": "a" }, "provider": { "name": "b" } })).contains("no \"int")
    );
    assert!(refusal(&json!([])).contains("a pact is a JSON object"));
}

#[test]
fn what_is_not_json_or_without_end_is_refused() {
    assert!(read("{\n  \"consumer\": {,\n").unwrap_err().to_string().starts_with("ui-shop.json:2:16 is not"));
    assert!(read(r#"{"interactions":[],"interactions":[1]}"#).unwrap_err().to_string().contains("twice"));
    assert!(read(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))).is_err());
    let deep = format!("{}{}", "[".repeat(121), "]".repeat(121));
    let pact = PACT.replacen(r#""response": {}"#, &format!(r#""response": {deep}"#), 1);
    let read_all = read(&pact).and_then(|pact| pact.interactions().collect::<Result<Vec<_>, _>>());
    assert!(matches!(read_all, Err(PactError::Unfit(_) | PactError::Malformed { .. })));
    let error = Pact::from_bytes("ui-shop.json", vec![b'{', 0xff]).unwrap_err();
    assert!(matches!(error, PactError::NotUtf8 { offset: 1, .. }), "{error}");
    let spaces = vec![b' '; usize::try_from(MAX_BYTES).unwrap() + 1];
    assert!(matches!(Pact::from_bytes("ui-shop.json", spaces), Err(PactError::TooLarge { .. })));
}
