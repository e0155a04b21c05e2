//! Messages in a pact: beside HTTP, in one deterministic file, which Pact's own crates read back.

mod orders;

use std::collections::HashMap;

use countersign_consumer::prelude::*;
use countersign_consumer::{
    CollectError, CollisionKind, Fragment, Message, NamedTest, PactNames, PactTest, Suite,
    SyncMessageBuilder, fresh_uuid, from_state,
};
use orders::get;
use pact_matching::generators::apply_generators_to_sync_message;
use pact_matching::{match_message, match_sync_message_request, match_sync_message_response};
use pact_models::bodies::OptionalBody;
use pact_models::content_types::JSON;
use pact_models::generators::GeneratorTestMode;
use pact_models::interaction::Interaction;
use pact_models::pact::{Pact, load_pact_from_json};
use pact_models::v4::message_parts::MessageContents;
use serde_json::{Value, json};

const HTTP: NamedTest = NamedTest { name: "http", run: |pact| Box::pin(http(pact)) };
const TOLD: NamedTest = NamedTest { name: "told", run: |pact| Box::pin(told(pact)) };
const ASKED: NamedTest = NamedTest { name: "asked", run: |pact| Box::pin(asked(pact, "a price", 1)) };

async fn http(pact: PactTest) -> Fragment {
    pact.interaction("a list of orders", |mut i| {
        i.request.path("/orders");
        i
    })
    .exercise(|url| async move {
        get(&url, "/orders", &[]).await;
    })
    .await
}

async fn told(pact: PactTest) -> Fragment {
    pact.message("an order was paid", |order| {
        order.given_with_params("an order is paid", &json!({"id": 42, "by": "post", "at": [1, 2]}));
        order.transport("celery-redis");
        order.message.json(json_pattern!({"id": integer(42), "lines": list_of(like!("A"))}));
        order.message.metadata("x-attempt.no", integer(1)).metadata("topic", not_empty("paid"));
    })
    .receive(|order| async move { assert_eq!(order.metadata["topic"], "paid") })
    .await
}

fn price(builder: &mut SyncMessageBuilder, order: i64) {
    builder.given_with_params("an order exists", &json!({"id": 42})).given("prices are known");
    builder.request.json(json_pattern!({"order": integer(order)})).generate("$.order", from_state("${id}"));
    builder.request.metadata("id", term!("^[0-9a-f-]{4,}$", "7f1b")).generate_metadata("id", fresh_uuid());
    builder.reply(|reply| {
        reply.json(json_pattern!({"cents": integer(1250)})).metadata("part", integer(1));
    });
}

