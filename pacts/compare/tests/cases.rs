//! Our own cases: each folder of `cases/` is a pact, its documents and what comes of them. What is
//! expected is a list of `severity id place file:line`, the place in the pact and the line in the
//! document; or `{"refused": …}`, a part of the message of a document that cannot be loaded.

use std::fs;
use std::path::{Path, PathBuf};

use countersign_compare::{
    Compared, Comparison, Disagreement, Documents, Notes, Pact, Settings, Skipped, compare,
};
use countersign_openapi::{AsyncDocument, Document, LoadOptions, Severity, Undeclared};
use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;

/// What comes of a case.
#[derive(Deserialize)]
#[serde(untagged)]
enum Expected {
    Refused {
        refused: String,
    },
    Strictly {
        /// What is thought of properties that the document does not speak of.
        undeclared: Strictness,
        found: Vec<String>,
    },
    Found(Vec<String>),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Strictness {
    Refused,
    Allowed,
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut trials = Vec::new();
    for entry in fs::read_dir(folder).expect("the cases are there") {
        let folder = entry.expect("the cases can be listed").path();
        let name = folder.file_name().expect("a case has a name").to_string_lossy().into_owned();
        for (suffix, file) in expected(&folder) {
            let (folder, name) = (folder.clone(), format!("{name}{suffix}"));
            trials.push(Trial::test(name, move || run(&folder, &file)));
        }
    }
    trials.sort_by(|one, other| one.name().cmp(other.name()));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// `expected.json` and, for other settings, `expected-NAME.json`.
fn expected(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).expect("a case is a folder");
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.expect("a case can be listed").path()) {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(suffix) = stem.strip_prefix("expected") {
            found.push((suffix.replace('-', " "), path));
        }
    }
    assert!(!found.is_empty(), "{} says nothing of what is expected", folder.display());
    found
}

fn run(folder: &Path, expected: &Path) -> Result<(), Failed> {
    let expected: Expected = serde_json::from_str(&fs::read_to_string(expected)?)?;
    let (undeclared, found) = match expected {
        Expected::Refused { refused } => return refuse(folder, &refused),
        Expected::Strictly { undeclared: Strictness::Refused, found } => (Undeclared::Refused, found),
        Expected::Strictly { undeclared: Strictness::Allowed, found } => (Undeclared::Allowed, found),
        Expected::Found(found) => (Undeclared::default(), found),
    };
    let comparison = comparison(folder, undeclared, Notes::Told)?;
    count(folder, undeclared, &comparison)?;
    let told = told(&comparison);
    if told == found { Ok(()) } else { Err(format!("found {}", serde_json::to_string_pretty(&told)?).into()) }
}

/// Where notes are counted, there are as many of them, and everything else is told as ever.
fn count(folder: &Path, undeclared: Undeclared, in_full: &Comparison) -> Result<(), Failed> {
    let counted = comparison(folder, undeclared, Notes::Counted)?;
    for (counted, in_full) in counted.interactions.iter().zip(&in_full.interactions) {
        let only_notes = in_full.disagreements.iter().all(|one| one.severity == Severity::Info);
        let lines = |compared: &Compared| compared.disagreements.iter().map(line).collect::<Vec<_>>();
        let left_out = counted.disagreements.is_empty() && counted.notes == in_full.disagreements.len();
        if !(lines(counted) == lines(in_full) || (only_notes && left_out)) {
            return Err(format!("{} is told otherwise where notes are counted", in_full.pointer).into());
        }
    }
    Ok(())
}

fn refuse(folder: &Path, refused: &str) -> Result<(), Failed> {
    let told = comparison(folder, Undeclared::default(), Notes::Told);
    let told = told.err().ok_or("it is not refused")?.to_string();
    if told.contains(refused) { Ok(()) } else { Err(told.into()) }
}

fn comparison(
    folder: &Path,
    undeclared: Undeclared,
    notes: Notes,
) -> Result<Comparison, Box<dyn std::error::Error>> {
    let file = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
    let options = LoadOptions::default();
    let openapi = file("openapi.yaml").map(|path| Document::load(&path, &options)).transpose()?;
    let asyncapi = file("asyncapi.yaml").map(|path| AsyncDocument::load(&path, &options)).transpose()?;
    let documents = Documents { openapi: openapi.as_ref(), asyncapi: asyncapi.as_ref() };
    let pact = Pact::load(&folder.join("pact.json"))?;
    Ok(compare(&pact, documents, Settings { undeclared, notes })?)
}

/// What came of a comparison, in the order of the interactions.
fn told(comparison: &Comparison) -> Vec<String> {
    let mut told = Vec::new();
    for compared in &comparison.interactions {
        match compared.skipped {
            Some(Skipped::NoOpenApi) => told.push(format!("skipped {} no OpenAPI", compared.pointer)),
            Some(Skipped::NoAsyncApi) => told.push(format!("skipped {} no AsyncAPI", compared.pointer)),
            Some(Skipped::Kind) => told.push(format!("skipped {} {}", compared.pointer, compared.kind)),
            None => {}
        }
        for one in &compared.disagreements {
            told.push(line(one));
            told.extend(one.causes.iter().map(|cause| format!("  {}", line(cause))));
        }
    }
    told
}

fn line(one: &Disagreement) -> String {
    let severity = match one.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let document = one.document.as_ref().map_or_else(String::new, |position| {
        let file = position.file.rsplit('/').next().unwrap_or_default();
        format!(" {file}:{}", position.line.unwrap_or_default())
    });
    format!("{severity} {} {}{document}", one.id, one.location.pointer)
}
