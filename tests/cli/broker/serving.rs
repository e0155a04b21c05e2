//! `countersign broker` itself: its end, and what it keeps.

use std::time::Duration;

use axum::Router;
use axum::routing::post;
use serde_json::json;
use tokio::runtime::Runtime;

use super::Shelf;
use crate::foreign::Foreign;
use crate::scene::{Scene, Told};

#[test]
fn it_ends_when_it_is_asked_to_and_keeps_what_it_knows() {
    let shelf = Shelf::start();
    shelf.publish("1", &json!("hello"));
    let (code, scene) = shelf.end();
    assert_eq!(code, Some(0));
    let shelf = Shelf::over(scene, &["--base-url", "https://broker.example"]);
    let told = shelf.run(&["pacticipant", "describe", "--name", "web"]);
    told.ended_with(0).says("https://broker.example/pacticipants/web");
}

#[test]
fn a_copy_that_is_made_meanwhile_can_be_served() {
    let shelf = Shelf::start();
    shelf.publish("1", &json!("hello"));
    let backup = ["broker", "backup", "copy.db", "--database", "shelf.db"];
    shelf.run(&backup).ended_with(0).says("everything is in copy.db");
    shelf.run(&backup).ended_with(2).says("copy.db is there already");
    let nothing = ["broker", "backup", "other.db", "--database", "nowhere.db"];
    shelf.run(&nothing).ended_with(2).says("nowhere.db: it is not there");
    shelf.run(&["pacticipant", "describe", "--name", "web"]).ended_with(0);
    std::fs::rename(shelf.scene.path("copy.db"), shelf.scene.path("kept.db")).unwrap();
    let (_, scene) = shelf.end();
    std::fs::remove_file(scene.path("shelf.db")).unwrap();
    std::fs::rename(scene.path("kept.db"), scene.path("shelf.db")).unwrap();
    let restored = Shelf::over(scene, &[]);
    restored.run(&["pacticipant", "describe", "--name", "web"]).ended_with(0).says("web");
}

#[test]
fn it_says_what_keeps_it_from_serving() {
    let scene = Scene::new();
    let told = scene.run(&["broker", "--listen", "127.0.0.1:0", "--database", "no/such/folder/a.db"]);
    told.ended_with(2).says("failed to open the database no/such/folder/a.db");
    scene.run(&["broker", "--database", "mysql://a/b"]).ended_with(2).says("mysql:// is not supported");
    let shelf = Shelf::start();
    let taken = shelf.url.trim_start_matches("http://");
    scene.run(&["broker", "--listen", taken]).ended_with(2).says("failed to listen on");
}

#[test]
fn who_has_a_token_may_until_it_is_revoked() {
    let shelf = Shelf::over(Scene::new(), &["--require-credentials"]);
    let issued = |more: &[&str]| {
        let own = ["broker", "token", "issue", "--database", "shelf.db"];
        let told = shelf.run(&[&own[..], more].concat());
        told.ended_with(0).stdout.trim().to_owned()
    };
    let (writes, reads) = (issued(&["--name", "ci"]), issued(&["--name", "wall", "--read-only"]));
    let with = |token: &str, arguments: &[&str]| {
        let told = shelf.command(arguments).env("PACT_BROKER_TOKEN", token).output().unwrap();
        Told::from(told)
    };
    let make = ["environment", "create", "--name", "live"];
    shelf.run(&make).ended_with(2).says("is answered 401");
    with("nobody", &make).ended_with(2).says("is answered 401");
    with(&reads, &make).ended_with(2).says("is answered 403");
    with(&writes, &make).ended_with(0);
    with(&reads, &["environment", "list"]).ended_with(0).says("live");

    let listed = shelf.run(&["broker", "token", "list", "--database", "shelf.db"]);
    listed.ended_with(0).says("read and write").says("wall").does_not_say(&writes);
    let taken = shelf.run(&["broker", "token", "issue", "--name", "ci", "--database", "shelf.db"]);
    taken.ended_with(2).says("ci has a token: revoke it first");
    let revoke = ["broker", "token", "revoke", "--name", "ci", "--database", "shelf.db"];
    shelf.run(&revoke).ended_with(0);
    shelf.run(&revoke).ended_with(2).says("ci has no token");
    with(&writes, &["environment", "list"]).ended_with(2).says("is answered 401");
}

#[test]
fn who_gives_no_credentials_reads_where_that_is_wanted() {
    let shelf = Shelf::over(Scene::new(), &["--require-credentials", "--public-read"]);
    shelf.run(&["environment", "list"]).ended_with(0);
    shelf.run(&["environment", "create", "--name", "live"]).ended_with(2).says("is answered 401");
    assert_eq!(status(&shelf, "/audit"), 401);
}

