//! `countersign phases` over a small project of its own, which needs nothing but cargo and cargo-nextest.

mod ending;
mod faces;
mod project;
mod rich;

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::report::schemas::skip;
use crate::scene::{Scene, Told};
use project::{project, run};

/// Whether cargo-nextest is there; if not, the test says so.
fn nextest() -> bool {
    let there =
        Command::new("cargo").args(["nextest", "--version"]).output().is_ok_and(|it| it.status.success());
    if !there {
        skip("cargo-nextest is missing");
    }
    there
}

fn report(scene: &Scene) -> Value {
    serde_json::from_str(&fs::read_to_string(scene.path("out/phases.json")).unwrap()).unwrap()
}

/// Holds `report` against the schema that is printed.
fn is_of_the_schema(report: &Value) {
    let schema = serde_json::to_value(countersign::phases::schema()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = schema.iter_errors(report).map(|it| it.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    assert!(!schema.is_valid(&serde_json::json!({ "version": 1 })));
}

fn reported(scene: &Scene, arguments: &[&str]) -> (Value, Told) {
    let told = run(scene, &[arguments, &["--report", "out"]].concat());
    (report(scene), told)
}

#[test]
fn a_phase_of_which_everything_passes_is_kept() {
    if !nextest() {
        return;
    }
    let scene = project();
    let (report, told) = reported(&scene, &["--phase", "1"]);
    told.ended_with(0).says("good: 2 passed").says("kept: 2 tests");
    let written = |name: &str| fs::read_to_string(scene.path("out").join(name)).unwrap();
    assert!(written("phases.xml").contains("name=\"good::hears_the_service\""));
    assert!(written("phases.html").contains("<title>kept – countersign phases</title>"));
    assert_eq!(report["outcome"], "kept");
    assert_eq!(report["phases"][0]["areas"][0]["counts"]["passed"], 2);
    // The service was there, and was measured.
    let resources = report["phases"][0]["resources"].as_array().unwrap();
    assert!(resources.iter().any(|it| it["name"] == "talker"), "{resources:?}");
    assert_eq!(report["coverage"][0]["covered"], 1);
    assert_eq!(report["coverage"][0]["asked"], 1);
}

#[test]
fn failures_flakes_skips_and_missing_tests_are_told_apart() {
    if !nextest() {
        return;
    }
    let scene = project();
    let (report, told) = reported(&scene, &[]);
    told.ended_with(1).says("names no test").does_not_say("hunter2");
    for face in ["phases.json", "phases.xml", "phases.html"] {
        let text = fs::read_to_string(scene.path("out").join(face)).unwrap();
        assert!(text.contains("bad::fails_too") && !text.contains("hunter2"), "{face}: {text}");
    }
    is_of_the_schema(&report);
    let phase = &report["phases"][1];
    let counts = &phase["counts"];
    assert_eq!(
        (&counts["passed"], &counts["failed"], &counts["flaky"], &counts["skipped"]),
        (&1.into(), &2.into(), &1.into(), &2.into())
    );
    // Two tests failed of one cause, and the service said something meanwhile.
    let cause = &phase["causes"][0];
    assert_eq!(cause["tests"].as_array().unwrap().len(), 2, "{cause}");
    assert_eq!(cause["pattern"], "port [n] is taken, says [secret]");
    assert!(cause["logs"][0]["lines"].to_string().contains("tick"), "{cause}");
    let ids: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    for id in [
        "phase.test-failed",
        "phase.too-flaky",
        "phase.tests-skipped",
        "coverage.no-test",
        "coverage.target-missed",
    ] {
        assert!(ids.contains(&id), "{id} is not in {ids:?}");
    }
    let states = report["coverage"][0]["entries"].as_array().unwrap();
    let states: Vec<&str> = states.iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["covered", "failed", "no-test"]);
}

#[test]
fn a_deployment_is_tested_with_what_can_run_there() {
    if !nextest() {
        return;
    }
    let scene = project();
    let (report, told) = reported(&scene, &["--url", "http://deployed.example"]);
    told.does_not_say("starting talker").says("it needs its own services");
    assert_eq!(report["phases"][0]["counts"]["passed"], 1);
    assert_eq!(report["url"], "http://deployed.example");
    let mut command = project::command(&scene, &["--url", "http://deployed.example"]);
    let told = Told::from(command.env_remove("TINY_PASSWORD").output().unwrap());
    told.ended_with(2).says("TINY_PASSWORD is not set");
}

#[test]
fn what_cannot_be_run_ends_with_two() {
    if !nextest() {
        return;
    }
    let scene = project();
    run(&scene, &["--phase", "7"]).ended_with(2).says("describes no phase 7").says("1, 2");
    scene.write("tests/api.rs", "#[test] fn a() { nonsense }\n");
    run(&scene, &[]).ended_with(2).says("the tests cannot be built").says("nonsense");
}
