//! A provider's document as its contract.

use axum::Json;
use axum::Router;
use axum::routing::get;
use serde_json::json;

use super::Shelf;
use crate::foreign::Foreign;
use crate::scene::greetings;

const PUBLISH: [&str; 9] =
    ["publish", "--openapi", "greeter.json", "--provider", "greeter", "--version", "7", "--branch", "main"];

#[test]
fn a_document_is_published_as_a_provider_s_contract() {
    let shelf = Shelf::start();
    shelf.scene.write("greeter.json", &greetings(&json!({ "type": "object" })));
    let told = shelf.run(&PUBLISH);
    told.ended_with(0).says("published greeter.json of greeter, version 7 of the branch main");
    shelf.run(&["pacticipant", "describe", "--name", "greeter"]).ended_with(0);
}

#[test]
fn a_broker_that_keeps_none_is_told_of_in_plain_words() {
    let shelf = Shelf::start();
    shelf.scene.write("greeter.json", &greetings(&json!({ "type": "object" })));
    let index = Json(json!({ "_links": { "pb:publish-contracts": { "href": "/contracts/publish" } } }));
    let plain = Foreign::serve(Router::new().route("/", get(move || async move { index })));
    let told = shelf.run(&[&PUBLISH[..], &["--broker-url", &plain.url]].concat());
    told.ended_with(2).says("keeps no documents of providers");
}

#[test]
fn what_is_no_document_is_not_published() {
    let shelf = Shelf::start();
    shelf.scene.write("greeter.json", "{}");
    shelf.run(&PUBLISH).ended_with(2).says("failed to load the document greeter.json");
}
