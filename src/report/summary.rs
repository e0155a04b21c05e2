//! The report as the summary of a job on GitHub: Markdown that is short, and that is added to what other
//! steps have written, as in `--report summary=$GITHUB_STEP_SUMMARY`.

use std::io::{self, Write};

use super::grouped::Grouped;
use super::markdown::escape::{code, text};
use super::markdown::{contracts, head, item, trouble};
use super::{Contract, Interaction, Outcome, Report, words};
use crate::finding::Finding;

/// Lines of each kind that are shown: a summary is read at a glance, and GitHub takes a mebibyte at most.
const SHOWN: usize = 20;

/// Writes the summary.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    head(report, "##", out)?;
    contracts(report, out)?;
    for traffic in &report.traffic {
        writeln!(out, "\n{} in {}.", words::seen(traffic), code(&traffic.document))?;
    }
    writeln!(out)?;
    let results = report.contracts.iter().flat_map(|it| it.results.iter().map(move |result| (it, result)));
    let broken: Vec<_> = results.filter(|(_, result)| result.outcome == Outcome::Broken).collect();
    for (contract, result) in broken.iter().take(SHOWN) {
        interaction(contract, result, out)?;
    }
    more(broken.len(), "broken interactions", out)?;
    let grouped = Grouped::of(report);
    let findings = grouped.elsewhere.iter().flat_map(|group| &group.findings);
    let breaking: Vec<&Finding> = findings.copied().filter(|finding| finding.breaks()).collect();
    for finding in breaking.iter().take(SHOWN) {
        item(&words::sentence(finding), finding, out)?;
    }
    more(breaking.len(), "errors", out)?;
    report.errors.iter().take(SHOWN).try_for_each(|it| trouble(it, out))?;
    more(report.errors.len(), "that could not be told", out)?;
    writeln!(out)
}

fn interaction(contract: &Contract, result: &Interaction, out: &mut dyn Write) -> io::Result<()> {
    let line = result.line.map_or(String::new(), |line| format!(":{line}"));
    let wrong = result.verdict.map_or(String::new(), |it| format!("**{}**: ", words::wrong(it)));
    writeln!(
        out,
        "- **broken**: {} in {}: {wrong}{}",
        text(&result.interaction),
        code(&format!("{}{line}", contract.file)),
        text(result.reason.as_deref().unwrap_or_default())
    )
}

fn more(count: usize, what: &str, out: &mut dyn Write) -> io::Result<()> {
    match count.checked_sub(SHOWN) {
        None | Some(0) => Ok(()),
        Some(rest) => writeln!(out, "- and {rest} more {what}"),
    }
}
