//! What makes a provider publish, and what becomes of it where that fails.

use std::io::Read as _;
use std::path::Path;

use countersign_verify::{Cause, Outcome};
use private_redis::PrivateRedis;
use serde_json::json;

use super::*;

/// Why nothing could be told of a message with this trigger.
async fn unknown(redis: &PrivateRedis, action: Action, settings: &Settings) -> String {
    let (_provider, mut target) = publisher(redis, Vec::new()).await;
    target.triggers = vec![Trigger { message: "a task".to_owned(), action }];
    let pact = pact(&[given(message(), "a recording", &json!({}))]);
    let result = replay(&pact, &target, settings).await.interactions.remove(0);
    let Outcome::Unknown(Cause::NoAnswer(reason)) = result.outcome else { panic!("{result:#?}") };
    reason
}

fn command(argv: &[&str]) -> Action {
    Action::Command(argv.iter().map(|it| (*it).to_owned()).collect())
}

fn request(path: &str) -> Action {
    Action::Request(ApiRequest {
        method: "POST".to_owned(),
        path: path.to_owned(),
        headers: vec![],
        body: None,
    })
}

#[tokio::test]
async fn a_trigger_that_fails_tells_nothing_of_the_contract() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    for (action, why) in [
        (command(&["false"]), "`false` ended with"),
        (command(&["sh", "-c", "echo it burns >&2; exit 3"]), "exit status: 3: it burns"),
        (command(&["no-such-program-anywhere"]), "cannot be run"),
        (command(&["echo", "${value:token}"]), "gives a value \"token\"; they give \"path\""),
        (request("/nowhere"), "POST /nowhere was answered 404"),
        (Action::Send(json!({})), "only be sent over a WebSocket"),
    ] {
        let reason = unknown(&redis, action, &patient()).await;
        assert!(reason.contains(why), "{reason}");
    }
}

#[tokio::test]
async fn a_command_is_given_the_values_of_states() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let (_provider, mut target) = publisher(&redis, Vec::new()).await;
    let push = format!("redis-cli -u {} lpush celery \"$0\"", redis.url());
    let mut filled = entry();
    filled["headers"]["task"] = json!("${value:task}");
    let action = command(&["sh", "-c", &push, &filled.to_string()]);
    target.triggers = vec![Trigger { message: "a task".to_owned(), action }];
    let states = || async { r#"{"task":"run"}"# };
    let provider = Provider::start(Router::new().route("/states", post(states))).await;
    target.states = provider.target_with_states().states;
    let pact = pact(&[given(message(), "a task", &json!({}))]);
    let result = replay(&pact, &target, &patient()).await.interactions.remove(0);
    assert!(matches!(result.outcome, Outcome::Kept { .. }), "{result:#?}");
}

/// A program that starts another and ends with neither, and what is read to its end when both are gone.
fn endless(folder: &Path) -> (Action, tokio::task::JoinHandle<()>) {
    let pipe = folder.join("held");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let held = format!("exec 3> {}; sleep 1000 & wait", pipe.display());
    let gone = move || {
        // Opens once the program runs, and is at its end once nobody holds it any more.
        std::fs::File::open(pipe).unwrap().read_to_end(&mut Vec::new()).unwrap();
    };
    (command(&["sh", "-c", &held]), tokio::task::spawn_blocking(gone))
}

#[tokio::test]
async fn a_command_that_does_not_end_is_killed_with_all_that_it_started() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (action, gone) = endless(folder.path());
    let reason = unknown(&redis, action, &impatient()).await;
    assert!(reason.contains("took longer than 1s"), "{reason}");
    gone.await.unwrap();
}

#[tokio::test]
async fn a_command_ends_with_a_replay_that_is_given_up() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (action, gone) = endless(folder.path());
    let pipe = folder.path().join("held");
    let (_provider, mut target) = publisher(&redis, Vec::new()).await;
    target.triggers = vec![Trigger { message: "a task".to_owned(), action }];
    // A second reader is let in once the program holds the pipe.
    let holds = tokio::task::spawn_blocking(move || drop(std::fs::File::open(pipe).unwrap()));
    let (pact, settings) = (pact(&[message()]), patient());
    tokio::select! {
        found = replay(&pact, &target, &settings) => panic!("{found:?}"),
        opened = holds => opened.unwrap(),
    }
    gone.await.unwrap();
}
