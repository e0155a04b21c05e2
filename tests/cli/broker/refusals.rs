//! Brokers that cannot be asked, and what a person reads then. "Could not tell" is never yes.

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde_json::json;

use super::Shelf;
use crate::foreign::{Foreign, elsewhere, greeter};
use crate::scene::Told;

const ASK: [&str; 5] = ["can-i-deploy", "-a", "web", "-e", "1"];

#[test]
fn a_broker_that_does_not_answer_is_no_yes() {
    let shelf = Shelf::start();
    for url in [Foreign::closing().url.as_str(), "http://127.0.0.1:1"] {
        let told = shelf.run(&[&ASK[..], &["--broker-url", url]].concat());
        told.ended_with(2).says("failed to ask whether it may be deployed").says("no answer from");
    }
    let lost = Foreign::serve(elsewhere("http://127.0.0.1:1/"));
    shelf.run(&[&ASK[..], &["--broker-url", &lost.url]].concat()).ended_with(2).says("is answered 307");
    let other = Foreign::serve(greeter());
    shelf.run(&[&ASK[..], &["--broker-url", &other.url]].concat()).ended_with(2).says("is answered 404");
}

#[test]
fn a_secret_is_sent_and_never_shown() {
    let shelf = Shelf::start();
    let guarded = Foreign::serve(Router::new().fallback(|headers: HeaderMap| async move {
        let sent = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok()).unwrap_or_default();
        match sent {
            "Bearer hunter2" | "Basic bWU6aHVudGVyMg==" => {
                let summary = json!({ "deployable": true, "reason": "it may" });
                axum::Json(json!({ "summary": summary, "matrix": [] })).into_response()
            }
            _ => (StatusCode::UNAUTHORIZED, "no").into_response(),
        }
    }));
    let ask = |variables: &[(&str, &str)], flags: &[&str]| {
        let all = [&ASK[..], &["--broker-url", &guarded.url], flags].concat();
        let told = Told::from(shelf.command(&all).envs(variables.iter().copied()).output().unwrap());
        told.does_not_say("hunter");
        told
    };
    ask(&[], &[]).ended_with(2).says("is answered 401").says("PACT_BROKER_TOKEN");
    ask(&[], &["--broker-token", "hunter2"]).ended_with(0).says("yes: it may");
    ask(&[], &["--broker-token", "hunter3"]).ended_with(2);
    ask(&[("PACT_BROKER_TOKEN", "hunter2")], &[]).ended_with(0);
    ask(&[("PACT_BROKER_USERNAME", "me"), ("PACT_BROKER_PASSWORD", "hunter2")], &[]).ended_with(0);
    shelf.scene.write(
        "countersign.toml",
        &format!("[broker]\nurl = {:?}\ntoken = \"${{env:SHELF_TOKEN}}\"\n", guarded.url),
    );
    ask(&[("SHELF_TOKEN", "hunter2")], &[]).ended_with(0);
    ask(&[], &[]).ended_with(2).says("SHELF_TOKEN is not set");
}

#[test]
fn the_broker_is_the_one_of_the_configuration_where_nothing_else_is_said() {
    let shelf = Shelf::start();
    shelf.publish("1", &json!("hello"));
    let ask = || Told::from(shelf.command(&ASK).env_remove("PACT_BROKER_BASE_URL").output().unwrap());
    ask().ended_with(2).says("nothing says which Pact Broker to ask");
    shelf.scene.write("countersign.toml", &format!("[broker]\nurl = {:?}\n", shelf.url));
    ask().ended_with(2).says("could not tell: ");
    shelf.scene.write("countersign.toml", "[broker]\nurl = \"http://me:hunter2@127.0.0.1\"\n");
    ask().ended_with(2).says("holds credentials").does_not_say("hunter2");
}
