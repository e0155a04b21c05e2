//! Runs the JSON Schema Test Suite, one named test for each group of cases. The suite lies beside
//! the repository; where it is missing, one test says so and is marked as ignored.

use std::fs;
use std::path::{Path, PathBuf};

use countersign_openapi::{Dialect, Schema};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

/// Cases that cannot be kept, each with the reason. A case that is kept after all fails.
const EXPECTED_FAILURES: [(&str, &str); 6] = [
    (
        "draft2020-12/dynamicRef/$ref to $dynamicRef finds detached $dynamicAnchor",
        "refers to localhost:1234, and nothing is fetched",
    ),
    (
        "draft2020-12/dynamicRef/strict-tree schema, guards against misspelled properties",
        "refers to localhost:1234, and nothing is fetched",
    ),
    (
        "draft2020-12/dynamicRef/tests for implementation dynamic anchor and reference link",
        "refers to localhost:1234, and nothing is fetched",
    ),
    (
        "draft2020-12/dynamicRef/$ref and $dynamicAnchor are independent of order - $defs first",
        "refers to localhost:1234, and nothing is fetched",
    ),
    (
        "draft2020-12/dynamicRef/$ref and $dynamicAnchor are independent of order - $ref first",
        "refers to localhost:1234, and nothing is fetched",
    ),
    (
        "draft2020-12/vocabulary/schema that uses custom metaschema with with no validation vocabulary",
        "a vocabulary is chosen by a metaschema at localhost:1234, and nothing is fetched",
    ),
];

fn main() {
    let arguments = Arguments::from_args();
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance/json-schema");
    let mut trials = Vec::new();
    let drafts =
        [("draft4", Dialect::Draft4), ("draft7", Dialect::Draft7), ("draft2020-12", Dialect::Draft202012)];
    for (folder, dialect) in drafts {
        let files = files(&suite.join(folder));
        if files.is_empty() {
            let name = format!("skipped: no JSON Schema Test Suite at {}", suite.join(folder).display());
            trials.push(Trial::test(name, || Ok(())).with_ignored_flag(true));
        }
        for file in files {
            trials.extend(groups(&file, folder, dialect));
        }
    }
    trials.extend(stale(&trials));
    libtest_mimic::run(&arguments, trials).exit();
}

/// A failing test for each expected failure that no case is named by, where the suite is there.
fn stale(trials: &[Trial]) -> Vec<Trial> {
    let is_there = trials.iter().any(|trial| trial.name().starts_with("draft2020-12/"));
    EXPECTED_FAILURES
        .iter()
        .filter(|(name, _)| is_there && !trials.iter().any(|trial| trial.name() == *name))
        .map(|(name, _)| Trial::test(format!("stale: {name}"), || Err("no case has this name".into())))
        .collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("a listed file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
}

fn groups(file: &Path, folder: &str, dialect: Dialect) -> Vec<Trial> {
    let text = fs::read_to_string(file).expect("a readable file of the suite");
    let groups: Vec<Value> = serde_json::from_str(&text).expect("a file of the suite is a list of groups");
    let keyword = file.file_stem().expect("a file has a name").to_string_lossy().into_owned();
    groups
        .into_iter()
        .map(|group| {
            let description = group["description"].as_str().expect("a group is described");
            let name = format!("{folder}/{keyword}/{description}");
            let expected_failure =
                EXPECTED_FAILURES.iter().find(|(failing, _)| *failing == name).map(|(_, reason)| *reason);
            Trial::test(name, move || match (run(&group, dialect), expected_failure) {
                (Ok(()), Some(reason)) => Err(format!("is kept, though listed as failing: {reason}").into()),
                (Ok(()), None) | (Err(_), Some(_)) => Ok(()),
                (Err(failed), None) => Err(failed),
            })
        })
        .collect()
}

fn run(group: &Value, dialect: Dialect) -> Result<(), Failed> {
    let schema = Schema::compile(&group["schema"], dialect).map_err(|error| error.to_string())?;
    let mut wrong = Vec::new();
    for case in group["tests"].as_array().into_iter().flatten() {
        let errors = schema.errors(&case["data"]);
        if errors.is_empty() != (case["valid"] == true) || errors.iter().any(|error| error.undecided) {
            wrong.push(format!("{}: {errors:?}", case["description"]));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
