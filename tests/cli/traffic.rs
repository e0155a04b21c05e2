//! `countersign traffic`: recordings held against a document.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::scene::{Scene, Told, greetings};

/// A scene with a document of greetings, which are texts, at api.example.com.
pub fn scene() -> Scene {
    let scene = Scene::new();
    let schema = json!({ "type": "object", "required": ["greeting"], "properties": { "greeting": { "type": "string" } } });
    let mut document: Value = serde_json::from_str(&greetings(&schema)).unwrap();
    document["servers"] = json!([{ "url": "https://api.example.com" }]);
    scene.write("greeter.json", &document.to_string());
    scene
}

pub fn line(path: &str, status: u16, body: &Value) -> String {
    let typed = json!({ "Content-Type": "application/json" });
    json!({
        "method": "GET", "path": path, "status": status,
        "request_headers": { "Authorization": "Bearer hunter2hunter2" },
        "response_headers": typed, "response_body": body,
    })
    .to_string()
}

pub fn har(url: &str, body: &Value) -> Value {
    let header = json!([{ "name": "Content-Type", "value": "application/json" }]);
    let text = body.to_string();
    json!({ "log": { "version": "1.2", "entries": [{
        "request": { "method": "GET", "url": url, "headers": header, "bodySize": 0 },
        "response": { "status": 200, "headers": header, "bodySize": text.len(), "content": { "size": text.len(), "mimeType": "application/json", "text": text } }
    }] } })
}

fn judge(scene: &Scene, flags: &[&str]) -> Told {
    scene.run(&[&["traffic", "--openapi", "greeter.json"], flags].concat())
}

#[test]
fn what_was_recorded_is_told_by_operation_with_its_first_example() {
    let scene = scene();
    let lines = [
        line("/greetings/Ada", 200, &json!({ "greeting": "hello Ada" })),
        line("/greetings/Bob?token=hunter2hunter2", 200, &json!({ "greeting": 7 })),
        line("/greetings/Eve", 200, &json!({ "greeting": 8 })),
        line("/greetings/Eve", 503, &json!({ "greeting": "hunter2hunter2" })),
        line("/favicon.ico", 404, &json!(null)),
    ];
    scene.write("a.ndjson", &lines.join("\n"));
    let told = judge(&scene, &["--log", "a.ndjson", "--provider", "greeter"]);
    told.ended_with(1)
        .does_not_say("hunter2")
        .says("GET /greetings/{name}  greeter")
        .says("met in 2 exchanges, first: GET /greetings/Bob?token=… answered 200 (a.ndjson:2)")
        .says("warning: the document has no path that matches")
        .says("traffic of greeter  against greeter.json\n  5 exchanges: 2 kept, 3 broken");
}

#[test]
fn a_clean_recording_is_kept_and_quiet_says_little() {
    let scene = scene();
    scene.write("a.ndjson", &line("/greetings/Ada", 200, &json!({ "greeting": "hello" })));
    scene.write(
        "b.har",
        &har("https://api.example.com/greetings/Bob", &json!({ "greeting": "hi" })).to_string(),
    );
    let recordings = ["--log", "a.ndjson", "--har", "b.har"];
    judge(&scene, &recordings)
        .ended_with(0)
        .says("2 exchanges: 2 kept")
        .says("1 of 2 operations were asked for");
    let quiet = judge(&scene, &[&recordings[..], &["--quiet"]].concat());
    quiet.ended_with(0).does_not_say("operations");
}

#[test]
fn a_bad_line_is_an_error_and_the_rest_is_judged() {
    let scene = scene();
    let good = line("/greetings/Ada", 200, &json!({ "greeting": "hello" }));
    scene.write("a.ndjson", &format!("{good}\n{{\"method\":7}}\n{good}\n"));
    let told = judge(&scene, &["--log", "a.ndjson"]);
    told.ended_with(2).says("could not tell: a.ndjson:2: invalid type").says("2 exchanges: 2 kept");
    // What is broken weighs more.
    let broken = line("/greetings/Ada", 200, &json!({}));
    scene.write("b.ndjson", &format!("nonsense\n{broken}\n"));
    judge(&scene, &["--log", "b.ndjson"]).ended_with(1).says("b.ndjson:1: expected").says("b.ndjson:2");
}

#[test]
fn a_log_may_come_over_standard_input() {
    let scene = scene();
    let mut command = scene.command(&["traffic", "--openapi", "greeter.json", "--log", "-"]);
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(line("/greetings/Ada", 200, &json!({ "greeting": 7 })).as_bytes()).unwrap();
    drop(stdin);
    Told::from(child.wait_with_output().unwrap()).ended_with(1).says("(-:1)");
}

