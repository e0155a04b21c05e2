//! What is new to one target, and what is resolved.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::baseline::place;
use crate::config::Alert;
use crate::finding::{Finding, Reliance, Severity};
use crate::report::{Report, Trouble};

/// Something that is told: a finding, or why something could not be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What it is known by from one run to the next.
    pub key: String,
    pub id: String,
    pub severity: Weight,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    pub place: String,
    pub message: String,
    /// `breaking for ui-archivist: "a VOD exists" reads /duration`, one a consumer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affects: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// How much it weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    Error,
    Warning,
    Info,
    /// It could not be told.
    Unknown,
}

/// What one target has to hear.
#[derive(Debug, Default)]
pub(super) struct News {
    pub new: Vec<Item>,
    pub resolved: Vec<Item>,
}

impl News {
    /// What is new in `report` to who was told of `before`.
    ///
    /// Nothing counts as resolved while something could not be told: it may only be out of sight.
    pub fn of(alert: &Alert, report: &Report, before: &BTreeMap<String, Item>) -> Self {
        let now: Vec<Item> = items(report)
            .filter(|(severity, _)| *severity <= alert.severity)
            .map(|(_, item)| item)
            .filter(|item| concerns(alert, item))
            .collect();
        let keys: BTreeSet<&str> = now.iter().map(|item| item.key.as_str()).collect();
        let gone = |item: &&Item| !keys.contains(item.key.as_str());
        let resolved = if report.errors.is_empty() {
            before.values().filter(gone).cloned().collect()
        } else {
            Vec::new()
        };
        let mut seen = BTreeSet::new();
        let new = now
            .iter()
            .filter(|item| !before.contains_key(&item.key) && seen.insert(&item.key))
            .cloned()
            .collect();
        Self { new, resolved }
    }

    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.resolved.is_empty()
    }
}

fn concerns(alert: &Alert, item: &Item) -> bool {
    alert.providers.is_empty() || item.provider.as_ref().is_none_or(|it| alert.providers.contains(it))
}

/// Everything in a report that may be told, with its weight: what somebody has accepted is not.
pub fn items(report: &Report) -> impl Iterator<Item = (Severity, Item)> + '_ {
    let findings = report.findings.iter().filter(|finding| finding.accepted.is_none());
    let findings = findings.map(|finding| (finding.severity, of_finding(finding)));
    findings.chain(report.errors.iter().map(|trouble| (Severity::Error, of_trouble(trouble))))
}

fn of_finding(finding: &Finding) -> Item {
    let affects = finding.affects.as_deref().unwrap_or_default().iter();
    let affects = affects.map(|it| {
        let what = it.pointer.as_deref().map_or(String::new(), |pointer| format!(" {pointer}"));
        format!("{}: {:?} {}{what}", it.consumer, it.interaction, does(it.reliance))
    });
    Item {
        key: finding.key().to_string(),
        id: finding.id.clone(),
        severity: match finding.severity {
            Severity::Error => Weight::Error,
            Severity::Warning => Weight::Warning,
            Severity::Info => Weight::Info,
        },
        provider: finding.provider.clone(),
        place: place(finding),
        message: finding.message.clone(),
        affects: affects.collect(),
        hint: finding.hint.clone(),
    }
}

fn does(reliance: Reliance) -> &'static str {
    match reliance {
        Reliance::Calls => "calls it",
        Reliance::Sends => "sends",
        Reliance::Reads => "reads",
    }
}

fn of_trouble(trouble: &Trouble) -> Item {
    let parts = [trouble.provider.as_deref(), trouble.contract.as_deref(), trouble.interaction.as_deref()];
    let place = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    Item {
        key: format!("{}: {place}", trouble.id),
        id: trouble.id.clone(),
        severity: Weight::Unknown,
        provider: trouble.provider.clone(),
        place,
        message: trouble.message.clone(),
        affects: Vec::new(),
        hint: trouble.hint.clone(),
    }
}
