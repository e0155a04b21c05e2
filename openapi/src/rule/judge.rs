//! Judging: from changes to what they mean.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Rule, Rules};
use crate::diff::{Change, Comparison};
use crate::violation::Severity;

/// A change and the rule that it falls under.
#[derive(Clone, Copy, Debug)]
pub struct Judgement<'j> {
    pub rule: &'j Rule,
    /// The rule's own, or what was chosen instead.
    pub severity: Severity,
    pub change: &'j Change,
}

/// How much findings of one rule weigh, as somebody chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Error,
    Warning,
    Info,
    /// The rule is not asked.
    Off,
}

/// By rule, what was chosen in place of its own severity.
pub type Levels = BTreeMap<String, Level>;

impl Level {
    fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Off => None,
        }
    }
}

impl Rules {
    /// Judges every change, in their order. A change that no rule is about is no finding.
    #[must_use]
    pub fn judge<'j>(&'j self, comparison: &'j Comparison, levels: &Levels) -> Vec<Judgement<'j>> {
        let severity =
            |rule: &Rule| levels.get(&rule.id).map_or(Some(rule.severity), |level| level.severity());
        let mut found: Vec<Judgement<'j>> = Vec::new();
        let mut amid: Vec<Option<Severity>> = Vec::new();
        for change in &comparison.changes {
            for (rule, when) in self.about(change) {
                if let Some(severity) = severity(rule) {
                    found.push(Judgement { rule, severity, change });
                    amid.push(when.amid);
                }
            }
        }
        // The weightiest is the least: errors stand first.
        let alone = found.iter().zip(&amid).filter(|(_, amid)| amid.is_none());
        let worst = alone.map(|(judgement, _)| judgement.severity).min();
        let mut amid = amid.into_iter();
        found.retain(|_| amid.next().flatten().is_none_or(|amid| worst == Some(amid)));
        found
    }
}
