//! What narrows the page down: a search, and the kinds of things that there are on it. The kinds work
//! without a script.

use maud::{Markup, html};

use super::Page;
use crate::finding::{Finding, Severity};
use crate::report::grouped::Concern;
use crate::report::{Interaction, Outcome};

/// A kind of thing on the page, as classes and filters have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Broken,
    Unknown,
    Warning,
    Note,
    Accepted,
    Kept,
}

impl Kind {
    const ALL: [Self; 6] =
        [Self::Broken, Self::Unknown, Self::Warning, Self::Note, Self::Accepted, Self::Kept];

    pub fn class(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Accepted => "accepted",
            Self::Kept => "kept",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Broken => "Broken",
            Self::Unknown => "Could not tell",
            Self::Warning => "Warnings",
            Self::Note => "Notes",
            Self::Accepted => "Accepted",
            Self::Kept => "Kept",
        }
    }

    pub fn of_finding(finding: &Finding) -> Self {
        match (&finding.accepted, finding.severity) {
            (Some(_), _) => Self::Accepted,
            (None, Severity::Error) => Self::Broken,
            (None, Severity::Warning) => Self::Warning,
            (None, Severity::Info) => Self::Note,
        }
    }

    /// What an interaction is: its outcome, and whatever is said of it.
    pub fn of_interaction(result: &Interaction, concern: &Concern<'_>) -> Vec<Self> {
        let outcome = match result.outcome {
            Outcome::Kept => Self::Kept,
            Outcome::Broken => Self::Broken,
            Outcome::Unknown => Self::Unknown,
        };
        let findings = concern.findings.iter().map(|finding| Self::of_finding(finding));
        let mut kinds: Vec<Self> = findings.chain([outcome]).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }
}

/// Kinds as the page's style reads them.
pub fn kinds(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.class()).collect::<Vec<_>>().join(" ")
}

pub fn bar(page: &Page<'_>) -> Markup {
    let counted = counted(page);
    html! {
        search.filters role="search" {
            div.search hidden {
                label for="q" { "Search" }
                input #q type="search" autocomplete="off" spellcheck="false" placeholder="operation, consumer, rule, file …";
            }
            fieldset {
                legend.unseen { "Show" }
                (radio("all", "All", counted.iter().map(|(_, count)| count).sum::<usize>(), true))
                @for (kind, count) in counted.iter().filter(|(_, count)| *count > 0) {
                    (radio(kind.class(), kind.label(), *count, false))
                }
            }
            p #count.unseen role="status" {}
        }
    }
}

fn radio(class: &str, label: &str, count: usize, checked: bool) -> Markup {
    let id = format!("show-{class}");
    html! {
        input.unseen type="radio" name="show" id=(id) value=(class) checked[checked];
        label.(class) for=(id) { (label) " " @if !checked { span.count { (count) } } }
    }
}

/// How many things of each kind there are on the page.
fn counted(page: &Page<'_>) -> Vec<(Kind, usize)> {
    let results = page.report.contracts.iter().flat_map(|contract| {
        contract.results.iter().map(move |result| (result, page.grouped.concern(contract, result)))
    });
    let mut all: Vec<Kind> =
        results.flat_map(|(result, concern)| Kind::of_interaction(result, &concern)).collect();
    let changes = page.grouped.elsewhere.iter().flat_map(|group| &group.findings);
    all.extend(changes.map(|finding| Kind::of_finding(finding)));
    all.extend(page.other_troubles().map(|_| Kind::Unknown));
    Kind::ALL.iter().map(|kind| (*kind, all.iter().filter(|it| *it == kind).count())).collect()
}
