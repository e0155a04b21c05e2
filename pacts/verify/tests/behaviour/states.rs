//! Provider states: what is called, in which order, and what becomes of a handler that fails.

use std::sync::{Arc, Mutex};

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use countersign_verify::{Cause, Outcome, Settings, Target};
use serde_json::{Value, json};

use crate::pacts::{self, given, pact};
use crate::provider::{Provider, replay};

type Calls = Arc<Mutex<Vec<String>>>;

/// Knows `a show exists`, which it gives the id 7, and `signed in`; fails at `broken` with a 500.
async fn provider() -> (Provider, Calls) {
    let calls = Calls::default();
    let seen = Arc::clone(&calls);
    let change = async move |Json(body): Json<Value>| {
        seen.lock().unwrap().push(format!("{} {} {}", body["action"], body["state"], body["params"]));
        match body["state"].as_str() {
            Some("a show exists") => (StatusCode::OK, Json(json!({ "id": 7 }))),
            Some("signed in") => (StatusCode::OK, Json(json!({ "user": "ui" }))),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": "no such table: shows" }))),
        }
    };
    let show = async |Path(id): Path<String>| if id == "7" { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let router = Router::new().route("/states", post(change)).route("/shows/{id}", get(show));
    (Provider::start(router).await, calls)
}

fn calls_of(calls: &Calls) -> Vec<String> {
    calls.lock().unwrap().clone()
}

/// `GET /shows/1`, of which the 1 is a value of the state.
fn show(description: &str) -> Value {
    let mut interaction = pacts::get(description, "/shows/1", 200);
    interaction["request"]["generators"] =
        json!({ "path": { "type": "ProviderState", "expression": "/shows/${id}" } });
    interaction
}

#[tokio::test]
async fn states_are_set_up_in_order_their_values_used_and_put_back() {
    let (provider, calls) = provider().await;
    let interaction = given(show("a show"), "signed in", &json!({ "role": "reader" }));
    let interaction = given(interaction, "a show exists", &json!({ "id": 1 }));
    let found = replay(&pact(&[interaction]), &provider.target_with_states(), &Settings::default()).await;
    assert!(matches!(&found.interactions[0].outcome, Outcome::Kept { remarks } if remarks.is_empty()));
    assert_eq!(found.interactions[0].provider_states, ["signed in", "a show exists"]);
    assert_eq!(
        calls_of(&calls),
        [
            r#""setup" "signed in" {"role":"reader"}"#,
            r#""setup" "a show exists" {"id":1}"#,
            r#""teardown" "signed in" {"role":"reader"}"#,
            r#""teardown" "a show exists" {"id":1}"#,
        ]
    );
    let asked = provider.requests().into_iter().find(|request| request.starts_with("GET"));
    assert_eq!(asked.as_deref(), Some("GET /shows/7"), "the handler's value wins over the parameter");
}

#[tokio::test]
async fn an_interaction_without_states_calls_no_handler() {
    let (provider, calls) = provider().await;
    let pact = pact(&[pacts::get("a show", "/shows/7", 200)]);
    replay(&pact, &provider.target_with_states(), &Settings::default()).await;
    assert!(calls_of(&calls).is_empty());
}

#[tokio::test]
async fn a_failing_handler_is_asked_once_and_its_words_are_kept() {
    let (provider, calls) = provider().await;
    let interaction = given(show("a show"), "signed in", &json!({}));
    let interaction = given(interaction, "broken", &json!({}));
    let found = replay(&pact(&[interaction]), &provider.target_with_states(), &Settings::default()).await;
    let Outcome::Unknown(cause @ Cause::State { .. }) = &found.interactions[0].outcome else {
        panic!("{:?}", found.interactions[0].outcome);
    };
    let text = cause.to_string();
    for part in ["broken", "500", "no such table: shows"] {
        assert!(text.contains(part), "{text}");
    }
    // What stood is put back; what never stood is not; nothing was asked of the provider.
    assert_eq!(
        calls_of(&calls),
        [r#""setup" "signed in" {}"#, r#""setup" "broken" {}"#, r#""teardown" "signed in" {}"#]
    );
    assert!(!provider.requests().iter().any(|request| request.starts_with("GET")));
    assert!(found.interactions[0].exchange.is_none());
}

#[tokio::test]
async fn states_are_put_back_when_there_is_no_answer() {
    let (provider, calls) = provider().await;
    let interaction = given(pacts::get("a show", "/shows/7", 200), "signed in", &json!({}));
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = crate::provider::url_of(&nobody);
    drop(nobody);
    let target = Target { url: Some(url), ..provider.target_with_states() };
    let found = replay(&pact(&[interaction]), &target, &Settings::default()).await;
    assert!(matches!(found.interactions[0].outcome, Outcome::Unknown(Cause::NoAnswer(_))));
    assert_eq!(calls_of(&calls), [r#""setup" "signed in" {}"#, r#""teardown" "signed in" {}"#]);
}

#[tokio::test]
async fn a_handler_that_is_not_there_leaves_the_interaction_unknown() {
    let (provider, _) = provider().await;
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let states = Some(crate::provider::url_of(&nobody));
    drop(nobody);
    let interaction = given(pacts::get("a show", "/shows/7", 200), "signed in", &json!({}));
    let target = Target { states, ..provider.target() };
    let found = replay(&pact(&[interaction]), &target, &Settings::default()).await;
    let Outcome::Unknown(Cause::State { state, cause }) = &found.interactions[0].outcome else { panic!() };
    assert!(state == "signed in" && cause.contains("refused"), "{cause}");
    assert!(provider.requests().is_empty());
}

#[tokio::test]
async fn a_teardown_that_fails_is_remarked_and_breaks_nothing() {
    let change = async |Json(body): Json<Value>| match body["action"].as_str() {
        Some("setup") => StatusCode::NO_CONTENT,
        _ => StatusCode::BAD_GATEWAY,
    };
    let router = Router::new().route("/states", post(change)).route("/", get(async || "ok"));
    let provider = Provider::start(router).await;
    let interaction = given(pacts::get("root", "/", 200), "anything", &json!({}));
    let found = replay(&pact(&[interaction]), &provider.target_with_states(), &Settings::default()).await;
    let Outcome::Kept { remarks } = &found.interactions[0].outcome else { panic!() };
    assert_eq!(remarks[0].id, "pact.state.teardown-failed");
    assert!(remarks[0].message.contains("502"), "{}", remarks[0].message);
}

#[tokio::test]
async fn without_a_handler_the_interaction_runs_and_says_that_its_state_was_skipped() {
    let (provider, _) = provider().await;
    let interaction = given(pacts::get("a show", "/shows/7", 200), "a show exists", &json!({}));
    let found = replay(&pact(&[interaction]), &provider.target(), &Settings::default()).await;
    let Outcome::Kept { remarks } = &found.interactions[0].outcome else { panic!() };
    assert_eq!((remarks[0].id, remarks.len()), ("pact.state.skipped", 1));
    assert!(remarks[0].message.contains("a show exists"));
}

#[tokio::test]
async fn a_pending_interaction_whose_state_is_not_there_yet_breaks_nothing() {
    let (provider, _) = provider().await;
    let mut interaction = given(show("a show"), "broken", &json!({}));
    interaction["pending"] = json!(true);
    let found = replay(&pact(&[interaction]), &provider.target_with_states(), &Settings::default()).await;
    let Outcome::Kept { remarks } = &found.interactions[0].outcome else { panic!() };
    assert_eq!(remarks[0].id, "pact.state.failed");
    assert!(remarks[0].hint.as_deref().unwrap().contains("pending"));
}

#[tokio::test]
async fn what_only_reads_can_be_run_alone() {
    let (provider, calls) = provider().await;
    let mut deletion = pacts::get("a deletion", "/shows/7", 200);
    deletion["request"]["method"] = json!("DELETE");
    let pact = pact(&[pacts::get("a show", "/shows/7", 200), deletion]);
    let settings = Settings { only_safe: true, ..Settings::default() };
    let found = replay(&pact, &provider.target_with_states(), &settings).await;
    let ran: Vec<&str> = found.interactions.iter().map(|result| &*result.description).collect();
    assert_eq!((ran, provider.requests().len(), calls_of(&calls).len()), (vec!["a show"], 1, 0));
}
