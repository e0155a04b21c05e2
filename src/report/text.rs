//! The report for people: first what is not kept, with the evidence side by side, then what no
//! contract uses, then the sum of it all.

mod changes;
mod closing;
mod evidence;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::grouped::Grouped;
use super::{Contract, Interaction, Outcome, Report, plural, printable, words};
use crate::finding::Severity;

/// How the report is to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub colour: bool,
    /// Only what is not kept.
    pub quiet: bool,
    /// What is kept, too.
    pub verbose: bool,
}

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let mut page = Page { out, look, report, grouped: Grouped::of(report) };
    for contract in &report.contracts {
        page.contract(contract)?;
    }
    page.elsewhere()?;
    page.other_troubles()?;
    if !look.quiet {
        page.traffic()?;
        page.coverage()?;
    }
    page.summary()
}

/// A run that is being told.
struct Page<'a> {
    out: &'a mut dyn Write,
    look: Look,
    report: &'a Report,
    grouped: Grouped<'a>,
}

const HEAD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const KEPT: Style = AnsiColor::Green.on_default().bold();
const BROKEN: Style = AnsiColor::Red.on_default().bold();
const UNKNOWN: Style = AnsiColor::Yellow.on_default().bold();

impl<'a> Page<'a> {
    /// `text` made harmless, in `style` where there is colour.
    fn paint(&self, style: Style, text: &str) -> String {
        let text = printable(text);
        if self.look.colour { format!("{style}{text}{style:#}") } else { text.into_owned() }
    }

    fn line(&mut self, indent: usize, text: &str) -> io::Result<()> {
        writeln!(self.out, "{:indent$}{text}", "")
    }

    fn contract(&mut self, contract: &'a Contract) -> io::Result<()> {
        if self.look.quiet && contract.kept == contract.interactions && contract.kept > 0 {
            return Ok(());
        }
        let parties = format!("{} → {}", contract.consumer, contract.provider);
        let files = match &contract.document {
            Some(document) => format!("{} against {document}", contract.file),
            None => format!("{}, with no document to judge by", contract.file),
        };
        let heading = format!("{}  {}", self.paint(HEAD, &parties), self.paint(FAINT, &files));
        self.line(0, &heading)?;
        let counts = self.counts(contract.interactions, contract.kept, contract.broken, contract.unknown);
        let text = format!("{counts} in {}", words::seconds(contract.duration_ms));
        self.line(2, &text)?;
        for result in &contract.results {
            self.interaction(contract, result)?;
        }
        writeln!(self.out)
    }

    fn interaction(&mut self, contract: &'a Contract, result: &'a Interaction) -> io::Result<()> {
        let concern = self.grouped.concern(contract, result);
        let (style, word) = match result.outcome {
            Outcome::Kept => {
                let remarkable = concern.findings.iter().any(|it| it.severity != Severity::Info);
                if !self.look.verbose && (self.look.quiet || !remarkable) {
                    return Ok(());
                }
                (KEPT, "kept")
            }
            Outcome::Broken => (BROKEN, "BROKEN"),
            Outcome::Unknown => (UNKNOWN, "UNKNOWN"),
        };
        if result.outcome != Outcome::Kept {
            writeln!(self.out)?;
        }
        self.title(style, word, result)?;
        if result.outcome != Outcome::Kept {
            self.reason(contract, result)?;
        }
        self.findings(10, &concern.findings)?;
        for hint in concern.troubles.iter().filter_map(|trouble| trouble.hint.as_ref()) {
            self.line(10, &format!("hint: {}", printable(hint)))?;
        }
        Ok(())
    }

    /// Why it is not kept, what was asked, and where the pact says so.
    fn reason(&mut self, contract: &Contract, result: &Interaction) -> io::Result<()> {
        if let Some(reason) = &result.reason {
            let text = match result.verdict.map(words::wrong) {
                Some(wrong) => format!("{}: {}", self.paint(HEAD, wrong), printable(reason)),
                None => printable(reason).into_owned(),
            };
            self.line(10, &text)?;
        }
        let asked = match (&result.request, result.status) {
            (Some(request), Some(status)) => format!("{request} answered {status}  "),
            (Some(request), None) => format!("{request}  "),
            (None, _) => words::carried(&result.messages),
        };
        let line = result.line.map_or(String::new(), |line| format!(":{line}"));
        let text = self.paint(FAINT, &format!("{asked}{}{line}", contract.file));
        self.line(10, &text)
    }

    fn title(&mut self, style: Style, word: &str, result: &Interaction) -> io::Result<()> {
        let states = match result.provider_states.as_slice() {
            [] => String::new(),
            states => self.paint(FAINT, &format!("  given {}", states.join(" and "))),
        };
        let gap = 8_usize.saturating_sub(word.len());
        let text =
            format!("{}{:gap$}{}{states}", self.paint(style, word), "", printable(&result.interaction));
        self.line(2, &text)
    }

    fn counts(&self, interactions: usize, kept: usize, broken: usize, unknown: usize) -> String {
        let part = |style, count: usize, word: &str| {
            (count > 0).then(|| self.paint(style, &format!("{count} {word}")))
        };
        let parts =
            [part(KEPT, kept, "kept"), part(BROKEN, broken, "broken"), part(UNKNOWN, unknown, "unknown")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let interactions = plural(interactions, "interaction");
        if parts.is_empty() { interactions } else { format!("{interactions}: {}", parts.join(", ")) }
    }
}