#[test]
fn other_servers_are_passed_over_and_named_where_nothing_is_left() {
    let scene = scene();
    let elsewhere = har("http://localhost:8080/v2/greetings/Ada", &json!({ "greeting": 7 }));
    scene.write("a.har", &elsewhere.to_string());
    let told = judge(&scene, &["--har", "a.har"]);
    told.ended_with(2)
        .says("every exchange was with another server: http://localhost:8080")
        .says("hint: say with --base-url");
    judge(&scene, &["--har", "a.har", "--base-url", "http://localhost:8080/v2"])
        .ended_with(1)
        .says("GET /greetings/Ada answered 200 (a.har:1)");
    judge(&scene, &["--har", "a.har", "--base-url", "localhost:8080"])
        .ended_with(2)
        .says("failed to read --base-url");
}

#[test]
fn what_is_known_does_not_count() {
    let scene = scene();
    scene.write("a.ndjson", &line("/greetings/Ada", 200, &json!({ "greeting": 7 })));
    let log = ["--log", "a.ndjson", "--baseline", "known.json"];
    judge(&scene, &log).ended_with(2).says("--update-baseline writes one");
    judge(&scene, &[&log[..], &["--update-baseline"]].concat()).ended_with(0).says("1 accepted");
    scene.write("a.ndjson", &line("/greetings/Bob", 200, &json!({ "greeting": [] })));
    judge(&scene, &log).ended_with(0).says("accepted");
    scene.write("a.ndjson", &line("/greetings/Bob", 204, &json!(null)));
    judge(&scene, &log).ended_with(1);
}

#[test]
fn what_is_known_and_gone_is_taken_out_of_the_baseline_where_that_can_be_told() {
    let scene = scene();
    scene.write("a.ndjson", &line("/greetings/Ada", 200, &json!({ "greeting": 7 })));
    let log = ["--log", "a.ndjson", "--baseline", "known.json"];
    let update = [&log[..], &["--update-baseline"]].concat();
    judge(&scene, &update).ended_with(0);
    let known = std::fs::read_to_string(scene.path("known.json")).unwrap();
    let clean = line("/greetings/Ada", 200, &json!({ "greeting": "hello" }));
    scene.write("a.ndjson", &clean);
    judge(&scene, &log)
        .ended_with(0)
        .says("1 of the baseline did not occur; --update-baseline takes them out");
    judge(&scene, &[&log[..], &["--quiet"]].concat()).ended_with(0).does_not_say("did not occur");
    // Half of the recording is out of sight, and what is there may be the other half.
    scene.write("a.ndjson", &format!("{clean}\n{{"));
    judge(&scene, &log).ended_with(2).does_not_say("did not occur");
    judge(&scene, &update).ended_with(2).says("the baseline is left as it is: something could not be told");
    assert_eq!(std::fs::read_to_string(scene.path("known.json")).unwrap(), known);
    scene.write("a.ndjson", &clean);
    judge(&scene, &update).ended_with(0);
    judge(&scene, &log).ended_with(0).does_not_say("did not occur");
}

#[test]
fn what_cannot_be_read_at_all_says_so() {
    let scene = scene();
    scene.write("a.har", "{}");
    judge(&scene, &["--har", "a.har"])
        .ended_with(2)
        .says("failed to read the recording a.har: it is no HAR file");
    judge(&scene, &["--log", "none"]).ended_with(2).says("failed to read the recording none: No such file");
    judge(&scene, &[]).ended_with(2).says("--har <FILE>");
    scene
        .run(&["traffic", "--openapi", "none.yaml", "--log", "a"])
        .ended_with(2)
        .says("failed to load the document none.yaml");
    scene.write("empty.ndjson", "\n\n");
    judge(&scene, &["--log", "empty.ndjson"]).ended_with(2).says("no exchange was judged");
}

#[test]
fn every_format_tells_of_traffic() {
    let scene = scene();
    let lines = [line("/greetings/Ada", 200, &json!({ "greeting": 7 })), line("/nowhere", 404, &json!(null))];
    scene.write("a.ndjson", &lines.join("\n"));
    for format in ["text", "json", "junit", "sarif", "github", "markdown", "html", "summary"] {
        let told = judge(&scene, &["--log", "a.ndjson", "--format", format]);
        told.ended_with(1).says("response.body.incompatible").says("greeter.json");
    }
    let schema: Value = serde_json::from_str(&scene.run(&["schema"]).stdout).unwrap();
    let (report, _) = scene.json(&["traffic", "--openapi", "greeter.json", "--log", "a.ndjson"]);
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&report));
    assert_eq!(report["traffic"][0]["exchanges"], 2);
    assert_eq!(report["traffic"][0]["unseen"][0]["method"], "DELETE");
    let met = json!({ "count": 1, "file": "a.ndjson", "exchange": 1, "request": "GET /greetings/Ada", "status": 200 });
    let found = report["findings"].as_array().unwrap();
    assert_eq!(found.iter().find(|it| it["severity"] == "error").unwrap()["met"], met);
}
