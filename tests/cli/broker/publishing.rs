//! `countersign publish`: which pacts, of which build.

use serde_json::json;

use super::Shelf;
use crate::scene::get;

fn pact(shelf: &Shelf, consumer: &str, provider: &str) {
    let interaction = get("a greeting", "/greetings/Ada", &json!({ "greeting": "hello" }));
    shelf.scene.pact(consumer, provider, &[interaction]);
}

#[test]
fn the_pacts_of_the_configuration_are_published_where_none_is_named() {
    let shelf = Shelf::start();
    for (consumer, provider) in [("web", "greeter"), ("web", "orders"), ("phone", "greeter")] {
        pact(&shelf, consumer, provider);
    }
    shelf.scene.write("countersign.toml", "pacts = \"pacts\"\n");
    let told = shelf.run(&["publish", "--version", "1", "--branch", "feat/x", "--tag", "dev"]);
    told.ended_with(0)
        .says("published 2 pacts of web, version 1 of the branch feat/x")
        .says("published 1 pact of phone");
    shelf.run(&["can-i-deploy", "-a", "web", "--latest", "dev"]).says("greeter").says("orders");
}

#[test]
fn the_build_is_what_the_ci_service_tells() {
    let shelf = Shelf::start();
    pact(&shelf, "web", "greeter");
    let mut command = shelf.command(&["publish", "pacts/web-greeter.json"]);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_SHA", "c0ffee").env("GITHUB_REF", "refs/heads/main");
    command.env("GITHUB_SERVER_URL", "https://github.com").env("GITHUB_REPOSITORY", "o/r");
    let told = crate::scene::Told::from(command.env("GITHUB_RUN_ID", "7").output().unwrap());
    told.ended_with(0).says("published 1 pact of web, version c0ffee of the branch main");
    let outside = shelf.command(&["publish", "pacts"]).env("GIT_CEILING_DIRECTORIES", "/").output().unwrap();
    crate::scene::Told::from(outside).ended_with(2).says("nothing says which version this is");
}

#[test]
fn nothing_is_published_where_one_pact_cannot_be_read() {
    let shelf = Shelf::start();
    pact(&shelf, "web", "greeter");
    shelf.scene.write("pacts/zz.json", "{");
    shelf.run(&["publish", "pacts", "--version", "1"]).ended_with(2).says("nothing is published");
    shelf.run(&["pacticipant", "describe", "--name", "web"]).ended_with(2).says("404");
    shelf.run(&["publish", "--version", "1"]).ended_with(2).says("nothing says which pacts to publish");
}

#[test]
fn what_is_published_stays_and_merging_joins() {
    let shelf = Shelf::start();
    shelf.publish("1", &json!("hello"));
    shelf.publish("1", &json!("hello"));
    let other = get("another", "/greetings/Bob", &json!({ "greeting": "hello" }));
    shelf.scene.pact("web", "greeter", &[other]);
    let changed = ["publish", "pacts", "--version", "1", "--branch", "main"];
    shelf.run(&changed).ended_with(2).says("failed to publish the pacts of web").says("409");
    shelf.run(&[&changed[..], &["--merge"]].concat()).ended_with(0);
}
