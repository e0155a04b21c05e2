//! Where the report goes, and that it gets there whole.

use std::fs;

use serde_json::{Value, json};

use crate::foreign::{Foreign, greeter};
use crate::scene::{Scene, get, greetings, provider, repository};

/// A provider that keeps one promise and breaks another.
fn half_kept() -> (Scene, Foreign) {
    let service = Foreign::serve(greeter());
    let scene = Scene::new();
    let kept = get("a greeting", "/greetings/Ada", &json!({ "greeting": "hello Ada" }));
    let broken = get("a number", "/greetings/Bob", &json!({ "greeting": 7 }));
    scene.pact("web", "greeter", &[kept, broken]);
    scene.write("greeter.json", &greetings(&json!({ "properties": { "greeting": { "type": "string" } } })));
    let lines = format!("url = {:?}\ndocument = \"greeter.json\"", service.url);
    scene.write("countersign.toml", &provider("greeter", &lines));
    (scene, service)
}

#[test]
fn the_schema_that_is_committed_is_the_one_that_is_printed() {
    let printed = Scene::new().run(&["schema"]);
    printed.ended_with(0);
    let committed = fs::read_to_string(repository("docs/report.schema.json")).unwrap();
    assert!(
        printed.stdout == committed,
        "the report's shape has changed: write `countersign schema` into docs/report.schema.json"
    );
}

#[test]
fn every_json_report_is_of_the_printed_schema() {
    let (scene, _service) = half_kept();
    let schema: Value = serde_json::from_str(&scene.run(&["schema"]).stdout).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let (report, told) = scene.json(&["check"]);
    told.ended_with(1);
    assert!(schema.is_valid(&report), "{:?}", schema.iter_errors(&report).collect::<Vec<_>>());
    scene.write("pacts/torn.json", "{");
    let (report, _) = scene.json(&["check"]);
    assert!(schema.is_valid(&report), "{:?}", schema.iter_errors(&report).collect::<Vec<_>>());
    assert!(!schema.is_valid(&json!({ "version": 1 })));
}

#[test]
fn quiet_shows_only_what_is_not_kept_and_verbose_shows_all() {
    let (scene, _service) = half_kept();
    let plain = scene.run(&["check"]);
    plain.ended_with(1).says("a number").does_not_say("kept    a greeting").says("replaying web-greeter");
    scene
        .run(&["check", "--verbose"])
        .ended_with(1)
        .says("kept    a greeting")
        .says("unused  /greetings/{name}");
    let quiet = scene.run(&["check", "--quiet"]);
    quiet.ended_with(1).says("a number").does_not_say("unused");
    assert_eq!(quiet.stderr, "");
}

#[test]
fn a_report_is_written_whole_into_a_file() {
    let (scene, _service) = half_kept();
    scene.write("report.json", "what was there before");
    let told = scene.run(&["check", "--format", "json", "--output", "report.json"]);
    told.ended_with(1);
    assert_eq!(told.stdout, "");
    told.says("wrote report.json: 1 kept, 1 broken, 0 unknown");
    let report: Value =
        serde_json::from_str(&fs::read_to_string(scene.path("report.json")).unwrap()).unwrap();
    assert_eq!(report["summary"]["broken"], 1);
    let left: Vec<_> =
        fs::read_dir(scene.path(".")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "nothing else is left behind: {left:?}");
}

#[test]
fn a_place_that_cannot_be_written_is_told_before_anything_runs() {
    let (scene, _service) = half_kept();
    for target in ["nowhere/report.json", "pacts"] {
        let told = scene.run(&["check", "--output", target]);
        told.ended_with(2).says(&format!("failed to write the report to {target}"));
        told.does_not_say("replaying");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_loses_nothing() {
    let (scene, _service) = half_kept();
    let told = scene.run(&["check", "--output", "/dev/full"]);
    told.ended_with(2)
        .says("failed to write the report to /dev/full: No space left on device")
        .says("hint: the report is on standard output instead")
        .says("2 interactions: 1 kept, 1 broken");
}

#[test]
fn init_writes_what_is_not_there_and_nothing_else() {
    let scene = Scene::new();
    scene.run(&["init"]).ended_with(0).says("wrote countersign.toml");
    scene.write("countersign.toml", "mine");
    scene.run(&["init"]).ended_with(2).says("countersign.toml is there already, and was left as it is");
    assert_eq!(fs::read_to_string(scene.path("countersign.toml")).unwrap(), "mine");
    scene.run(&["init", "nowhere"]).ended_with(2).says("failed to write nowhere/countersign.toml");
}

#[test]
fn the_help_tells_the_verbs_and_the_exit_codes() {
    let help = Scene::new().run(&["--help"]);
    help.ended_with(0);
    insta::assert_snapshot!(help.stdout);
}
