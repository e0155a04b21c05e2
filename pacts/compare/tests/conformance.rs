//! The OpenAPI-Pact comparator's own cases: a test for each folder of
//! `../shared/conformance/pact-openapi`. Compared are the verdict, the set of (severity, code,
//! interaction), and the places in the pact; never the wording. Each difference stands in
//! `deviations.json` with the reason why it is right.

mod comparator;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use comparator::{Found, theirs};
use countersign_compare::{Documents, Pact, Settings, compare};
use countersign_openapi::{AsyncDocument, Document, LoadOptions};
use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;

/// A difference that is right.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Deviation {
    case: String,
    #[serde(default)]
    ours: BTreeSet<String>,
    #[serde(default)]
    theirs: BTreeSet<String>,
    /// Why.
    because: String,
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/pact-openapi");
    let cases = cases(&folder);
    let mut trials = Vec::new();
    if cases.is_empty() {
        let skipped = Trial::test("the comparator's cases are not here", || Ok(())).with_ignored_flag(true);
        trials.push(skipped);
    }
    let deviations = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deviations.json");
    let deviations = fs::read_to_string(deviations).expect("the list of deviations is there");
    let deviations: Vec<Deviation> =
        serde_json::from_str(&deviations).expect("the list of deviations is JSON");
    for case in cases {
        let name = case.strip_prefix(&folder).expect("a case is below the folder").display().to_string();
        let own: Vec<Deviation> = deviations.iter().filter(|one| one.case == name).cloned().collect();
        trials.push(Trial::test(name, move || run(&case, &own)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Every folder that holds a pact.
fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.join("pact.json").is_file() {
            found.push(path);
        } else if path.is_dir() {
            found.extend(cases(&path));
        }
    }
    found.sort();
    found
}

fn run(case: &Path, deviations: &[Deviation]) -> Result<(), Failed> {
    let theirs = theirs(&case.join("results.json"))?;
    let ours = ours(case)?;
    let known = |ours: bool| -> BTreeSet<&str> {
        deviations
            .iter()
            .flat_map(|one| if ours { &one.ours } else { &one.theirs })
            .map(String::as_str)
            .collect()
    };
    let differs = |found: &BTreeSet<Found>, other: &BTreeSet<Found>| -> BTreeSet<String> {
        found.difference(other).map(ToString::to_string).collect()
    };
    let (more, less) = (differs(&ours, &theirs), differs(&theirs, &ours));
    let listed = |found: &BTreeSet<String>, known: &BTreeSet<&str>| {
        found.iter().map(String::as_str).eq(known.iter().copied())
    };
    if !listed(&more, &known(true)) || !listed(&less, &known(false)) {
        return Err(format!("ours alone: {more:#?}\ntheirs alone: {less:#?}").into());
    }
    if deviations.iter().any(|one| one.because.trim().is_empty()) {
        return Err("a deviation has no reason".into());
    }
    Ok(())
}

fn ours(case: &Path) -> Result<BTreeSet<Found>, Failed> {
    let file = |name: &str| Some(case.join(name)).filter(|path| path.is_file());
    let options = LoadOptions::default();
    let openapi = file("oas.yaml").map(|path| Document::load(&path, &options)).transpose()?;
    let asyncapi = file("asyncapi.yaml").map(|path| AsyncDocument::load(&path, &options)).transpose()?;
    let pact = Pact::load(&case.join("pact.json"))?;
    let documents = Documents { openapi: openapi.as_ref(), asyncapi: asyncapi.as_ref() };
    let comparison = compare(&pact, documents, Settings::default())?;
    Ok(comparison.interactions.iter().flat_map(comparator::ours).collect())
}
