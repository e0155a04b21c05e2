//! What is claimed to be covered, as a file lists it, held against the tests that ran.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::model::{Coverage, Covered, Entry, TestId, TestOutcome, TestResult};

/// The claims of a file, by kind: each is covered by tests.
pub type Claims = BTreeMap<String, Vec<Claim>>;

/// One claim.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    pub name: String,
    /// Each a filterset, or `binary-id test-name`.
    pub tests: Vec<String>,
}

/// Reads the claims in `file`.
pub fn load(file: &Path) -> Result<Claims, String> {
    let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| wrong(&error))?;
    toml::from_str(&text).map_err(|error| wrong(&error))
}

/// The filterset of a claim's test.
pub fn filterset(test: &str) -> String {
    match test.split_once(' ') {
        Some((binary, name)) if !test.contains(['(', ')', '&', '|']) => {
            format!("binary_id(={binary}) & test(={})", name.trim())
        }
        _ => test.to_owned(),
    }
}

/// How a claim stands. `there` are its tests; `partial` says that only a part of the phases was chosen.
pub fn judge(claim: &Claim, there: &BTreeSet<TestId>, ran: &[TestResult], partial: bool) -> Entry {
    let of_it: Vec<&TestResult> = ran.iter().filter(|it| there.contains(&it.test)).collect();
    let with = |outcome| of_it.iter().find(|it| it.outcome == outcome);
    let (state, why) = if there.is_empty() && !partial {
        (Covered::NoTest, Some(format!("names no test: {}", claim.tests.join(", "))))
    } else if let Some(failed) = with(TestOutcome::Failed) {
        (Covered::Failed, Some(format!("{} failed", failed.test)))
    } else if let Some(skipped) = with(TestOutcome::Skipped) {
        (Covered::Skipped, Some(format!("{} was skipped", skipped.test)))
    } else if !of_it.is_empty() {
        (Covered::Covered, None)
    } else if partial {
        (Covered::NotAsked, None)
    } else {
        (Covered::NotRun, Some("no phase runs its tests".to_owned()))
    };
    let tests = of_it.iter().map(|it| it.test.clone()).collect();
    Entry { name: claim.name.clone(), state, tests, why }
}

/// One kind, from its entries.
pub fn kind(kind: String, target: Option<f64>, entries: Vec<Entry>) -> Coverage {
    let count = |is: &dyn Fn(Covered) -> bool| entries.iter().filter(|it| is(it.state)).count();
    let asked = count(&|it| it != Covered::NotAsked);
    let covered = count(&|it| it == Covered::Covered);
    Coverage { kind, target, asked, covered, entries }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_covered_only_where_a_test_ran_and_none_failed() {
        let id = |name: &str| TestId { binary: "a".to_owned(), name: name.to_owned() };
        let ran = |name: &str, outcome| TestResult {
            test: id(name),
            outcome,
            duration_ms: 1,
            attempts: 1,
            why: None,
        };
        let ran = [
            ran("good", TestOutcome::Passed),
            ran("bad", TestOutcome::Failed),
            ran("out", TestOutcome::Skipped),
        ];
        let claim = Claim { name: "x".to_owned(), tests: vec!["a good".to_owned()] };
        let state = |names: &[&str], partial| {
            judge(&claim, &names.iter().map(|it| id(it)).collect(), &ran, partial).state
        };
        assert_eq!(state(&["good"], false), Covered::Covered);
        assert_eq!(state(&["good", "bad"], false), Covered::Failed);
        assert_eq!(state(&["good", "out"], false), Covered::Skipped);
        assert_eq!(state(&["other"], false), Covered::NotRun);
        assert_eq!(state(&["other"], true), Covered::NotAsked);
        assert_eq!(state(&[], false), Covered::NoTest);
        assert_eq!(filterset("a::b c::d"), "binary_id(=a::b) & test(=c::d)");
        assert_eq!(filterset("test(x) & test(y)"), "test(x) & test(y)");
    }
}
