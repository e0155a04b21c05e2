//! Pairs of documents of another comparator's tests, with what it found: one test a pair. They stand
//! beside the house, in `../shared/conformance/diff`; where they are absent that is said, and nothing
//! is compared. Where ours differs, `conformance/deviations.toml` says why.
#![expect(clippy::print_stderr, reason = "what is skipped has to be seen")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use countersign_openapi::diff::{Comparison, Options, compare};
use countersign_openapi::rule::{Levels, Rules};
use countersign_openapi::{Document, LoadError, LoadOptions, Severity};
use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;

/// One line of `golden.jsonl`.
#[derive(Deserialize)]
struct Golden {
    /// The names of both documents.
    pair: String,
    /// `yes`, `warn`, `no` or `load-error`.
    breaking: String,
    /// Id, severity, section, path, method.
    changes: Vec<(String, Severity, String, String, String)>,
}

/// Where ours differs, and why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deviations {
    /// By pair: another verdict.
    verdict: BTreeMap<String, String>,
    /// By id: theirs that ours lacks or weighs otherwise.
    theirs: BTreeMap<String, String>,
    /// By id: ours that theirs lacks or weighs otherwise.
    ours: BTreeMap<String, String>,
}

/// Errors and warnings of one operation, by their ids.
type ByOperation = BTreeMap<(String, String), BTreeSet<String>>;

/// A day on which none of the sunsets that the pairs have ahead of them had come.
const DAY: &str = "2026-11-01";

/// In place of a method: an operation of a webhook or a callback. The other comparator does not look inside
/// of them, so that only the verdicts are held against one another there.
const INSIDE: &str = "inside";

/// How many verdicts of a hundred have to agree, whatever the reasons.
const AGREEMENT: usize = 97;

fn main() {
    let house = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = house.join("../../shared/conformance/diff");
    let arguments = Arguments::from_args();
    let Ok(golden) = fs::read_to_string(folder.join("golden.jsonl")) else {
        eprintln!("skipped: {} is not there", folder.display());
        libtest_mimic::run(&arguments, Vec::new()).exit();
    };
    let text = fs::read_to_string(house.join("tests/conformance/deviations.toml")).expect("it is committed");
    let deviations: Arc<Deviations> = Arc::new(toml::from_str(&text).expect("the deviations are TOML"));
    let pairs: Vec<Golden> = golden
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect();
    let mut trials = vec![agreement(&pairs, &folder)];
    for pair in pairs {
        let (folder, deviations) = (folder.clone(), Arc::clone(&deviations));
        trials.push(Trial::test(pair.pair.clone(), move || run(&pair, &folder, &deviations)));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn agreement(pairs: &[Golden], folder: &Path) -> Trial {
    let theirs: Vec<(String, String)> =
        pairs.iter().map(|pair| (pair.pair.clone(), pair.breaking.clone())).collect();
    let folder = folder.to_owned();
    Trial::test("verdicts agree", move || {
        let agree =
            theirs.iter().filter(|(pair, breaking)| verdict(&found(pair, &folder)) == breaking).count();
        if agree * 100 >= theirs.len() * AGREEMENT {
            return Ok(());
        }
        Err(format!("{agree} of {} verdicts agree: {AGREEMENT} of a hundred have to", theirs.len()).into())
    })
}

fn run(golden: &Golden, folder: &Path, deviations: &Deviations) -> Result<(), Failed> {
    let found = found(&golden.pair, folder);
    let ours = verdict(&found);
    let listed = deviations.verdict.contains_key(&golden.pair);
    if (ours == golden.breaking) == listed {
        if listed {
            return Err("the verdicts agree: take the pair off the list of deviations".into());
        }
        return Err(format!("theirs is {}, ours is {ours}: {found:#?}", golden.breaking).into());
    }
    let Ok(found) = found else { return Ok(()) };
    let theirs = theirs(golden);
    let places: BTreeSet<_> = theirs.keys().chain(found.keys()).collect();
    let none = BTreeSet::new();
    let mut differences = Vec::new();
    for place in places.into_iter().filter(|(_, method)| method != INSIDE) {
        let (theirs, ours) = (theirs.get(place).unwrap_or(&none), found.get(place).unwrap_or(&none));
        let id = |word: &str| word.rsplit(' ').next().unwrap_or_default().to_owned();
        let alone = theirs.difference(ours).filter(|it| !deviations.theirs.contains_key(&id(it)));
        differences.extend(alone.map(|it| format!("{place:?} theirs alone: {it}")));
        let alone = ours.difference(theirs).filter(|it| !deviations.ours.contains_key(&id(it)));
        differences.extend(alone.map(|it| format!("{place:?} ours alone: {it}")));
    }
    if differences.is_empty() || listed { Ok(()) } else { Err(format!("{differences:#?}").into()) }
}

fn found(pair: &str, folder: &Path) -> Result<ByOperation, LoadError> {
    let (base, revised) = pair.split_once("..").expect("a pair is named by both its documents");
    let load = |name: &str| -> Result<Document, LoadError> {
        let file: PathBuf = folder.join("specs").join(format!("{name}.json"));
        Document::load(&file, &LoadOptions::default())
    };
    let (base, revised) = (load(base)?, load(revised)?);
    let today: NaiveDate = DAY.parse().expect("the day is one");
    let comparison = compare(&base, &revised, &Options::on(today)).expect("small documents can be compared");
    Ok(ids(&comparison))
}

fn ids(comparison: &Comparison) -> ByOperation {
    let mut ids = ByOperation::new();
    for judgement in Rules::embedded().judge(comparison, &Levels::new()) {
        if judgement.severity == Severity::Info {
            continue;
        }
        for place in judgement.change.uses.iter() {
            let operation = place.operation.as_ref();
            let operation = operation.map(|it| {
                let method = if it.is_of_paths() { &it.method } else { INSIDE };
                (it.path.clone(), method.to_owned())
            });
            let operation = operation.unwrap_or_default();
            ids.entry(operation).or_default().insert(weighed(judgement.severity, &judgement.rule.id));
        }
    }
    ids
}

fn theirs(golden: &Golden) -> ByOperation {
    let mut ids = ByOperation::new();
    for (id, severity, _, path, method) in &golden.changes {
        if *severity != Severity::Info {
            ids.entry((path.clone(), method.clone())).or_default().insert(weighed(*severity, id));
        }
    }
    ids
}

fn weighed(severity: Severity, id: &str) -> String {
    format!("{} {id}", if severity == Severity::Error { "error" } else { "warning" })
}

fn verdict(found: &Result<ByOperation, LoadError>) -> &'static str {
    match found {
        Err(_) => "load-error",
        Ok(found) if found.values().flatten().any(|it| it.starts_with("error")) => "yes",
        Ok(found) if found.is_empty() => "no",
        Ok(_) => "warn",
    }
}
