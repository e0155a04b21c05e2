//! The report: what a run found, as values that every format reads and none changes. Its JSON form
//! is stable within a version and described by `docs/report.schema.json`.

mod part;
mod traffic;

use std::collections::BTreeSet;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::keyed;
use crate::finding::{self, Finding, Severity};
pub use part::{
    Compared, Contract, Coverage, Direction, Interaction, Message, Operation, Rule, Standing, Trouble,
};
pub use traffic::{LeftOut, Traffic};

/// The version of the report's shape. Members may be added within a version, never changed.
pub const VERSION: u32 = 2;

/// Everything that one run of `countersign` found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "countersign report")]
pub struct Report {
    /// The version of this shape.
    #[schemars(extend("const" = 2))]
    pub version: u32,
    /// What made it.
    pub verb: Verb,
    pub summary: Summary,
    /// Every disagreement between pact, document and provider, by contract and then in the order of
    /// the pact; and every change from one document to another, in the order of the document.
    #[serde(serialize_with = "keyed::serialize")]
    #[schemars(with = "Vec<keyed::Keyed<'_>>")]
    pub findings: Vec<Finding>,
    /// Whatever kept something from being told. None of it counts as kept.
    pub errors: Vec<Trouble>,
    pub contracts: Vec<Contract>,
    /// How much of each document the contracts use. Empty where only a part was replayed.
    pub coverage: Vec<Coverage>,
    /// The documents that were compared with each other.
    pub documents: Vec<Compared>,
    /// Traffic that was held against documents.
    pub traffic: Vec<Traffic>,
    /// What the ids of the findings stand for, by id.
    pub rules: Vec<Rule>,
}

/// What a report is put together from.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    pub findings: Vec<Finding>,
    pub errors: Vec<Trouble>,
    pub contracts: Vec<Contract>,
    pub coverage: Vec<Coverage>,
    pub documents: Vec<Compared>,
    pub traffic: Vec<Traffic>,
    pub rules: Vec<Rule>,
    /// Notes that were counted instead of told.
    pub counted: usize,
}

/// What makes a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Every pact of `countersign.toml` is replayed.
    Check,
    /// The pacts of one provider are replayed.
    Verify,
    /// Pacts are held against documents.
    Compare,
    /// Two documents are compared.
    Diff,
    /// What is released, current and served are compared.
    Drift,
    /// Live traffic is held against a document.
    Proxy,
    /// Recorded traffic is held against a document.
    Traffic,
}

/// The run in numbers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Summary {
    /// What the exit code says: `kept` 0, `broken` 1, `unknown` 2.
    pub outcome: Outcome,
    pub contracts: usize,
    pub interactions: usize,
    pub kept: usize,
    pub broken: usize,
    pub unknown: usize,
    pub findings: Tally,
    pub duration_ms: u64,
}

/// How many findings there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tally {
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
    /// Of whatever severity: those that somebody has accepted, which count nowhere else.
    pub accepted: usize,
}

/// The three ways a contract can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Kept,
    Broken,
    /// It could not be told.
    Unknown,
}

impl Report {
    /// Puts the parts together and counts them. A run that looked at nothing is `unknown`. Ids that
    /// `rules` does not explain are looked up.
    #[must_use]
    pub fn new(verb: Verb, parts: Parts, duration: Duration) -> Self {
        let Parts { findings, errors, contracts, coverage, documents, traffic, rules, counted } = parts;
        let count = |of: fn(&Contract) -> usize| contracts.iter().map(of).sum::<usize>();
        let (kept, broken, unknown) = (count(|it| it.kept), count(|it| it.broken), count(|it| it.unknown));
        let nothing = kept == 0 && documents.is_empty() && traffic.iter().all(|it| it.judged == 0);
        let outcome = if broken > 0 || findings.iter().any(Finding::breaks) {
            Outcome::Broken
        } else if unknown > 0 || !errors.is_empty() || nothing {
            Outcome::Unknown
        } else {
            Outcome::Kept
        };
        let mut tally = Tally::of(&findings);
        tally.infos += counted;
        let summary = Summary {
            outcome,
            contracts: contracts.len(),
            interactions: count(|it| it.interactions),
            kept,
            broken,
            unknown,
            findings: tally,
            duration_ms: milliseconds(duration),
        };
        let rules = explained(&findings, &rules);
        Self {
            version: VERSION,
            verb,
            summary,
            findings,
            errors,
            contracts,
            coverage,
            documents,
            traffic,
            rules,
        }
    }
}

/// The rules of all ids that occur, by id.
fn explained(findings: &[Finding], given: &[Rule]) -> Vec<Rule> {
    let ids: BTreeSet<&str> = findings.iter().map(|finding| &*finding.id).collect();
    let own = |id: &str| given.iter().position(|rule| rule.id == id);
    let known =
        ids.into_iter().map(|id| own(id).map_or_else(|| finding::rule(id), |at| Some(given[at].clone())));
    known.flatten().collect()
}

impl Tally {
    /// Counts `findings`.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let mut tally = Self::default();
        for finding in findings {
            let kind = match (&finding.accepted, finding.severity) {
                (Some(_), _) => &mut tally.accepted,
                (None, Severity::Error) => &mut tally.errors,
                (None, Severity::Warning) => &mut tally.warnings,
                (None, Severity::Info) => &mut tally.infos,
            };
            *kind += 1;
        }
        tally
    }
}

/// Whole milliseconds; a duration of more than half a billion years counts as that.
#[must_use]
pub fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
