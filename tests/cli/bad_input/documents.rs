//! Documents that mean harm, or that are none, in every place where a verb reads one: each is an error with the
//! place in its message, and never a finding.

use std::fmt::Write as _;
use std::fs::{self, File};

use serde_json::json;

use crate::scene::{Scene, get, greetings, provider};

/// A name for the report, the bytes of the document, and what is to be said of them.
fn hostile() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let head = "openapi: 3.0.3\ninfo: {title: Greeter, version: 1.0.0}\npaths: {}\n";
    let mut bomb = format!("{head}x-a0: &a0 [lol]\n");
    for level in 1..40 {
        let uses = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "x-a{level}: &a{level} [{uses}]").unwrap();
    }
    let deep = format!("{head}x-deep: {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let with = |line: &str| format!("{head}{line}\n").into_bytes();
    vec![
        ("empty", Vec::new(), "openapi"),
        ("no text", b"openapi: \xff\xfe".to_vec(), "is not UTF-8: byte 9 begins no character"),
        ("a key twice", with("paths: {}"), "the key \"paths\" stands twice in one object"),
        ("an alias bomb", bomb.into_bytes(), "more than"),
        ("10,000 levels", deep.into_bytes(), "deep"),
        ("elsewhere", with("x: {$ref: 'https://example.com/a.yaml'}"), "--allow-remote-refs"),
        ("elsewhere, unsafely", with("x: {$ref: 'http://127.0.0.1:1/a.yaml'}"), "--allow-remote-refs"),
        ("outside", with("x: {$ref: '../outside.yaml'}"), "--refs-within DIR"),
    ]
}

/// A provider whose document is current, and one that was released.
fn scene() -> Scene {
    let scene = Scene::new();
    let good = greetings(&json!({ "type": "object", "properties": { "greeting": { "type": "string" } } }));
    let lines = "document = \"current/greeter.yaml\"\nurl = \"http://127.0.0.1:1\"";
    scene.write("countersign.toml", &provider("greeter", lines));
    scene.write("good.yaml", &good);
    scene.write("current/greeter.yaml", &good);
    scene.write("openapi/released/greeter-1.0.0.yaml", &good);
    let greeting = json!({ "greeting": "hello" });
    scene.pact("ui", "greeter", &[get("a greeting", "/greetings/world", &greeting)]);
    scene
}

/// Every verb that reads the document `file`, in each of the places where it may stand.
fn verbs(file: &str) -> [Vec<&str>; 4] {
    [
        vec!["diff", "good.yaml", file],
        vec!["diff", file, "good.yaml"],
        vec!["compare", "--pact", "pacts/ui-greeter.json", "--openapi", file],
        vec!["drift", "--base", file],
    ]
}

#[test]
fn what_means_harm_is_an_error_for_every_verb() {
    let scene = scene();
    for (name, bytes, said) in hostile() {
        fs::create_dir_all(scene.path("inside")).unwrap();
        fs::write(scene.path("inside/bad.yaml"), bytes).unwrap();
        for arguments in verbs("inside/bad.yaml") {
            let told = scene.run(&arguments);
            assert_eq!(told.code, Some(2), "{name}: {arguments:?}: {told:?}");
            told.says(said).says("bad.yaml");
        }
    }
}

#[test]
fn a_document_of_100_mebibytes_is_an_error_for_every_verb() {
    let scene = scene();
    File::create(scene.path("large.yaml")).unwrap().set_len(100 << 20).unwrap();
    for arguments in verbs("large.yaml") {
        scene.run(&arguments).ended_with(2).says("has more than 67108864 bytes");
    }
}

#[test]
fn a_current_document_that_means_harm_has_not_kept_still() {
    let scene = scene();
    for (name, bytes, said) in hostile() {
        fs::write(scene.path("current/greeter.yaml"), bytes).unwrap();
        let told = scene.run(&["drift"]);
        assert_eq!(told.code, Some(2), "{name}: {told:?}");
        told.says(said);
    }
}
