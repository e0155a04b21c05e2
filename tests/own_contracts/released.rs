//! What was released of this house's documents, and what the repository says now: `countersign drift` as CI
//! runs it, and that it would tell.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::HOUSE;

/// How `countersign drift` ends in a folder, and its report.
fn drift(folder: &Path) -> (Option<i32>, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["drift", "--format", "json"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    (
        output.status.code(),
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}")),
    )
}

#[test]
fn the_world_can_go_on_relying_on_what_was_released() {
    let (code, report) = drift(Path::new(HOUSE));
    assert_eq!(code, Some(0), "{report:#}");
    let released: Vec<&str> = report["documents"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["standing"] == "released")
        .map(|it| it["provider"].as_str().unwrap())
        .collect();
    assert_eq!(
        released,
        ["cablecast", "archivist"],
        "each provider with a document has one that was released"
    );
    assert_eq!(report["summary"]["findings"]["warnings"], 0, "mend it, or accept it until a day: {report:#}");
}

#[test]
fn an_operation_that_was_released_and_is_gone_would_be_told_with_whom_that_hurts() {
    let folder = TempDir::new().unwrap();
    let current = fs::read_to_string(Path::new(HOUSE).join("openapi/archivist.yaml")).unwrap();
    let path = "\n  /api/vod/list:\n";
    assert!(current.contains(path));
    fs::write(folder.path().join("archivist.yaml"), current.replace(path, "\n  /api/vod/all:\n")).unwrap();
    let config = format!(
        "pacts = {:?}\n\n[[provider]]\nname = \"archivist\"\ndocument = \"archivist.yaml\"\nreleased = {:?}\nstart = [\"archivist\"]\nurl = \"http://127.0.0.1:1\"\n",
        Path::new(HOUSE).join("pacts"),
        Path::new(HOUSE).join("openapi/released"),
    );
    fs::write(folder.path().join("countersign.toml"), config).unwrap();
    let (code, report) = drift(folder.path());
    assert_eq!(code, Some(1), "{report:#}");
    let findings = report["findings"].as_array().unwrap();
    let gone = findings.iter().find(|it| it["operation"] == "GET /api/vod/list").unwrap();
    assert_eq!(gone["severity"], "error");
    assert!(
        gone["affects"].as_array().unwrap().iter().any(|it| it["contract"] == "ui-archivist"),
        "{gone:#}"
    );
}
