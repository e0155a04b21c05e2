//! The report as the summary of a job on GitHub: Markdown that is short, and that is added to what other
//! steps have written, as in `--report summary=$GITHUB_STEP_SUMMARY`.

use std::io::{self, Write};

use super::markdown::{contracts, head, item, more, trouble};
use super::{Report, words};
use crate::finding::Finding;

/// Findings that are shown: a summary is read at a glance, and GitHub takes a mebibyte at most.
const SHOWN: usize = 20;

/// Writes the summary.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    head(report, "##", out)?;
    contracts(report, out)?;
    let breaking: Vec<&Finding> = report.findings.iter().filter(|finding| finding.breaks()).collect();
    if !breaking.is_empty() {
        writeln!(out)?;
    }
    for finding in breaking.iter().take(SHOWN) {
        item(&Finding { message: words::sentence(finding), ..(*finding).clone() }, out)?;
    }
    if breaking.len() > SHOWN {
        writeln!(out, "- {}", more(breaking.len() - SHOWN))?;
    }
    report.errors.iter().take(SHOWN).try_for_each(|it| trouble(it, out))?;
    writeln!(out)
}
