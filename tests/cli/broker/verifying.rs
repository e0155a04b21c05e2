//! `countersign verify` of what a broker gives out: pending pacts, and results that find no way.

use std::fs;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Shelf;
use crate::foreign::{Foreign, greeter};
use crate::scene::get;

#[test]
fn a_pending_pact_fails_nothing_until_it_was_kept() {
    let shelf = Shelf::start();
    let service = Foreign::serve(greeter());
    shelf.publish("1", &json!(7));
    let told = shelf.verify(&service.url, "7", &["--enable-pending"]);
    told.ended_with(0).says("(pending)").says("this counts once the provider has kept it");
    told.says("This pact is still pending for any").does_not_say("no longer pending");
    // It was told all the same that the pact is not kept.
    let beside = ["can-i-deploy", "-a", "web", "-e", "1", "--and", "pacticipant=greeter,version=7"];
    shelf.run(&beside).ended_with(1).says("no: ");
    shelf.verify(&service.url, "7", &[]).ended_with(1);
}

#[test]
fn a_pact_that_was_kept_once_is_pending_no_longer() {
    let shelf = Shelf::start();
    let service = Foreign::serve(greeter());
    shelf.publish("1", &json!("hello"));
    let told = shelf.verify(&service.url, "7", &["--enable-pending"]);
    told.ended_with(0).says("This pact is no longer pending for any").does_not_say("still pending");
    let changed = Foreign::serve(Router::new());
    let told = shelf.verify(&changed.url, "8", &["--enable-pending"]);
    told.ended_with(1).does_not_say("(pending)");
}

#[test]
fn work_in_progress_is_told_of_from_its_day_on_and_fails_nothing() {
    let shelf = Shelf::start();
    let service = Foreign::serve(greeter());
    shelf.publish("1", &json!("hello"));
    shelf.verify(&service.url, "7", &[]).ended_with(0);
    let interaction = get("a greeting", "/greetings/Ada", &json!({ "greeting": 7 }));
    shelf.scene.pact("web", "greeter", &[interaction]);
    shelf.run(&["publish", "pacts", "--version", "2", "--branch", "feat/number"]).ended_with(0);
    let since = |day: &str| {
        let more = ["--enable-pending", "--include-wip-pacts-since", day];
        shelf.verify(&service.url, "8", &more)
    };
    since("2999-01-01").ended_with(0).says("1 interaction: 1 kept").does_not_say("(work in progress)");
    since("2000-01-01").ended_with(0).says("(work in progress)").says("feat/number");
    since("yesterday").ended_with(2);
}

#[test]
fn a_provider_for_whom_there_is_no_pact_is_not_kept() {
    let shelf = Shelf::start();
    let service = Foreign::serve(greeter());
    shelf.publish("1", &json!("hello"));
    let told = shelf.verify(&service.url, "7", &["--selector", "branch=nobody"]);
    told.ended_with(2).says("the broker has no pact that \"greeter\" has to keep");
}

#[test]
fn what_could_not_be_told_is_not_published() {
    let shelf = Shelf::start();
    shelf.publish("1", &json!("hello"));
    let told = shelf.verify(&Foreign::closing().url, "7", &[]);
    told.ended_with(2).says("web-greeter: not published");
    let beside = ["can-i-deploy", "-a", "web", "-e", "1", "--to-environment", "live"];
    shelf.run(&["environment", "create", "--name", "live"]).ended_with(0);
    shelf.run(&beside).ended_with(2);
}

#[test]
fn results_that_cannot_be_published_fail_the_command_and_are_kept() {
    let shelf = Shelf::start();
    let service = Foreign::serve(greeter());
    shelf.publish("1", &json!("hello"));
    let deaf = Foreign::serve(deaf(&shelf.url));
    let told = shelf.verify(&service.url, "7", &["--broker-url", &deaf.url, "--results-file", "kept.json"]);
    told.ended_with(2)
        .says("1 kept")
        .says("failed to publish the results")
        .says("1 result could not be published; kept in kept.json");
    let kept: Value = serde_json::from_slice(&fs::read(shelf.scene.path("kept.json")).unwrap()).unwrap();
    assert_eq!(kept["results"][0]["result"]["success"], true);
    let id = kept["results"][0]["result"]["testResults"][0]["interactionId"].as_str().unwrap();
    assert_eq!(id.len(), 40, "the broker's own name for the interaction");

    let beside = ["can-i-deploy", "-a", "web", "-e", "1", "--and", "pacticipant=greeter,version=7"];
    assert_ne!(shelf.run(&beside).code, Some(0));
    shelf.run(&["publish-results", "kept.json"]).ended_with(0).says("published 1 result");
    shelf.run(&beside).ended_with(0);
}

#[test]
fn a_file_that_holds_no_results_is_refused() {
    let shelf = Shelf::start();
    shelf.scene.write("kept.json", "{\"version\": 1}");
    shelf
        .run(&["publish-results", "kept.json"])
        .ended_with(2)
        .says("failed to read the results in kept.json");
    shelf
        .run(&["publish-results", "none.json"])
        .ended_with(2)
        .says("failed to read the results in none.json");
}

/// Passes everything on to a broker but results, which it refuses.
fn deaf(broker: &str) -> Router {
    let broker = broker.to_owned();
    Router::new().fallback(move |request: Request| {
        let broker = broker.clone();
        async move {
            if request.uri().path().ends_with("/verification-results") {
                return StatusCode::INSUFFICIENT_STORAGE.into_response();
            }
            pass_on(&broker, request).await
        }
    })
}

pub async fn pass_on(broker: &str, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let client = reqwest::Client::builder().timeout(std::time::Duration::from_secs(30)).build().unwrap();
    let passed = client
        .request(head.method, format!("{broker}{}", head.uri))
        .header("accept", "application/hal+json")
        .header("content-type", "application/json")
        .body(body);
    let answer = passed.send().await.unwrap();
    Response::builder()
        .status(answer.status())
        .header("content-type", "application/hal+json")
        .body(Body::from(answer.bytes().await.unwrap()))
        .unwrap()
}
