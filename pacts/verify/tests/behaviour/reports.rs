//! What a result says: places, values, words; and what never counts as verified.

use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::routing::get;
use axum::{Json, Router};
use countersign_openapi::Severity;
use countersign_verify::{Cause, Event, Failure, Outcome, Settings, VerifyError, verify};
use serde_json::{Value, json};

use crate::pacts::{self, expecting, pact};
use crate::provider::{Provider, replay};

async fn answering(body: Value) -> Provider {
    Provider::start(Router::new().route("/", get(async move || Json(body.clone())))).await
}

async fn failures(interaction: Value, answer: Value) -> Vec<Failure> {
    let provider = answering(answer).await;
    let found = replay(&pact(&[interaction]), &provider.target(), &Settings::default()).await;
    match &found.interactions[0].outcome {
        Outcome::Broken(broken) => broken.failures.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_body_failure_names_pact_answer_and_both_values() {
    let expected = json!({ "items": [{ "id": 1, "name": "a", "a/b": true }] });
    let rules = json!({ "$.items": { "matchers": [{ "match": "type" }] },
                        "$.items[0].id": { "matchers": [{ "match": "integer" }] } });
    let interaction = expecting(pacts::get("items", "/", 200), &expected, &rules);
    let found = failures(interaction, json!({ "items": [{ "id": "1", "name": 7 }] })).await;
    let shown: Vec<_> = found
        .iter()
        .map(|failure| {
            (
                failure.location.pointer.as_str(),
                failure.instance.as_ref().unwrap().as_str(),
                failure.expected.clone(),
                failure.actual.clone(),
            )
        })
        .collect();
    let content = "/interactions/0/response/body/content";
    assert_eq!(
        shown,
        [
            (format!("{content}/items/0/a~1b").as_str(), "/items/0/a~1b", json!(true), Value::Null),
            (format!("{content}/items/0/id").as_str(), "/items/0/id", json!(1), json!("1")),
            (format!("{content}/items/0/name").as_str(), "/items/0/name", json!("a"), json!(7)),
        ]
    );
    for failure in &found {
        assert_eq!((failure.id, failure.severity), ("pact.response.body", Severity::Error));
        assert!(failure.location.line.is_some_and(|line| line > 1), "{failure:?}");
        assert!(failure.message.starts_with('"'), "{}", failure.message);
    }
    assert!(found[0].message.contains(r#"has no "a/b""#), "{}", found[0].message);
}

#[tokio::test]
async fn what_goes_by_the_name_of_a_secret_is_not_shown() {
    let expected = json!({ "access_token": "example-token", "user": { "password": "example-word" } });
    let interaction = expecting(pacts::get("sign in", "/", 200), &expected, &json!({}));
    let found = failures(interaction, json!({ "access_token": "live-token", "user": {} })).await;
    assert_eq!(found.len(), 2);
    let shown = format!("{found:?}");
    for secret in ["example-token", "example-word", "live-token"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn another_status_shows_the_body_that_explains_it() {
    let broken = async || (StatusCode::INTERNAL_SERVER_ERROR, "no such table").into_response();
    let provider = Provider::start(Router::new().route("/", get(broken))).await;
    let pact = pact(&[pacts::get("root", "/", 200)]);
    let found = replay(&pact, &provider.target(), &Settings::default()).await;
    let Outcome::Broken(broken) = &found.interactions[0].outcome else { panic!() };
    assert_eq!(broken.verdict, None, "there is no document to judge by");
    let failure = &broken.failures[0];
    assert_eq!((failure.id, &failure.actual), ("pact.response.status", &json!(500)));
    assert!(failure.hint.as_deref().unwrap().contains("no such table"));
}

#[tokio::test]
async fn headers_and_media_types_have_failures_of_their_own() {
    let mut interaction = pacts::get("text", "/", 200);
    interaction["response"]["headers"] = json!({ "X-Page": ["2"], "Content-Type": ["text/plain"] });
    interaction["response"]["body"] =
        json!({ "content": "a", "contentType": "text/plain", "encoded": false });
    let found = failures(interaction, json!({})).await;
    let ids: Vec<_> = found.iter().map(|failure| failure.id).collect();
    assert_eq!(ids, ["pact.response.body-type", "pact.response.header", "pact.response.header"]);
    assert_eq!(found[2].location.pointer.as_str(), "/interactions/0/response/headers/X-Page");
    assert_eq!((&found[2].expected, &found[2].actual), (&json!("2"), &Value::Null));
}

#[tokio::test]
async fn the_same_answer_gives_the_same_list_every_time() {
    let expected: serde_json::Map<_, _> = (0..30).map(|number| (format!("m{number}"), json!(1))).collect();
    let interaction = expecting(pacts::get("many", "/", 200), &expected.into(), &json!({}));
    let answer: serde_json::Map<_, _> = (0..30).map(|number| (format!("m{number}"), json!(2))).collect();
    let first = format!("{:?}", failures(interaction.clone(), answer.clone().into()).await);
    assert_eq!(first, format!("{:?}", failures(interaction, answer.into()).await));
}

#[tokio::test]
async fn pending_interactions_break_nothing_and_say_so() {
    let mut interaction = pacts::get("soon", "/nowhere", 200);
    interaction["pending"] = json!(true);
    let provider = answering(json!({})).await;
    let found = replay(&pact(&[interaction]), &provider.target(), &Settings::default()).await;
    let Outcome::Kept { remarks } = &found.interactions[0].outcome else { panic!() };
    assert!(found.interactions[0].pending);
    assert_eq!((remarks[0].id, remarks[0].severity), ("pact.response.status", Severity::Warning));
    assert!(remarks[0].hint.as_deref().unwrap().contains("pending"));
}

#[tokio::test]
async fn messages_are_listed_and_cannot_be_told_over_http() {
    let message =
        json!({ "type": "Asynchronous/Messages", "description": "paid", "contents": { "content": "" } });
    let pact = pact(&[message, pacts::get("root", "/", 200)]);
    let provider = answering(json!({})).await;
    let found = replay(&pact, &provider.target(), &Settings::default()).await;
    let Outcome::Unknown(cause @ Cause::Transport(_)) = &found.interactions[0].outcome else { panic!() };
    assert!(cause.to_string().starts_with("cannot be replayed: the provider has no transport"), "{cause}");
    assert!(matches!(found.interactions[1].outcome, Outcome::Kept { .. }));
}

#[tokio::test]
async fn nothing_verified_is_never_green() {
    let provider = answering(json!({})).await;
    let quiet = |_: Event<'_>| {};
    let empty = verify(&pact(&[]), &provider.target(), None, &Settings::default(), &quiet).await;
    assert!(matches!(empty, Err(VerifyError::EmptyPact)));
    let one = pact(&[pacts::get("root", "/", 200)]);
    let settings = Settings { filter: Some("leaf".to_owned()), ..Settings::default() };
    let none = verify(&one, &provider.target(), None, &settings, &quiet).await;
    assert!(matches!(none, Err(VerifyError::FilterMatchesNothing(text)) if text == "leaf"));
}

#[tokio::test]
async fn a_filter_chooses_by_description_or_state() {
    let provider = answering(json!({})).await;
    let chosen = pacts::given(pacts::get("b", "/", 200), "a show exists", &json!({}));
    let pact = pact(&[pacts::get("a show", "/", 200), chosen, pacts::get("c", "/", 200)]);
    let settings = Settings { filter: Some("show".to_owned()), ..Settings::default() };
    let found = replay(&pact, &provider.target(), &settings).await;
    let ran: Vec<_> = found.interactions.iter().map(|result| result.description.as_str()).collect();
    assert_eq!(ran, ["a show", "b"]);
}

#[tokio::test]
async fn an_expression_that_backtracks_without_end_fails_alone() {
    let rules = json!({ "$.a": { "matchers": [{ "match": "regex", "regex": "^(a?){40}a{40}(\\1|x)*y$" }] } });
    let interaction = expecting(pacts::get("slow", "/", 200), &json!({ "a": "y" }), &rules);
    let provider = answering(json!({ "a": "a".repeat(60) })).await;
    let pact = pact(&[interaction, pacts::get("root", "/", 200)]);
    let found = replay(&pact, &provider.target(), &Settings::default()).await;
    let Outcome::Unknown(Cause::Unmatched(_)) = &found.interactions[0].outcome else {
        panic!("{:?}", found.interactions[0].outcome);
    };
    assert!(matches!(found.interactions[1].outcome, Outcome::Kept { .. }));
}

#[tokio::test]
async fn a_generator_without_any_value_to_choose_from_fails_alone() {
    let mut interaction = pacts::get("impossible", "/", 200);
    interaction["request"]["query"] = json!({ "n": ["1"] });
    interaction["request"]["generators"] =
        json!({ "query": { "n": { "type": "RandomInt", "min": 9, "max": 1 } } });
    let provider = answering(json!({})).await;
    let pact = pact(&[interaction, pacts::get("root", "/", 200)]);
    let found = replay(&pact, &provider.target(), &Settings::default()).await;
    let Outcome::Unknown(Cause::NoAnswer(reason)) = &found.interactions[0].outcome else {
        panic!("{:?}", found.interactions[0].outcome);
    };
    assert!(reason.contains("cannot be made"), "{reason}");
    assert!(matches!(found.interactions[1].outcome, Outcome::Kept { .. }));
}

#[tokio::test]
async fn a_body_too_few_or_too_many_is_told_in_plain_words() {
    let mut nothing = pacts::get("nothing", "/", 200);
    nothing["response"]["body"] =
        json!({ "content": "", "contentType": "application/json", "encoded": false });
    let found = failures(nothing, json!({ "a": 1 })).await;
    assert_eq!(found[0].message, "the answer has a body where the pact expects none");
    let provider = Provider::start(Router::new().route("/", get(async || ()))).await;
    let something = expecting(pacts::get("something", "/", 200), &json!({ "a": 1 }), &json!({}));
    let found = replay(&pact(&[something]), &provider.target(), &Settings::default()).await;
    let Outcome::Broken(broken) = &found.interactions[0].outcome else { panic!("{found:?}") };
    assert_eq!(broken.failures[0].message, "the answer has no body, and the pact expects one");
}
