//! The report for people: first what is not kept, with the evidence side by side, then what no
//! contract uses, then the sum of it all.

mod closing;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use super::{Contract, Direction, Interaction, Message, Outcome, Report, Trouble, plural, printable};
use crate::finding::{Between, Finding, Location, Severity, Verdict};

/// Characters of a value that are shown: it is evidence, not a listing.
const VALUE: usize = 160;

/// Characters up to which two values are set one above the other.
const COLUMN: usize = 48;

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
    let mut concerning: HashMap<Key<'_>, Concern<'_>> = HashMap::new();
    for finding in &report.findings {
        if let Some(location) = &finding.location {
            concerning.entry(key(location)).or_default().findings.push(finding);
        }
    }
    for trouble in &report.errors {
        if let Some(location) = &trouble.location {
            concerning.entry(key(location)).or_default().troubles.push(trouble);
        }
    }
    let mut page = Page { out, look, report, concerning };
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
    concerning: HashMap<Key<'a>, Concern<'a>>,
}

/// Where an interaction stands: its file and its pointer there. Its description names it to people
/// only: another one may have the same, with other parameters of its state or in another pact.
type Key<'a> = (&'a str, &'a str);

/// What there is to say of one interaction.
#[derive(Clone, Default)]
struct Concern<'a> {
    findings: Vec<&'a Finding>,
    troubles: Vec<&'a Trouble>,
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
        let text = format!("{counts} in {}", seconds(contract.duration_ms));
        self.line(2, &text)?;
        for result in &contract.results {
            self.interaction(contract, result)?;
        }
        writeln!(self.out)
    }

    fn interaction(&mut self, contract: &'a Contract, result: &'a Interaction) -> io::Result<()> {
        let key = (&*contract.file, &*result.pointer);
        let concern = self.concerning.get(&key).cloned().unwrap_or_default();
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
        self.findings(&concern.findings)?;
        for hint in concern.troubles.iter().filter_map(|trouble| trouble.hint.as_ref()) {
            self.line(10, &format!("hint: {}", printable(hint)))?;
        }
        Ok(())
    }

    /// Why it is not kept, what was asked, and where the pact says so.
    fn reason(&mut self, contract: &Contract, result: &Interaction) -> io::Result<()> {
        if let Some(reason) = &result.reason {
            let text = match result.verdict.map(wrong) {
                Some(wrong) => format!("{}: {}", self.paint(HEAD, wrong), printable(reason)),
                None => printable(reason).into_owned(),
            };
            self.line(10, &text)?;
        }
        let asked = match (&result.request, result.status) {
            (Some(request), Some(status)) => format!("{request} answered {status}  "),
            (Some(request), None) => format!("{request}  "),
            (None, _) => carried(&result.messages),
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
        let pact = finding.location.as_ref().map(place);
        let base = finding.base.as_ref().map(place);
        let document = finding.document.as_ref().map(place);
        let answer = finding.instance.as_ref().map(|pointer| format!("body {}", or_whole(pointer)));
        let ((one, there), (other, here)) = match finding.between {
            Between::PactAndProvider => (("pact says", pact), ("provider says", answer)),
            Between::DocumentAndProvider => (("document says", document), ("provider says", answer)),
            Between::ProtocolAndProvider => (("protocol says", None), ("provider says", answer)),
            Between::DocumentAndPact => (("document says", document), ("pact says", pact)),
            Between::DocumentAndClient => (("document says", document), ("client says", None)),
            Between::BaseAndRevised => (("base says", base), ("revised says", document)),
            Between::ReleasedAndCurrent => (("released says", base), ("current says", document)),
            Between::CurrentAndServed => (("current says", base), ("served says", document)),
            Between::ReleasedAndServed => (("released says", base), ("served says", document)),
        };
        let (expected, actual) = (short(&finding.expected), short(&finding.actual));
        let widest = expected.chars().count().max(actual.chars().count());
        let width = if widest <= COLUMN { widest } else { 0 };
        for (who, what, place) in [(one, expected, there), (other, actual, here)] {
            let text = match place {
                Some(place) => format!("{who:<15}{what:<width$}  {}", self.paint(FAINT, &place)),
                None => format!("{who:<15}{what}"),
            };
            self.line(12, &text)?;
        }
        Ok(())
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

/// What went to the provider and what came from it, such as `→ celery pack  ← PROGRESS ×3, SUCCESS  `.
fn carried(messages: &[Message]) -> String {
    let mut text = String::new();
    for sent in messages.iter().filter(|it| it.direction == Direction::ToProvider) {
        let _ = write!(text, "→ {} {}  ", sent.channel, sent.name);
    }
    let came: Vec<&Message> = messages.iter().filter(|it| it.direction == Direction::FromProvider).collect();
    // Where nothing was sent, nobody asked for these: then it says something where they came.
    let runs = came.chunk_by(|one, other| one.name == other.name).map(|run| {
        let name =
            if text.is_empty() { format!("{} {}", run[0].channel, run[0].name) } else { run[0].name.clone() };
        if run.len() == 1 { name } else { format!("{name} ×{}", run.len()) }
    });
    let came = runs.collect::<Vec<_>>().join(", ");
    if !came.is_empty() {
        let _ = write!(text, "← {came}  ");
    }
    text
}

/// The interaction in which a place of a pact lies: `/interactions/3` of `/interactions/3/response`.
fn key(location: &Location) -> Key<'_> {
    let pointer = &*location.pointer;
    let end = pointer.match_indices('/').nth(2).map_or(pointer.len(), |(end, _)| end);
    (&location.file, &pointer[..end])
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

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:02} s", milliseconds / 1000, milliseconds % 1000 / 10)
}
