//! The report for people: first what is not kept, with the evidence side by side, then what no
//! contract uses, then the sum of it all.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use super::{Contract, Coverage, Interaction, Outcome, Report, Trouble, printable};
use crate::finding::{Between, Finding, Location, Severity, Verdict};

/// Characters of a value that are shown: it is evidence, not a listing.
const VALUE: usize = 160;

/// Paths of unused operations that are shown where not all are asked for.
const PATHS: usize = 6;

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
    let mut page = Page { out, look, report };
    for contract in &report.contracts {
        page.contract(contract)?;
    }
    page.other_troubles()?;
    if !look.quiet {
        page.coverage()?;
    }
    page.summary()
}

/// A run that is being told.
struct Page<'a> {
    out: &'a mut dyn Write,
    look: Look,
    report: &'a Report,
}

const HEAD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const KEPT: Style = AnsiColor::Green.on_default().bold();
const BROKEN: Style = AnsiColor::Red.on_default().bold();
const UNKNOWN: Style = AnsiColor::Yellow.on_default().bold();

impl Page<'_> {
    /// `text` made harmless, in `style` where there is colour.
    fn paint(&self, style: Style, text: &str) -> String {
        let text = printable(text);
        if self.look.colour { format!("{style}{text}{style:#}") } else { text.into_owned() }
    }

    fn line(&mut self, indent: usize, text: &str) -> io::Result<()> {
        writeln!(self.out, "{:indent$}{text}", "")
    }

    fn contract(&mut self, contract: &Contract) -> io::Result<()> {
        let findings: Vec<&Finding> =
            self.report.findings.iter().filter(|it| it.contract == contract.contract).collect();
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
        let text = format!("{counts} in {}", seconds(contract.duration_ms));
        self.line(2, &text)?;
        for result in &contract.results {
            self.interaction(contract, result, &findings)?;
        }
        writeln!(self.out)
    }

    fn interaction(&mut self, contract: &Contract, result: &Interaction, all: &[&Finding]) -> io::Result<()> {
        let findings: Vec<&Finding> = all.iter().copied().filter(|it| concerns(it, result)).collect();
        if result.outcome == Outcome::Kept {
            if self.look.verbose
                || (!self.look.quiet && findings.iter().any(|it| it.severity != Severity::Info))
            {
                self.title(KEPT, "kept", result)?;
                self.findings(&findings)?;
            }
            return Ok(());
        }
        writeln!(self.out)?;
        if result.outcome == Outcome::Broken {
            self.title(BROKEN, "BROKEN", result)?;
        } else {
            self.title(UNKNOWN, "UNKNOWN", result)?;
        }
        let wrong = result.verdict.map(wrong);
        if let Some(reason) = &result.reason {
            let text = match wrong {
                Some(wrong) => format!("{}: {}", self.paint(HEAD, wrong), printable(reason)),
                None => printable(reason).into_owned(),
            };
            self.line(10, &text)?;
        }
        if let Some(request) = &result.request {
            let answer = result.status.map_or(String::new(), |status| format!(" answered {status}"));
            let text = self.paint(FAINT, &format!("{request}{answer}"));
            self.line(10, &text)?;
        }
        self.findings(&findings)?;
        let hints = self.report.errors.iter().filter(|it| {
            it.contract.as_deref() == Some(&contract.contract)
                && it.interaction.as_deref() == Some(&result.interaction)
                && it.provider_states == result.provider_states
        });
        for hint in hints.filter_map(|trouble| trouble.hint.as_ref()) {
            self.line(10, &format!("hint: {}", printable(hint)))?;
        }
        Ok(())
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

    fn findings(&mut self, findings: &[&Finding]) -> io::Result<()> {
        for finding in findings {
            let (style, word) = match finding.severity {
                Severity::Error => (BROKEN, "error"),
                Severity::Warning => (UNKNOWN, "warning"),
                Severity::Info => (FAINT, "note"),
            };
            let id = self.paint(FAINT, &format!("[{}]", finding.id));
            let text = format!("{}: {} {id}", self.paint(style, word), printable(&finding.message));
            self.line(10, &text)?;
            self.evidence(finding)?;
            if let Some(hint) = &finding.hint {
                self.line(12, &format!("hint: {}", printable(hint)))?;
            }
        }
        Ok(())
    }

    /// What each of the two says, and where it says so.
    fn evidence(&mut self, finding: &Finding) -> io::Result<()> {
        let pact = Some(place(&finding.location));
        let document = finding.document.as_ref().map(place);
        let answer = finding.instance.as_ref().map(|pointer| format!("body {}", or_whole(pointer)));
        let ((one, there), (other, here)) = match finding.between {
            Between::PactAndProvider => (("pact says", pact), ("provider says", answer)),
            Between::DocumentAndProvider => (("document says", document), ("provider says", answer)),
            Between::DocumentAndPact => (("document says", document), ("pact says", pact)),
        };
        self.saying(one, &finding.expected, there)?;
        self.saying(other, &finding.actual, here)?;
        if finding.between == Between::DocumentAndProvider && self.look.verbose {
            self.saying("in the pact", &Value::Null, Some(place(&finding.location)))?;
        }
        Ok(())
    }

    fn saying(&mut self, who: &str, what: &Value, place: Option<String>) -> io::Result<()> {
        if what.is_null() && place.is_none() {
            return Ok(());
        }
        let what = if who == "in the pact" { String::new() } else { short(what) };
        let place = place.map_or(String::new(), |place| self.paint(FAINT, &format!("  {place}")));
        self.line(12, &format!("{who:<14} {what}{place}"))
    }

    /// Troubles that no interaction has shown.
    fn other_troubles(&mut self) -> io::Result<()> {
        for trouble in self.report.errors.iter().filter(|it| it.interaction.is_none()) {
            let word = self.paint(UNKNOWN, "could not tell");
            self.line(0, &format!("{word}: {}", printable(&trouble.message)))?;
            self.last_output(trouble)?;
            if let Some(hint) = &trouble.hint {
                self.line(2, &format!("hint: {}", printable(hint)))?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn last_output(&mut self, trouble: &Trouble) -> io::Result<()> {
        if !trouble.output.is_empty() {
            self.line(2, "its last output:")?;
        }
        for line in &trouble.output {
            let text = self.paint(FAINT, line);
            self.line(4, &text)?;
        }
        Ok(())
    }

    fn coverage(&mut self) -> io::Result<()> {
        for coverage in &self.report.coverage {
            let Coverage { document, operations, used, unused, .. } = coverage;
            let text = format!(
                "{}  {used} of {operations} operations are used by a contract",
                self.paint(HEAD, document)
            );
            self.line(0, &text)?;
            let paths = by_path(coverage);
            let shown = if self.look.verbose { paths.len() } else { PATHS.min(paths.len()) };
            for (path, methods) in &paths[..shown] {
                let text = self.paint(FAINT, &format!("unused  {path}  {}", methods.join(" ")));
                self.line(2, &text)?;
            }
            if shown < paths.len() {
                let shown_operations: usize = paths[..shown].iter().map(|(_, methods)| methods.len()).sum();
                let rest = unused.len() - shown_operations;
                let text = self.paint(FAINT, &format!("unused  and {rest} more; --verbose shows them"));
                self.line(2, &text)?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn summary(&mut self) -> io::Result<()> {
        let summary = &self.report.summary;
        let (style, word) = match summary.outcome {
            Outcome::Kept => (KEPT, "kept"),
            Outcome::Broken => (BROKEN, "broken"),
            Outcome::Unknown => (UNKNOWN, "could not tell"),
        };
        let counts = self.counts(summary.interactions, summary.kept, summary.broken, summary.unknown);
        let contracts = plural(summary.contracts, "contract");
        let text =
            format!("{}: {contracts}, {counts} in {}", self.paint(style, word), seconds(summary.duration_ms));
        self.line(0, &text)
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

fn concerns(finding: &Finding, result: &Interaction) -> bool {
    finding.interaction == result.interaction && finding.provider_states == result.provider_states
}

fn wrong(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Consumer => "the consumer is wrong",
        Verdict::Provider => "the provider is wrong",
        Verdict::Document => "the document is wrong",
        Verdict::Both => "consumer and provider are both wrong",
    }
}

fn place(location: &Location) -> String {
    match location.line {
        Some(line) => format!("{}:{line}", location.file),
        None => format!("{}#{}", location.file, location.pointer),
    }
}

fn or_whole(pointer: &str) -> &str {
    if pointer.is_empty() { "as a whole" } else { pointer }
}

/// A value on one line, cut where it gets long.
fn short(value: &Value) -> String {
    let text = value.to_string();
    let text = printable(&text);
    match text.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

fn by_path(coverage: &Coverage) -> Vec<(&str, Vec<&str>)> {
    let mut paths: Vec<(&str, Vec<&str>)> = Vec::new();
    for operation in &coverage.unused {
        match paths.iter_mut().find(|(path, _)| *path == operation.path) {
            Some((_, methods)) => methods.push(&operation.method),
            None => paths.push((&operation.path, vec![&operation.method])),
        }
    }
    paths
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:02} s", milliseconds / 1000, milliseconds % 1000 / 10)
}
