//! A document held against itself is silent, whoever wrote it: every document below the folder that
//! `COUNTERSIGN_DOCUMENTS` names, such as the package that `scripts/try-directory` fetches into `target/`.
//! Where nothing is named that is said, and nothing is compared.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use countersign_openapi::diff::{Action, Change, Kind, Options, compare};
use countersign_openapi::rule::{Levels, Rules};
use countersign_openapi::{Document, LoadOptions};

/// What became of one document.
enum Outcome {
    Silent,
    /// It is none, or one that cannot be read by itself.
    Refused(String),
    Noisy(String),
}

#[test]
fn a_document_held_against_itself_is_silent() {
    let Some(folder) = env::var_os("COUNTERSIGN_DOCUMENTS") else {
        eprintln!("skipped: COUNTERSIGN_DOCUMENTS names no folder of documents");
        return;
    };
    let mut files = Vec::new();
    list(Path::new(&folder), &mut files);
    assert!(!files.is_empty(), "there are no documents below {}", folder.display());
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = (file, judge(file));
            outcomes.lock().expect("nobody panics while holding it").push(outcome);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let outcomes = outcomes.into_inner().expect("nobody panics while holding it");
    let silent = outcomes.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Silent)).count();
    let mut noisy = Vec::new();
    for (file, outcome) in &outcomes {
        match outcome {
            Outcome::Silent => {}
            Outcome::Refused(why) => eprintln!("refused: {}: {why}", file.display()),
            Outcome::Noisy(what) => noisy.push(format!("{}: {what}", file.display())),
        }
    }
    eprintln!("{silent} of {} documents are silent, {} are not", outcomes.len(), noisy.len());
    assert!(noisy.is_empty(), "{noisy:#?}");
    assert!(silent > 0, "none of the documents can be read");
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("an entry of the folder can be read").path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            list(&path, files);
        } else if matches!(extension, Some("json" | "yaml" | "yml")) {
            files.push(path);
        }
    }
}

fn judge(file: &Path) -> Outcome {
    let options = LoadOptions { examples: false, ..LoadOptions::default() };
    let document = match Document::load(file, &options) {
        Ok(document) => document,
        Err(error) => return Outcome::Refused(error.to_string()),
    };
    let day = "2026-06-01".parse().expect("the day is one");
    let comparison = match compare(&document, &document, &Options::on(day)) {
        Ok(comparison) => comparison,
        Err(error) => return Outcome::Noisy(error.to_string()),
    };
    // That the version stands as it stood is known, and no change.
    let is_change = |change: &&Change| (change.kind, change.action) != (Kind::Version, Action::Kept);
    let found = Rules::embedded().judge(&comparison, &Levels::new()).len();
    match comparison.changes.iter().find(is_change) {
        None if found == 0 => Outcome::Silent,
        first => Outcome::Noisy(format!(
            "{found} findings, {} changes, such as {first:?}",
            comparison.changes.iter().filter(is_change).count()
        )),
    }
}