#[test]
fn the_heartbeat_alone_is_told_to_everybody_where_that_is_wanted() {
    let heartbeat = "/diagnostic/status/heartbeat";
    let closed = Shelf::over(Scene::new(), &["--require-credentials"]);
    assert_eq!(status(&closed, heartbeat), 401);
    let shelf = Shelf::over(Scene::new(), &["--require-credentials", "--public-heartbeat"]);
    assert_eq!(status(&shelf, heartbeat), 200);
    shelf.run(&["environment", "list"]).ended_with(2).says("is answered 401");
}

/// What a request without credentials is answered.
fn status(shelf: &Shelf, path: &str) -> u16 {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
    let asked = client.get(format!("{}{path}", shelf.url));
    Runtime::new().unwrap().block_on(async { asked.send().await }).unwrap().status().as_u16()
}

#[test]
fn a_webhook_is_made_tried_and_deleted() {
    let shelf =
        Shelf::over(Scene::new(), &["--webhook-scheme", "http", "--webhook-private-host", "127.0.0.1"]);
    let (sender, called) = std::sync::mpsc::channel();
    let hear = move |body: String| async move {
        // The test may have heard enough.
        let _ = sender.send(body);
        "heard"
    };
    let service = Foreign::serve(Router::new().route("/build", post(hear)));
    shelf.publish("1", &json!("hello"));
    shelf.scene.write("body.json", r#"{"consumer": "${pactbroker.consumerName}"}"#);
    let url = format!("{}/build", service.url);
    let own = ["webhook", "create", &url, "--event", "contract_content_changed", "--provider", "greeter"];
    let more = ["--header", "X-Key: hunter2", "--body", "body.json", "--description", "the provider's build"];
    let told = shelf.run(&[&own[..], &more].concat());
    let uuid = told.ended_with(0).stdout.trim().rsplit(' ').next().unwrap().to_owned();

    let listed = shelf.run(&["webhook", "list"]);
    listed.ended_with(0).says(&uuid).says("the provider's build").says(&url).does_not_say("hunter2");
    shelf.run(&["webhook", "test", "--uuid", &uuid]).ended_with(0);
    assert_eq!(called.recv().unwrap(), r#"{"consumer":"web"}"#);
    shelf.publish("2", &json!("hello again"));
    assert_eq!(called.recv().unwrap(), r#"{"consumer":"web"}"#);
    shelf.run(&["webhook", "delete", "--uuid", &uuid]).ended_with(0);
    shelf.run(&["webhook", "delete", "--uuid", &uuid]).ended_with(2).says("404");
}

#[test]
fn what_a_webhook_meets_when_it_is_tried_is_told_apart() {
    let allowed = ["--webhook-scheme", "http", "--webhook-private-host", "127.0.0.1"];
    let shelf = Shelf::over(Scene::new(), &allowed);
    let unwilling = Foreign::serve(Router::new());
    let url = format!("{}/build", unwilling.url);
    let told = shelf.run(&["webhook", "create", &url, "--event", "contract_published"]);
    let uuid = told.ended_with(0).stdout.trim().rsplit(' ').next().unwrap().to_owned();
    let test = || shelf.run(&["webhook", "test", "--uuid", &uuid]);
    test().ended_with(1).says("404").does_not_say("no answer came");
    drop(unwilling);
    test().ended_with(2).says("failed to try the webhook: no answer came");
}

#[test]
fn a_webhook_calls_no_host_that_is_not_allowed() {
    let create =
        |shelf: &Shelf, url: &str| shelf.run(&["webhook", "create", url, "--event", "contract_published"]);
    let closed = Shelf::start();
    create(&closed, "https://ci.example.org/").ended_with(2).says("--webhook-host ci.example.org");
    let some = Shelf::over(Scene::new(), &["--webhook-host", "*.example.org"]);
    create(&some, "https://ci.example.org/").ended_with(0);
    create(&some, "https://ci.example.net/").ended_with(2).says("--webhook-host ci.example.net");
    let every = Shelf::over(Scene::new(), &["--webhook-host", "*"]);
    create(&every, "https://ci.example.net/").ended_with(0);
    create(&every, "http://ci.example.net/").ended_with(2).says("http is not allowed");
    create(&every, "https://127.0.0.1/").ended_with(2).says("--webhook-private-host 127.0.0.1");
    every
        .scene
        .run(&["broker", "--webhook-private-host", "*"])
        .ended_with(2)
        .says("each host has to be named");
    every.scene.run(&["broker", "--webhook-host", "https://a.test"]).ended_with(2).says("is no host");
}

#[test]
fn accounts_are_those_of_the_environment() {
    let scene = Scene::new();
    let mut half = scene.command(&["broker", "--listen", "127.0.0.1:0"]);
    half.env("PACT_BROKER_BASIC_AUTH_USERNAME", "ci");
    let told = Told::from(half.output().unwrap());
    told.ended_with(2).says("PACT_BROKER_BASIC_AUTH_PASSWORD is not set");
}
