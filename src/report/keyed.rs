//! A finding as the JSON report writes it: with its key, which is made of its other members.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::finding::{Finding, Key};

/// One disagreement between pact, document and provider, or between two documents.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
pub struct Keyed<'a> {
    /// What it is known by from one run to the next: made of its id and its place, never of wording or lines.
    key: Key,
    #[serde(flatten)]
    finding: &'a Finding,
}

/// Writes each of `findings` with its key.
pub fn serialize<S: Serializer>(findings: &[Finding], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(findings.iter().map(|finding| Keyed { key: finding.key(), finding }))
}
