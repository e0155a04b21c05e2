//! `countersign drift` of what was recorded: the same report, alerts and baseline as of all else.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::scene::{Scene, Told, greetings, provider};
use crate::traffic::{har, line};

const URL: &str = "https://api.example.com/greetings/Ada";

/// A provider whose document says that a greeting is a text, and what was released of it. It is not looked at
/// while it runs.
fn scene(released: &Value) -> Scene {
    let scene = Scene::new();
    let document = |schema: &Value| {
        let mut document: Value = serde_json::from_str(&greetings(schema)).unwrap();
        document["servers"] = json!([{ "url": "https://api.example.com" }]);
        document.to_string()
    };
    let lines = "document = \"openapi/greeter.json\"\nstart = [\"greeter\"]\nurl = \"http://127.0.0.1:1\"";
    scene.write("countersign.toml", &provider("greeter", lines));
    scene.write("openapi/greeter.json", &document(&same()));
    scene.write("openapi/released/greeter-1.0.0.json", &document(released));
    scene.write("pacts/.keep", "");
    scene
}

fn same() -> Value {
    json!({ "type": "object", "properties": { "greeting": { "type": "string" } } })
}

fn bad() -> String {
    line("/greetings/Ada", 200, &json!({ "greeting": 7 }))
}

#[test]
fn recorded_traffic_joins_the_documents_in_one_report() {
    let more = json!({ "type": "object", "properties": { "greeting": { "type": "string" }, "mood": { "type": "string" } } });
    let scene = scene(&more);
    scene.write("monday.ndjson", &bad());
    scene.write("tuesday.har", &har(URL, &json!({ "greeting": "hello" })).to_string());
    let (report, told) = scene.json(&["drift", "--log", "monday.ndjson", "--har", "greeter=tuesday.har"]);
    told.ended_with(1);
    let of = |id: &str| {
        let findings = report["findings"].as_array().unwrap();
        findings.iter().find(|it| it["id"] == id).unwrap_or_else(|| panic!("{id}: {report:#}"))
    };
    assert_eq!(of("response-optional-property-removed")["between"], "released-and-current");
    let broken = of("response.body.incompatible");
    assert_eq!(
        (&broken["between"], &broken["provider"]),
        (&json!("document-and-provider"), &json!("greeter"))
    );
    assert_eq!((&broken["met"]["file"], &broken["met"]["exchange"]), (&json!("monday.ndjson"), &json!(1)));
    let traffic = &report["traffic"][0];
    assert_eq!(
        (&traffic["provider"], &traffic["judged"], &traffic["broken"]),
        (&json!("greeter"), &json!(2), &json!(1))
    );
    assert_eq!(report["documents"].as_array().unwrap().len(), 2);
    let schema: Value = serde_json::from_str(&scene.run(&["schema"]).stdout).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&report));
    scene.write("monday.ndjson", &line("/greetings/Ada", 200, &json!({ "greeting": "hello" })));
    scene.run(&["drift", "--log", "monday.ndjson"]).ended_with(0).says("1 exchange: 1 kept");
}

#[test]
fn a_baseline_and_alerts_know_of_traffic() {
    let scene = scene(&same());
    scene.write("monday.ndjson", &bad());
    let known = ["drift", "--log", "monday.ndjson", "--baseline", "known.json"];
    scene.run(&[&known[..], &["--update-baseline"]].concat()).ended_with(0);
    scene.run(&known).ended_with(0).says("1 accepted");
    scene.write("monday.ndjson", &line("/greetings/Ada", 200, &json!({ "greeting": "hello" })));
    scene.run(&known).ended_with(0).says("1 of the baseline no longer occur");
    let alert = "\n[[alert]]\nname = \"board\"\nto = \"file\"\nfile = \"board.ndjson\"\n";
    let config = std::fs::read_to_string(scene.path("countersign.toml")).unwrap();
    scene.write("countersign.toml", &[config, alert.to_owned()].concat());
    scene.write("monday.ndjson", &bad());
    scene.run(&["drift", "--log", "monday.ndjson"]).ended_with(1).says("told board: 1 new, 0 resolved");
    scene.run(&["drift", "--log", "monday.ndjson"]).ended_with(1).does_not_say("told board");
    let told = std::fs::read_to_string(scene.path("board.ndjson")).unwrap();
    assert!(told.contains("response.body.incompatible") && !told.contains("hunter2"), "{told}");
}

#[test]
fn what_was_recorded_elsewhere_is_found_by_its_url() {
    let scene = scene(&same());
    let elsewhere = har("http://localhost:8080/v2/greetings/Ada", &json!({ "greeting": 7 }));
    scene.write("a.har", &elsewhere.to_string());
    scene.run(&["drift", "--har", "a.har"]).ended_with(2).says("every exchange was with another server");
    let at = |url: &str| scene.run(&["drift", "--har", "a.har", "--base-url", url]);
    at("http://localhost:8080/v2").ended_with(1).says("GET /greetings/Ada answered 200 (a.har:1)");
    at("greeter=http://localhost:8080/v2").ended_with(1);
    at("localhost:8080").ended_with(2).says("failed to read --base-url");
    scene.run(&["drift", "--base-url", "http://a"]).ended_with(2).says("--har <[NAME=]FILE>");
}

#[test]
fn what_cannot_be_judged_is_not_kept() {
    let scene = scene(&same());
    scene.run(&["drift", "--har", "none.har"]).ended_with(2).says("failed to read the recording none.har");
    scene.write("empty.ndjson", "\n");
    scene.run(&["drift", "--log", "empty.ndjson"]).ended_with(2).says("no exchange was judged");
    scene.run(&["drift", "--log", "other=a.ndjson"]).ended_with(2).says("no provider \"other\"");
    scene.write("openapi/greeter.json", "{");
    scene.write("monday.ndjson", &bad());
    scene
        .run(&["drift", "--log", "monday.ndjson"])
        .ended_with(2)
        .says("no recording was judged: there is no current document");
}

#[test]
fn a_log_may_come_over_standard_input_but_once() {
    let scene = scene(&same());
    let mut command = scene.command(&["drift", "--log", "-"]);
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    child.stdin.take().unwrap().write_all(bad().as_bytes()).unwrap();
    Told::from(child.wait_with_output().unwrap()).ended_with(1).says("(-:1)");
    scene
        .run(&["drift", "--log", "-", "--watch", "15m"])
        .ended_with(2)
        .says("standard input can be read once only");
}
