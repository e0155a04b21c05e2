//! Where the report goes, and that it gets there whole.

use std::fs;

use clap::ValueEnum;
use countersign::report::Format;
use serde_json::{Value, json};

use crate::foreign::{Foreign, greeter, parrot};
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
fn the_schemas_that_are_committed_are_those_that_are_printed() {
    for of in ["report", "phases"] {
        let printed = Scene::new().run(&["schema", of]);
        printed.ended_with(0);
        let committed = fs::read_to_string(repository(&format!("docs/{of}.schema.json"))).unwrap();
        assert!(
            printed.stdout == committed,
            "the report's shape has changed: write `countersign schema {of}` into docs/{of}.schema.json"
        );
    }
    assert_eq!(Scene::new().run(&["schema"]).stdout, Scene::new().run(&["schema", "report"]).stdout);
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

/// Every format by the name that it has on the command line.
fn formats() -> Vec<String> {
    let formats = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    formats.map(|it| it.get_name().to_owned()).collect()
}

#[test]
fn several_reports_are_written_at_once_and_each_is_whole() {
    let (scene, _service) = half_kept();
    let files: Vec<String> = formats().iter().map(|it| format!("{it}=report.{it}")).collect();
    let mut arguments = vec!["check", "--quiet"];
    arguments.extend(files.iter().flat_map(|file| ["--report", file]));
    let told = scene.run(&arguments);
    told.ended_with(1).says("a number");
    assert_eq!(told.stderr, "");
    for format in formats() {
        let report = fs::read_to_string(scene.path(&format!("report.{format}"))).unwrap();
        assert!(report.contains("a number"), "{format}: {report}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_told_when_the_others_are_there() {
    let (scene, _service) = half_kept();
    let reports =
        ["--report", "junit=nowhere/junit.xml", "--report", "json=report.json", "--report", "sarif=pacts"];
    let told = scene.run(&[&["check"], &reports[..]].concat());
    told.ended_with(2)
        .says("wrote report.json: 1 kept, 1 broken, 0 unknown")
        .says("failed to write the report to nowhere/junit.xml")
        .says("failed to write the report to pacts")
        .says("2 interactions: 1 kept, 1 broken");
    assert!(scene.path("report.json").exists());
}

#[test]
fn a_summary_is_added_to_what_is_there() {
    let (scene, _service) = half_kept();
    scene.write("summary.md", "# The step before\n");
    for _ in 0..2 {
        scene.run(&["check", "--report", "summary=summary.md"]).ended_with(1);
    }
    let summary = fs::read_to_string(scene.path("summary.md")).unwrap();
    assert!(summary.starts_with("# The step before\n## countersign check: broken\n"), "{summary}");
    assert_eq!(summary.matches("## countersign check: broken").count(), 2, "{summary}");
}

#[test]
fn a_report_is_asked_for_as_format_and_file() {
    let scene = Scene::new();
    for (asked, answer) in [
        ("junit.xml", "FORMAT=FILE"),
        ("xml=a", "it has to be one of text, json, junit"),
        ("junit=", "it names no file"),
        ("junit=-", "--format says what goes to standard output"),
    ] {
        scene.run(&["check", "--report", asked]).ended_with(2).says(answer);
    }
    scene.write("countersign.toml", &provider("greeter", "url = \"http://127.0.0.1:9\""));
    scene
        .run(&["check", "--report", "junit=a", "--report", "sarif=a"])
        .ended_with(2)
        .says("two reports would go into a")
        .does_not_say("replaying");
}

#[test]
fn no_format_shows_a_secret() {
    let service = Foreign::serve(parrot());
    let scene = Scene::new();
    scene.pact("web", "greeter", &[get("a greeting", "/greetings/Ada", &json!({ "greeting": 7 }))]);
    scene.write("greeter.json", &greetings(&json!({ "properties": { "greeting": { "type": "integer" } } })));
    for format in formats() {
        let arguments = ["verify", "--provider", "greeter", "--url", &service.url, "--pact"];
        let more = ["pacts/web-greeter.json", "--openapi", "greeter.json", "--format", &format];
        let told =
            scene.run(&[&arguments[..], &more, &["--header", "Authorization: Key hunter2hunter2"]].concat());
        told.ended_with(1).does_not_say("hunter2");
        // Where it would have stood, it says so.
        let blotted = ["***", "\\*\\*\\*"].iter().any(|blot| told.stdout.contains(blot));
        assert!(blotted, "{format}: {}", told.stdout);
    }
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
