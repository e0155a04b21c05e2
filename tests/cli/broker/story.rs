//! From a consumer's build to a deployment, and one that is stopped before it.

use serde_json::{Value, json};

use super::Shelf;
use crate::foreign::{Foreign, greeter};

#[test]
fn a_pact_is_published_verified_and_deployed_and_a_broken_one_is_stopped() {
    let shelf = Shelf::start();
    let service = Foreign::serve(greeter());
    shelf.run(&["environment", "create", "--name", "live", "--production"]).ended_with(0);
    shelf.publish("1", &json!("hello"));
    // Nobody has verified it: that is no yes, and no no.
    shelf.can_i_deploy("web", "1").ended_with(2).says("could not tell: ");

    let told = shelf.verify(&service.url, "7", &[]);
    told.ended_with(0).says("1 contract, 1 interaction: 1 kept").says("published 1 result");
    shelf.deploy("greeter", "7");
    shelf.can_i_deploy("web", "1").ended_with(0).says("yes: ").says("greeter");
    shelf.deploy("web", "1");

    shelf.publish("2", &json!(7));
    let told = shelf.verify(&service.url, "7", &["--selector", "consumer=web,latest,branch=main"]);
    told.ended_with(1).says("published 1 result");
    shelf.can_i_deploy("web", "2").ended_with(1).says("no: ");
    let dry = ["can-i-deploy", "-a", "web", "-e", "2", "--to-environment", "live", "--dry-run"];
    shelf.run(&dry).ended_with(0).says("no: ");
    let ignored = ["can-i-deploy", "-a", "web", "-e", "2", "--to-environment", "live", "--ignore", "greeter"];
    shelf.run(&ignored).ended_with(0).says("ignored");
}

#[test]
fn the_answer_is_json_where_that_is_wanted() {
    let shelf = Shelf::start();
    shelf.publish("1", &json!("hello"));
    let told = shelf.run(&["can-i-deploy", "-a", "web", "--latest", "--format", "json"]);
    let answer: Value = serde_json::from_str(&told.ended_with(2).stdout).unwrap();
    assert_eq!(answer["summary"]["deployable"], Value::Null);
    assert_eq!(answer["matrix"][0]["consumer"]["version"]["number"], "1");
    let beside = ["can-i-deploy", "-a", "web", "--branch", "main", "--and", "pacticipant=greeter,version=9"];
    shelf.run(&beside).ended_with(1);
}

#[test]
fn what_is_recorded_can_be_taken_back() {
    let shelf = Shelf::start();
    shelf.publish("1", &json!("hello"));
    let made = ["environment", "create", "--name", "live", "--display-name", "Live", "--production"];
    shelf.run(&made).ended_with(0);
    shelf.run(&made).ended_with(2).says("failed to make the environment").says("name");
    shelf.run(&["environment", "list"]).ended_with(0).says("Live");
    let renamed = ["environment", "update", "--name", "live", "--display-name", "All of it"];
    shelf.run(&renamed).ended_with(0);
    shelf.run(&["environment", "list"]).says("All of it").says("yes");

    let gone = ["record-undeployment", "--pacticipant", "web", "--environment", "live"];
    shelf.run(&gone).ended_with(2).says("web is not deployed to live");
    shelf.deploy("web", "1");
    shelf.run(&gone).ended_with(0).says("web is no longer deployed to live");
    shelf.run(&gone).ended_with(2);

    let version = ["--pacticipant", "web", "--version", "1", "--environment", "live"];
    shelf.run(&[&["record-release"][..], &version].concat()).ended_with(0).says("web 1 is released to live");
    let ended = [&["record-support-ended"][..], &version].concat();
    shelf.run(&ended).ended_with(0).says("no longer supported");
    shelf.run(&ended).ended_with(2).says("is not released to live");

    let nowhere = ["record-deployment", "-a", "web", "-e", "1", "--environment", "moon"];
    shelf.run(&nowhere).ended_with(2).says("no environment \"moon\" (it knows live)");
    let nobody = ["record-deployment", "-a", "web", "-e", "9", "--environment", "live"];
    shelf.run(&nobody).ended_with(2).says("knows no version 9 of web");

    shelf.run(&["pacticipant", "describe", "--name", "web"]).ended_with(0).says("\"name\": \"web\"");
    shelf.run(&["branch", "delete", "-a", "web", "--branch", "main"]).ended_with(0);
    shelf.run(&["branch", "delete", "-a", "web", "--branch", "main"]).ended_with(2).says("404");
    shelf.run(&["environment", "delete", "--name", "live"]).ended_with(0);
    shelf.run(&["environment", "list"]).does_not_say("All of it");
}
