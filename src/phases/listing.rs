//! The list of tests, as `cargo nextest list --message-format json` prints it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::model::TestId;

/// A test that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub test: TestId,
    /// It is not run where nobody asks for it.
    pub ignored: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct List {
    rust_suites: BTreeMap<String, Suite>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Suite {
    binary_id: String,
    #[serde(default)]
    testcases: BTreeMap<String, Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Case {
    ignored: bool,
    filter_match: Match,
}

#[derive(Deserialize)]
struct Match {
    status: String,
}

/// The tests of the list that its filterset chose.
pub fn parse(json: &str) -> Result<Vec<Listed>, String> {
    let list: List = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let mut tests = Vec::new();
    for suite in list.rust_suites.into_values() {
        for (name, case) in suite.testcases {
            if case.filter_match.status == "matches" {
                let test = TestId { binary: suite.binary_id.clone(), name };
                tests.push(Listed { test, ignored: case.ignored });
            }
        }
    }
    Ok(tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_the_filterset_chose() {
        let text = r#"{"rust-build-meta": {}, "test-count": 3, "rust-suites": {"a::b": {"binary-id": "a::b",
            "status": "listed", "testcases": {
            "x": {"kind": "test", "ignored": false, "filter-match": {"status": "matches"}},
            "y": {"kind": "test", "ignored": true, "filter-match": {"status": "matches"}},
            "z": {"ignored": false, "filter-match": {"status": "mismatch", "reason": "expression"}}}}}}"#;
        let tests = parse(text).unwrap();
        assert_eq!(tests.len(), 2);
        assert_eq!(tests[0].test.to_string(), "a::b x");
        assert!(tests[1].ignored);
        assert!(parse("{}").is_err());
    }
}
