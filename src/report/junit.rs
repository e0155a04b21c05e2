//! The report as JUnit XML, for the test pages of CI systems: a test case an interaction, and one an
//! operation where documents are compared. What is broken is a `failure`, what could not be told an
//! `error`. As narrow as the schema of Jenkins asks, which other readers take too.

pub(crate) mod suite;

use std::io::{self, Write};

use super::grouped::{Concern, Group, Grouped};
use super::{Contract, Interaction, Outcome, Report, Trouble, plural, printable, words};
use crate::finding::Finding;
use suite::{Case, Suite, Verdict};

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let name = format!("countersign {}", words::verb(report.verb));
    suite::write(&name, report.summary.duration_ms, &suites(report), out)
}

fn suites(report: &Report) -> Vec<Suite> {
    let grouped = Grouped::of(report);
    let mut suites: Vec<Suite> = report.contracts.iter().map(|it| of_contract(it, &grouped)).collect();
    let mut documents: Vec<Case> = grouped.elsewhere.iter().map(of_group).collect();
    if documents.is_empty() && !report.documents.is_empty() {
        // A suite of nothing counts as a mistake where it is read.
        documents.push(Case::passed("no change", "documents"));
    }
    let troubles = report.errors.iter().filter(|it| it.interaction.is_none()).map(of_trouble);
    for (name, cases) in [("documents", documents), ("countersign", troubles.collect())] {
        if !cases.is_empty() {
            suites.push(Suite { name: name.to_owned(), time: 0, cases });
        }
    }
    suites
}

fn of_contract(contract: &Contract, grouped: &Grouped<'_>) -> Suite {
    let mut cases: Vec<Case> = contract
        .results
        .iter()
        .map(|result| of_interaction(contract, result, &grouped.concern(contract, result)))
        .collect();
    // A contract that was never looked at has no results, and must not look as if nothing failed.
    if cases.is_empty() && contract.unknown > 0 {
        let message = format!("{} could not be looked at", plural(contract.unknown, "interaction"));
        let verdict = Verdict::Unknown { id: "contract.not-verified".to_owned(), message };
        cases.push(Case { verdict, ..Case::passed("every interaction", &contract.contract) });
    }
    Suite { name: contract.contract.clone(), time: contract.duration_ms, cases }
}

fn of_interaction(contract: &Contract, result: &Interaction, concern: &Concern<'_>) -> Case {
    let given = match result.provider_states.as_slice() {
        [] => String::new(),
        states => format!(" given {}", states.join(" and ")),
    };
    let message = result.reason.clone().unwrap_or_default();
    let first = concern.findings.iter().find(|finding| finding.breaks());
    let verdict = match result.outcome {
        Outcome::Kept => Verdict::Passed,
        Outcome::Broken => {
            let id = first.map_or("broken", |finding| &finding.id).to_owned();
            let wrong = result.verdict.map(words::wrong);
            Verdict::Failed { id, message: wrong.map_or(message.clone(), |it| format!("{it}: {message}")) }
        }
        Outcome::Unknown => {
            let id = concern.troubles.first().map_or("unknown", |trouble| &trouble.id).to_owned();
            Verdict::Unknown { id, message }
        }
    };
    let mut text = told(&concern.findings);
    text.extend(concern.troubles.iter().filter_map(|trouble| trouble.hint.as_ref()).map(|it| hint(it)));
    if let Some(line) = result.line.filter(|_| !text.is_empty() || result.outcome != Outcome::Kept) {
        text.push(format!("{}:{line}", printable(&contract.file)));
    }
    Case {
        name: format!("{}{given}", result.interaction),
        class: contract.contract.clone(),
        time: result.duration_ms,
        verdict,
        text: text.join("\n"),
    }
}

fn of_group(group: &Group<'_>) -> Case {
    let first = group.findings.iter().find(|finding| finding.breaks());
    let verdict = match first {
        Some(finding) => Verdict::Failed { id: finding.id.clone(), message: words::sentence(finding) },
        None => Verdict::Passed,
    };
    let name = group.operation.unwrap_or(words::WHOLE);
    let text = told(&group.findings).join("\n");
    Case { verdict, text, ..Case::passed(name, group.provider.unwrap_or("documents")) }
}

fn of_trouble(trouble: &Trouble) -> Case {
    let class = trouble.contract.as_ref().or(trouble.provider.as_ref());
    let verdict = Verdict::Unknown { id: trouble.id.clone(), message: trouble.message.clone() };
    let hint = trouble.hint.iter().map(|it| hint(it));
    let text = trouble.output.iter().map(|line| printable(line).into_owned()).chain(hint);
    let text = text.collect::<Vec<_>>().join("\n");
    Case { verdict, text, ..Case::passed(&trouble.id, class.map_or("countersign", |it| it)) }
}

/// What was found, a few lines a finding.
fn told(findings: &[&Finding]) -> Vec<String> {
    findings.iter().flat_map(|finding| words::lines(finding)).collect()
}

fn hint(hint: &str) -> String {
    format!("hint: {}", printable(hint))
}
