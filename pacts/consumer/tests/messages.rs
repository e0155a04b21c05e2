//! What a test is told when its consumer does not keep a message of the pact.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod panics;

use countersign_consumer::prelude::*;
use countersign_consumer::{Exchanges, Message, PactNames, PactTest, Provider};
use panics::panic_of;
use serde_json::{Value, json};

fn test() -> PactTest {
    PactTest::new(PactNames::new("web", "orders").unwrap(), "the_test")
}

/// The consumer asks for a price and is told twice.
fn a_price() -> Exchanges {
    test().sync_message("the price of an order is asked for", |price| {
        price.request.json(json_pattern!({"order": integer(42)}));
        price.request.metadata("id", term!("^[a-z]+$", "abc")).metadata("queue", "prices");
        price.reply(|reply| {
            reply.json(json_pattern!({"state": "thinking"})).metadata("part", integer(1));
        });
        price.reply(|reply| {
            reply.json(json_pattern!({"cents": integer(1250)})).metadata("part", integer(2));
        });
    })
}

fn message(contents: &Value, metadata: &Value) -> Message {
    let mut metadata: std::collections::BTreeMap<String, Value> =
        metadata.as_object().unwrap().clone().into_iter().collect();
    metadata.insert("contentType".to_owned(), json!("application/json"));
    Message { contents: contents.to_string().into_bytes(), metadata }
}

async fn sent(provider: Provider, contents: Value, metadata: Value) -> Vec<Message> {
    provider.answer(message(&contents, &metadata)).await
}

#[tokio::test]
async fn a_message_is_handed_over_with_its_metadata() {
    let fragment = test()
        .message("an order was paid", |order| {
            order.message.json(json_pattern!({"id": integer(42)}));
            order.message.metadata("topic", one_of(&["paid", "settled"], "paid"));
            order.message.metadata("attempt", integer(1));
        })
        .receive(|order| async move {
            assert_eq!(order, message(&json!({"id": 42}), &json!({"topic": "paid", "attempt": 1})));
        })
        .await;
    assert_eq!(fragment.len(), 1);
}

#[tokio::test]
async fn a_consumer_that_cannot_read_the_message_fails_in_its_own_words() {
    let order = test().message("an order was paid", |order| {
        order.message.json(json_pattern!({"id": integer(42)}));
    });
    let text = panic_of(order.receive(|_| async { panic!("the id is no text") })).await;
    assert_eq!(text, "the id is no text");
}

#[tokio::test]
async fn what_the_rules_take_is_answered_with_every_reply() {
    let fragment = a_price()
        .exercise(|provider| async move {
            let replies = sent(provider, json!({"order": 7}), json!({"id": "xyz", "queue": "prices"})).await;
            let expected = [
                message(&json!({"state": "thinking"}), &json!({"part": 1})),
                message(&json!({"cents": 1250}), &json!({"part": 2})),
            ];
            assert_eq!(replies, expected);
        })
        .await;
    assert_eq!(fragment.len(), 1);
}

#[tokio::test]
async fn what_differs_is_told_in_short_lines() {
    for (contents, metadata, expected) in [
        (json!({"order": "7"}), json!({"id": "abc", "queue": "prices"}), "$.order"),
        (json!({"order": 7}), json!({"id": "ABC", "queue": "prices"}), "'id'"),
        (json!({"order": 7}), json!({"id": "abc", "queue": "orders"}), "'queue'"),
        (json!({"order": 7}), json!({"id": "abc"}), "'queue' but was missing"),
        (json!([]), json!({"id": "abc", "queue": "prices"}), "$"),
    ] {
        let asking = a_price().exercise(|provider| async move {
            sent(provider, contents, metadata).await;
        });
        let text = panic_of(asking).await;
        assert!(text.contains("\"the price of an order is asked for\" (pact web-orders, test the_test)"));
        assert!(text.contains(expected) && text.lines().count() < 5, "{text}");
    }
}

