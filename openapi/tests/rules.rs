//! Every rule and its pair of documents: each folder of `cases/` is called as its rule is, and every
//! rule is asked about every pair. `expected.json` is all that is found; `COUNTERSIGN_UPDATE=1` writes
//! what is found now in its place, for whoever has looked at it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use countersign_openapi::diff::{Change, Options, Use, compare};
use countersign_openapi::rule::{Judgement, Levels, Rules};
use countersign_openapi::{Document, LoadOptions, Position, Severity};
use libtest_mimic::{Arguments, Failed, Trial};
use serde::{Deserialize, Serialize};

/// What a case expects.
#[derive(Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// The days that a deprecation has to last, where any are asked for.
    #[serde(default, skip_serializing_if = "is_nought")]
    notice: u32,
    findings: Vec<Found>,
}

/// One finding at one place.
#[derive(Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Found {
    rule: String,
    severity: Severity,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    /// In the value of the part, as a JSON pointer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    place: String,
    /// The line in `base.yaml`.
    base: Option<usize>,
    /// The line in `revised.yaml`.
    revised: Option<usize>,
}

/// The day on which all cases are compared.
const DAY: &str = "2026-06-01";

fn main() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut trials = Vec::new();
    for rule in Rules::embedded().all() {
        let folder = cases.join(&rule.id);
        trials.push(Trial::test(rule.id.clone(), move || run(&rule.id, &folder)));
    }
    let folders: Vec<PathBuf> = fs::read_dir(&cases)
        .expect("the folder of cases can be read")
        .map(|entry| entry.expect("an entry of the folder of cases can be read").path())
        .collect();
    trials.push(Trial::test("every case is of a rule", move || {
        let name = |folder: &PathBuf| folder.file_name().map(|name| name.to_string_lossy().into_owned());
        let strays: Vec<String> =
            folders.iter().filter_map(name).filter(|name| Rules::embedded().get(name).is_none()).collect();
        if strays.is_empty() { Ok(()) } else { Err(format!("there are no rules called {strays:?}").into()) }
    }));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn run(rule: &str, folder: &Path) -> Result<(), Failed> {
    let load = |name: &str| {
        let file = folder.join(name);
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        Document::from_text(name, &text, &LoadOptions::default()).map_err(|error| format!("{rule}: {error}"))
    };
    let (base, revised) = (load("base.yaml")?, load("revised.yaml")?);
    let file = folder.join("expected.json");
    let expected = fs::read_to_string(&file).unwrap_or_else(|_| r#"{"findings": []}"#.to_owned());
    let expected: Expected = serde_json::from_str(&expected).map_err(|error| format!("{rule}: {error}"))?;
    let today: NaiveDate = DAY.parse().expect("the day is one");
    let options = Options { notice: expected.notice, ..Options::on(today) };
    for document in [&base, &revised] {
        let comparison = compare(document, document, &options)?;
        let found = Rules::embedded().judge(&comparison, &Levels::new());
        if !found.is_empty() {
            return Err(format!("a document held against itself is not silent: {found:#?}").into());
        }
    }
    let comparison = compare(&base, &revised, &options)?;
    let judged = Rules::embedded().judge(&comparison, &Levels::new());
    one_rule_a_change(&judged)?;
    let found = Expected { notice: expected.notice, findings: judged.iter().flat_map(findings).collect() };
    if env::var_os("COUNTERSIGN_UPDATE").is_some() {
        let text = serde_json::to_string_pretty(&found)? + "\n";
        fs::write(&file, text)?;
    } else if found != expected {
        return Err(format!("expected {expected:#?}\nfound {found:#?}").into());
    }
    if found.findings.iter().any(|finding| finding.rule == rule) {
        return Ok(());
    }
    let changes = &comparison.changes;
    Err(format!("the rule does not find its own case: {found:#?}\nof the changes {changes:#?}").into())
}

/// Two rules for one change would say the same thing twice.
fn one_rule_a_change(judged: &[Judgement<'_>]) -> Result<(), Failed> {
    for (index, one) in judged.iter().enumerate() {
        let other = judged[index + 1..].iter().find(|other| std::ptr::eq(other.change, one.change));
        if let Some(other) = other {
            return Err(format!("{} and {} are about the same change", one.rule.id, other.rule.id).into());
        }
    }
    Ok(())
}

fn findings(judgement: &Judgement<'_>) -> Vec<Found> {
    judgement.change.uses.iter().map(|place| finding(judgement, judgement.change, place)).collect()
}

fn finding(judgement: &Judgement<'_>, change: &Change, place: &Use) -> Found {
    let line = |position: &Option<Position>| position.as_ref().and_then(|position| position.line);
    Found {
        rule: judgement.rule.id.clone(),
        severity: judgement.severity,
        message: judgement.rule.message.about(change, place),
        operation: place.operation.as_ref().map(ToString::to_string),
        place: change.place(place).to_string(),
        base: line(&change.base),
        revised: line(&change.revised),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_nought(number: &u32) -> bool {
    *number == 0
}
