//! What a test is told when its client does not keep the pact.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod orders;
mod panics;

use countersign_consumer::prelude::*;
use countersign_consumer::{Interactions, PactNames, PactTest};
use orders::get;
use panics::panic_of;
use serde_json::Value;

fn test() -> PactTest {
    PactTest::new(PactNames::new("web", "orders").unwrap(), "the_test")
}

fn one_order() -> Interactions {
    test().interaction("a request for an order", |mut i| {
        i.request.path("/orders/1").query_param("include", "lines").header("accept-language", "en");
        i.response.json_body(json_pattern!({"id": integer(1)}));
        i
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_interaction_is_a_fragment() {
    let fragment = one_order()
        .exercise(|url| async move {
            let answer = get(&url, "/orders/1?include=lines", &[("accept-language", "en")]).await;
            assert_eq!(answer.json::<Value>().await.unwrap()["id"], 1);
        })
        .await;
    assert_eq!(fragment.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_different_request_is_told_in_short_lines() {
    let text = panic_of(one_order().exercise(|url| async move {
        get(&url, "/orders/1?include=notes", &[("accept-language", "fr")]).await;
    }))
    .await;
    assert!(text.contains("\"a request for an order\" (pact web-orders, test the_test)"), "{text}");
    assert!(text.contains("- GET /orders/1: ") && text.contains("'notes'"), "{text}");
    assert!(text.contains("accept-language"), "{text}");
    assert!(text.lines().count() < 8, "{text}");
    assert!(!text.contains("MatchingRules"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mock_providers_view_comes_before_the_clients_own_failure() {
    let text = panic_of(one_order().exercise(|url| async move {
        let status = get(&url, "/orders/2", &[]).await.status();
        assert_eq!(status, 200, "the client could not read the order");
    }))
    .await;
    let [sent, missing, client] = [
        "GET /orders/2: was sent, but no interaction has this method and path",
        "GET /orders/1: stands in the pact, but was never sent",
        "the client could not read the order",
    ]
    .map(|part| text.find(part).unwrap_or_else(|| panic!("{part:?} is not in {text}")));
    assert!(missing < client && sent < client, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interaction_that_was_never_called_is_named() {
    let text = panic_of(one_order().exercise(|_| async {})).await;
    assert!(text.contains("GET /orders/1: stands in the pact, but was never sent"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clients_own_panic_stays_as_it_was() {
    let text = panic_of(one_order().exercise(|url| async move {
        get(&url, "/orders/1?include=lines", &[("accept-language", "en")]).await;
        panic!("the total is wrong");
    }))
    .await;
    assert_eq!(text, "the total is wrong");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_identical_requests_are_refused_before_anything_is_sent() {
    let twins = one_order().interaction("the same again, in another state", |mut i| {
        i.given("the order is paid");
        i.request.path("/orders/1").query_param("include", "lines").header("accept-language", "en");
        i
    });
    let text = panic_of(twins.exercise(|_| async { panic!("the client was started") })).await;
    assert!(text.contains("exercise them in two tests"), "{text}");
    assert!(text.contains("\"the same again, in another state\""), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_query_parameters_are_judged_one_by_one() {
    let tagged = || {
        test().interaction("orders by tag", |mut i| {
            i.request.path("/orders").query_values("tag", one_of(&["new", "paid"], "new"));
            i
        })
    };
    let kept = tagged()
        .exercise(|url| async move {
            get(&url, "/orders?tag=paid&tag=new", &[]).await;
        })
        .await;
    assert_eq!(kept.len(), 1);
    let text = panic_of(tagged().exercise(|url| async move {
        get(&url, "/orders?tag=paid&tag=lost", &[]).await;
    }))
    .await;
    assert!(text.contains("lost"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_breaks_its_own_rules_is_refused_before_a_provider_has_to() {
    for pattern in [term!("(?s)^.*$", "a"), term!("^[0-9]+$", "seven")] {
        let broken = test().interaction("an order nobody can answer", |mut i| {
            i.request.path("/orders/1");
            i.response.json_body(json_pattern!({"note": pattern}));
            i
        });
        let text = panic_of(broken.exercise(|_| async { panic!("the client was started") })).await;
        assert!(
            text.contains("its own example breaks its own rules") && text.contains("response: $.note"),
            "{text}"
        );
    }
}
