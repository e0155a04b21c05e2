//! This house's own contracts, by the program and the configuration that the README shows.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod broker;
mod released;

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use private_redis::PrivateRedis;
use serde_json::Value;
use tempfile::NamedTempFile;

const HOUSE: &str = env!("CARGO_MANIFEST_DIR");

/// The line of `countersign.toml` that takes the place of the one that starts our own worker.
const CELERY: &str = "# start = [\".python/bin/celery\"";

/// `countersign.toml` with one line changed: whoever serves the queue is a Python Celery worker.
fn with_a_celery_worker() -> String {
    let config = fs::read_to_string(Path::new(HOUSE).join("countersign.toml")).unwrap();
    let lines: Vec<&str> = config.lines().collect();
    let celery = lines.iter().position(|line| line.starts_with(CELERY)).expect("the line stands there");
    assert!(lines[celery - 1].starts_with("start = ["), "below the one whose place it takes");
    let mut lines: Vec<&str> = lines;
    lines[celery] = lines[celery].trim_start_matches("# ");
    lines.remove(celery - 1);
    lines.join("\n")
}

fn is_skipped() -> bool {
    if PrivateRedis::for_test().is_none() {
        return true;
    }
    let celery = Path::new(HOUSE).join(".python/bin/celery").exists();
    assert!(
        celery || std::env::var_os("CI").is_none(),
        "Celery is not installed; ./scripts/setup installs it"
    );
    if !celery {
        let _ = writeln!(io::stderr(), "SKIPPED: Celery is not installed; ./scripts/setup installs it");
    }
    !celery
}

#[test]
fn the_pact_of_the_queue_binds_a_python_celery_worker_too() {
    if is_skipped() {
        return;
    }
    // Beside countersign.toml, whose paths are relative to it.
    let mut config: NamedTempFile =
        tempfile::Builder::new().prefix(".countersign-").suffix(".toml").tempfile_in(HOUSE).unwrap();
    config.write_all(with_a_celery_worker().as_bytes()).unwrap();
    let checked = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["check", "--provider", "queue", "--format", "json", "--config"])
        .arg(config.path())
        .current_dir(HOUSE)
        .env_remove("REDIS_URL")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{}\n{told}", String::from_utf8_lossy(&checked.stdout));
    let report: Value = serde_json::from_slice(&checked.stdout).unwrap();
    let pact: Value = serde_json::from_str(
        &fs::read_to_string(Path::new(HOUSE).join("pacts/archivist-queue.json")).unwrap(),
    )
    .unwrap();
    let interactions = pact["interactions"].as_array().unwrap().len();
    assert_eq!(report["summary"]["kept"], interactions, "{report:#}");
}