#[tokio::test]
async fn another_type_of_contents_is_told() {
    let asking = a_price().exercise(|provider| async move {
        let mut asked = message(&json!({"order": 7}), &json!({"id": "abc", "queue": "prices"}));
        asked.metadata.insert("contentType".to_owned(), json!("text/plain"));
        provider.answer(asked).await;
    });
    let text = panic_of(asking).await;
    assert!(text.contains("application/json") && text.contains("text/plain"), "{text}");
}

#[tokio::test]
async fn a_message_that_was_never_sent_is_named_before_the_consumers_own_failure() {
    let text = panic_of(a_price().exercise(|_| async { panic!("the queue is gone") })).await;
    let [missing, own] = ["stands in the pact, but was never sent", "the queue is gone"]
        .map(|part| text.find(part).unwrap_or_else(|| panic!("{part:?} is not in {text}")));
    assert!(missing < own, "{text}");
}

#[tokio::test]
async fn a_consumer_in_a_task_of_its_own_cannot_hide_what_differs() {
    let asking = a_price().exercise(|provider| async move {
        let task = tokio::spawn(sent(provider, json!({"order": null}), json!({"id": "abc"})));
        assert!(task.await.is_err());
    });
    assert!(panic_of(asking).await.contains("$.order"));
}

#[tokio::test]
async fn one_good_message_does_not_hide_a_bad_one() {
    let asking = a_price().exercise(|provider| async move {
        sent(provider.clone(), json!({"order": 7}), json!({"id": "abc", "queue": "prices"})).await;
        sent(provider, json!({}), json!({"id": "abc", "queue": "prices"})).await;
    });
    assert!(panic_of(asking).await.contains("order"));
}

#[tokio::test]
async fn an_example_that_breaks_its_own_rules_is_refused_wherever_it_stands() {
    let broken = || json_pattern!({"note": term!("^[0-9]+$", "seven")});
    let receiving = test().message("m", |it| {
        it.message.json(broken());
    });
    let asking = test().sync_message("m", |it| {
        it.request.json(broken());
    });
    let asking_late = test().sync_message("m", |it| {
        it.request.json(json_pattern!({}));
        it.reply(|reply| {
            reply.json(json_pattern!({}));
        });
        it.reply(|reply| {
            reply.json(json_pattern!({})).metadata("part", term!("^[0-9]+$", "seven"));
        });
    });
    for (text, place) in [
        (panic_of(receiving.receive(|_| async { panic!("it was started") })).await, "message: $.note"),
        (panic_of(asking.exercise(|_| async { panic!("it was started") })).await, "request: $.note"),
        (panic_of(asking_late.exercise(|_| async { panic!("it was started") })).await, "reply 2: "),
    ] {
        assert!(text.contains("its own example breaks its own rules") && text.contains(place), "{text}");
    }
}

#[tokio::test]
#[should_panic(expected = "no rules for parts of a value")]
async fn a_rule_for_a_part_of_metadata_is_refused() {
    let _ = test().message("m", |it| {
        it.message.metadata("delivery_info", json_pattern!({"exchange": like!("")}));
    });
}

#[tokio::test]
#[should_panic(expected = "failed to read the path")]
async fn a_generator_for_no_path_is_refused() {
    let _ = test().message("m", |it| {
        it.message.generate("$[", countersign_consumer::fresh_uuid());
    });
}

#[tokio::test]
async fn a_message_without_contents_or_replies_is_a_message() {
    let told = test()
        .sync_message("nobody answers", |it| {
            it.request.metadata("queue", "prices");
        })
        .exercise(|provider| async move {
            let sent =
                Message { metadata: [("queue".to_owned(), json!("prices"))].into(), ..Message::default() };
            assert!(provider.answer(sent).await.is_empty());
        })
        .await;
    assert_eq!(told.len(), 1);
}
