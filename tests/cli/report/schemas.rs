//! Reports against the schemas of those who read them. `scripts/setup test` fetches these; without them
//! the tests say that they are skipped, and fail in CI.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use countersign::report::{Format, Parts, Report, Verb};
use serde_json::Value;

use super::rendered;
use super::rich;
use crate::scene::repository;

/// A rich report, and one that has nothing to say.
fn reports() -> [Report; 2] {
    [rich::report(), Report::new(Verb::Diff, Parts::default(), std::time::Duration::ZERO)]
}

/// A schema of `.schemas`, or why the test is skipped.
fn schema(name: &str) -> Option<PathBuf> {
    let file = repository(".schemas").join(name);
    if file.exists() {
        return Some(file);
    }
    skip(&format!("{} is missing", file.display()));
    None
}

/// Says that a test is skipped because something is not installed.
pub fn skip(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{why}; ./scripts/setup installs it");
    // A test that passes shows nothing that it printed: this goes around what catches it.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}; ./scripts/setup installs it");
}

#[test]
fn sarif_is_of_its_schema() {
    let Some(file) = schema("sarif-2.1.0.json") else { return };
    let schema: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    for report in reports() {
        let sarif: Value = serde_json::from_str(&rendered(&report, Format::Sarif)).unwrap();
        let errors: Vec<String> =
            schema.iter_errors(&sarif).map(|it| format!("{}: {it}", it.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    // A schema that would take anything would prove nothing.
    let mut wrong: Value = serde_json::from_str(&rendered(&rich::report(), Format::Sarif)).unwrap();
    wrong["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!schema.is_valid(&wrong));
}

#[test]
fn junit_is_of_its_schema() {
    let texts = reports().map(|report| rendered(&report, Format::Junit));
    is_junit(&texts.each_ref().map(String::as_str));
}

/// Holds each of `texts`, of which the first has a failure, against the schema.
pub fn is_junit(texts: &[&str]) {
    let Some(file) = schema("junit-10.xsd") else { return };
    for text in texts {
        let Some(told) = xmllint(&file, text) else { return };
        assert_eq!(told, Ok(()));
    }
    // A schema that would take anything would prove nothing.
    let wrong = texts[0].replace("<failure ", "<fault ").replace("</failure>", "</fault>");
    assert!(xmllint(&file, &wrong).unwrap().is_err());
}

/// What `xmllint` says of `text`; nothing where there is no `xmllint`.
fn xmllint(schema: &PathBuf, text: &str) -> Option<Result<(), String>> {
    let child = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(schema)
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        skip("xmllint is missing");
        return None;
    };
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(if output.status.success() { Ok(()) } else { Err(told) })
}