async fn asked(pact: PactTest, description: &'static str, order: i64) -> Fragment {
    pact.sync_message(description, |builder| price(builder, order))
        .exercise(|provider| async move {
            let metadata = [("id", "93ac"), ("contentType", "application/json")];
            let metadata = metadata.map(|(key, value)| (key.to_owned(), json!(value))).into();
            provider.answer(Message { contents: br#"{"order": 7}"#.to_vec(), metadata }).await;
        })
        .await
}

fn names() -> PactNames {
    PactNames::new("web", "orders").expect("they are names")
}

fn suite(tests: &[NamedTest]) -> Suite {
    Suite::new(names(), ".", tests)
}

/// The pact as Pact's own crates read it.
fn read_back(tests: &[NamedTest]) -> Box<dyn Pact + Send + Sync + std::panic::RefUnwindSafe> {
    let bytes = suite(tests).generate().expect("the tests keep it");
    let json = serde_json::from_slice(&bytes).expect("a pact is JSON");
    load_pact_from_json("web-orders.json", &json).expect("Pact reads it")
}

fn contents(content: &Value, metadata: &[(&str, Value)]) -> MessageContents {
    let metadata: HashMap<String, Value> =
        metadata.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let contents = OptionalBody::Present(content.to_string().into(), Some(JSON.clone()), None);
    MessageContents { contents, metadata, ..MessageContents::default() }
}

#[test]
fn the_order_of_tests_does_not_change_a_byte() {
    let there = suite(&[HTTP, TOLD, ASKED]).generate().expect("it is kept");
    let back = suite(&[ASKED, TOLD, HTTP]).generate().expect("it is kept");
    assert_eq!(String::from_utf8(there.clone()), String::from_utf8(back));
    let pact: Value = serde_json::from_slice(&there).expect("a pact is JSON");
    let of = |member: &str| {
        let interactions = pact["interactions"].as_array().expect("a list").iter();
        interactions.map(|one| one[member].as_str().unwrap_or("none").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of("description"), ["a list of orders", "a price", "an order was paid"]);
    assert_eq!(of("type"), ["Synchronous/HTTP", "Synchronous/Messages", "Asynchronous/Messages"]);
    assert_eq!(of("transport"), ["none", "none", "celery-redis"]);
    assert_eq!(pact["interactions"][2]["comments"]["testname"], "told");
}

#[test]
fn the_same_question_in_the_same_states_collides() {
    let other = NamedTest { name: "other", run: |pact| Box::pin(asked(pact, "that price again", 1)) };
    let twin = NamedTest { name: "twin", run: |pact| Box::pin(asked(pact, "a price", 2)) };
    for (second, kind) in
        [(other, CollisionKind::RequestAndStates), (twin, CollisionKind::DescriptionAndStates)]
    {
        match suite(&[ASKED, second]).generate() {
            Err(CollectError::Collision { collision, .. }) => assert_eq!(collision.kind, kind),
            other => panic!("not a collision: {other:?}"),
        }
    }
}

#[tokio::test]
async fn every_rule_of_a_message_survives_the_file() {
    let pact = tokio::task::spawn_blocking(|| read_back(&[TOLD])).await.expect("it is read");
    let expected = pact.interactions().remove(0);
    let message = expected.as_v4_async_message().expect("it is a message");
    assert_eq!(message.transport.as_deref(), Some("celery-redis"));
    let good = json!({"id": 7, "lines": ["B", "C"]});
    for (content, attempt, topic, kept) in [
        (good.clone(), json!(3), "settled", true),
        (good.clone(), json!("3"), "settled", false),
        (good.clone(), json!(3), "", false),
        (json!({"id": "7", "lines": ["B"]}), json!(3), "settled", false),
        (json!({"id": 7, "lines": [7]}), json!(3), "settled", false),
    ] {
        let mut actual = message.clone();
        let metadata =
            [("x-attempt.no", attempt), ("topic", json!(topic)), ("contentType", json!("application/json"))];
        actual.contents = contents(&content, &metadata);
        let mismatches = match_message(&expected, &actual.boxed(), &pact).await;
        assert_eq!(mismatches.is_empty(), kept, "{content} {metadata:?}: {mismatches:?}");
    }
}

#[tokio::test]
async fn every_rule_and_generator_of_an_exchange_survives_the_file() {
    let pact = tokio::task::spawn_blocking(|| read_back(&[ASKED])).await.expect("it is read");
    let expected = pact.interactions().remove(0).as_v4_sync_message().expect("it is an exchange");
    let json_type = || ("contentType", json!("application/json"));
    for (order, id, kept) in [(json!(7), "93ac", true), (json!("7"), "93ac", false), (json!(7), "no", false)]
    {
        let mut actual = expected.clone();
        actual.request = contents(&json!({ "order": order }), &[("id", json!(id)), json_type()]);
        let mismatches = match_sync_message_request(&expected, &actual, &pact).await;
        assert_eq!(mismatches.is_empty(), kept, "{order} {id}: {mismatches:?}");
    }
    for (cents, part, kept) in
        [(json!(9), json!(2), true), (json!(null), json!(2), false), (json!(9), json!("b"), false)]
    {
        let reply = contents(&json!({ "cents": cents }), &[("part", part.clone()), json_type()]);
        let mismatches = match_sync_message_response(&expected, &expected.response, &[reply], &pact).await;
        assert_eq!(mismatches.is_empty(), kept, "{cents} {part}: {mismatches:?}");
    }

    let states = HashMap::from([("id", json!(99))]);
    let (plugins, data) = (Vec::new(), HashMap::new());
    let (request, _) =
        apply_generators_to_sync_message(&expected, &GeneratorTestMode::Provider, &states, &plugins, &data)
            .await;
    let generated: Value =
        serde_json::from_slice(&request.contents.value().expect("it has contents")).expect("it is JSON");
    assert_eq!(generated, json!({"order": 99}));
    assert_eq!(request.metadata["id"].as_str().map(str::len), Some(36), "{:?}", request.metadata);
}
