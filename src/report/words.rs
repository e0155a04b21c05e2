//! The words that every format for people has for the same thing.

mod traffic;

use serde_json::Value;

use super::{Direction, Message, Outcome, Report, Standing, Tally, Verb, plural, printable};
use crate::finding::{Accepted, Affected, Between, Finding, Location, Reliance, Severity, Verdict};
pub use traffic::{by_path, left_out, met, passed, seen};

/// Characters of a value that are shown: it is evidence, not a listing.
const VALUE: usize = 160;

/// What is said where somebody looked and found nobody.
pub const NOBODY: &str = "relied on by no known consumer";

/// What a finding is about that is about no operation.
pub const WHOLE: &str = "the document as a whole";

pub fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Check => "check",
        Verb::Verify => "verify",
        Verb::Compare => "compare",
        Verb::Diff => "diff",
        Verb::Drift => "drift",
        Verb::Proxy => "proxy",
        Verb::Traffic => "traffic",
    }
}

pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Kept => "kept",
        Outcome::Broken => "broken",
        Outcome::Unknown => "could not tell",
    }
}

pub fn wrong(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Consumer => "the consumer is wrong",
        Verdict::Provider => "the provider is wrong",
        Verdict::Document => "the document is wrong",
        Verdict::Both => "consumer and provider are both wrong",
    }
}

pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Base => "base",
        Standing::Revised => "revised",
        Standing::Released => "released",
        Standing::Current => "current",
        Standing::Served => "served",
    }
}

/// One of the two that disagree.
pub struct Side<'a> {
    /// Such as `pact` or `revised`.
    pub who: &'static str,
    pub says: &'a Value,
    /// Where it says so.
    pub place: Option<String>,
}

/// The two that disagree, with what each of them says.
pub fn sides(finding: &Finding) -> [Side<'_>; 2] {
    let pact = || finding.location.as_ref().map(place);
    let document = || finding.document.as_ref().map(place);
    let base = || finding.base.as_ref().map(place);
    let answer = || finding.instance.as_deref().map(|pointer| format!("body {}", or_whole(pointer)));
    let ((one, there), (other, here)) = match finding.between {
        Between::PactAndProvider => (("pact", pact()), ("provider", answer())),
        Between::DocumentAndProvider => (("document", document()), ("provider", answer())),
        Between::ProtocolAndProvider => (("protocol", None), ("provider", answer())),
        Between::DocumentAndPact => (("document", document()), ("pact", pact())),
        Between::DocumentAndClient => (("document", document()), ("client", answer())),
        Between::BaseAndRevised => (("base", base()), ("revised", document())),
        Between::ReleasedAndCurrent => (("released", base()), ("current", document())),
        Between::CurrentAndServed => (("current", base()), ("served", document())),
        Between::ReleasedAndServed => (("released", base()), ("served", document())),
    };
    [
        Side { who: one, says: &finding.expected, place: there },
        Side { who: other, says: &finding.actual, place: here },
    ]
}

/// A place as editors and terminals take it: `openapi/shop.yaml:77`.
pub fn place(location: &Location) -> String {
    match location.line {
        Some(line) => format!("{}:{line}", location.file),
        None if location.pointer.is_empty() => location.file.clone(),
        None => format!("{}#{}", location.file, location.pointer),
    }
}

fn or_whole(pointer: &str) -> &str {
    if pointer.is_empty() { "as a whole" } else { pointer }
}

/// What happened, with the operation in front of it where it does not name that itself.
pub fn sentence(finding: &Finding) -> String {
    match &finding.operation {
        Some(operation) if !finding.message.contains(&**operation) => {
            format!("{operation}: {}", finding.message)
        }
        _ => finding.message.clone(),
    }
}

/// What happened, below a heading that names the operation.
pub fn below(finding: &Finding) -> &str {
    let operation = finding.operation.as_deref().unwrap_or_default();
    let rest = finding.message.strip_prefix(operation).and_then(|rest| rest.strip_prefix(' '));
    rest.filter(|_| !operation.is_empty()).unwrap_or(&finding.message)
}

/// Whom a finding hits and why, such as `ui-archivist: "a VOD exists" reads /duration`.
pub fn affected(affected: &Affected) -> String {
    let how = affected.reliance.verb();
    let what = match (&affected.pointer, affected.reliance) {
        (_, Reliance::Calls) => "",
        (Some(pointer), _) if pointer.is_empty() => " the body as a whole",
        (Some(pointer), _) => &format!(" {pointer}"),
        (None, _) => " it",
    };
    format!("{}: {:?} {how}{what}", affected.contract, affected.interaction)
}

/// How a list of those who are hit begins: only what breaks something is breaking for them.
pub fn affects(finding: &Finding) -> &'static str {
    if finding.breaks() { "breaking for" } else { "concerns" }
}

/// The severity, or that somebody has accepted it.
pub fn weight(finding: &Finding) -> &'static str {
    if finding.accepted.is_some() { "accepted" } else { severity(finding.severity) }
}

/// All that there is to say of a finding, as plain lines of which the first is what happened.
pub fn lines(finding: &Finding) -> Vec<String> {
    let first = format!("{}: {} [{}]", weight(finding), sentence(finding), finding.id);
    let rest = details(finding).into_iter().map(|line| format!("  {line}"));
    [printable(&first).into_owned()].into_iter().chain(rest).collect()
}

/// What there is to say beside what happened, as plain lines.
pub fn details(finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(finding.accepted.as_ref().map(|accepted| format!("accepted {}", acceptance(accepted))));
    if !silent(finding) {
        for side in sides(finding) {
            let place = side.place.as_ref().map_or(String::new(), |place| format!("  {place}"));
            lines.push(format!("{} says {}{place}", side.who, said(finding, &side)));
        }
    }
    lines.extend(finding.met.as_ref().map(met));
    match finding.affects.as_deref() {
        None => {}
        Some([]) => lines.push(NOBODY.to_owned()),
        Some(all) => lines.extend(all.iter().map(|it| format!("{} {}", affects(finding), affected(it)))),
    }
    lines.extend(finding.hint.as_ref().map(|hint| format!("hint: {hint}")));
    lines.iter().map(|line| printable(line).into_owned()).collect()
}

/// Who accepted a finding, until when and why.
pub fn acceptance(accepted: &Accepted) -> String {
    let until = accepted.until.as_ref().map_or(String::new(), |day| format!(" until {day}"));
    let reason = accepted.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    format!("by {}{until}{reason}", accepted.by)
}

/// Whether neither side says anything: a change may be about a place alone.
pub fn silent(finding: &Finding) -> bool {
    finding.between.is_change() && finding.expected.is_null() && finding.actual.is_null()
}

/// What one of the two says of a finding: nothing at all, where it is a change and there is no value.
pub fn said(finding: &Finding, side: &Side<'_>) -> String {
    if finding.between.is_change() && side.says.is_null() { "nothing".to_owned() } else { short(side.says) }
}

/// A value on one line, cut where it gets long.
pub fn short(value: &Value) -> String {
    let text = value.to_string();
    let text = printable(&text);
    match text.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

pub fn seconds(milliseconds: u64) -> String {
    format!("{}.{:02} s", milliseconds / 1000, milliseconds % 1000 / 10)
}

/// What went to the provider and what came from it, such as `→ celery pack  ← PROGRESS ×3, SUCCESS  `.
pub fn carried(messages: &[Message]) -> String {
    let mut parts = Vec::new();
    let of = |direction| messages.iter().filter(move |it| it.direction == direction);
    for sent in of(Direction::ToProvider) {
        parts.push(format!("→ {} {}  ", sent.channel, sent.name));
    }
    let came: Vec<&Message> = of(Direction::FromProvider).collect();
    // Where nothing was sent, nobody asked for these: then it says something where they came.
    let unasked = parts.is_empty();
    let runs = came.chunk_by(|one, other| one.name == other.name).map(|run| {
        let name = if unasked { format!("{} {}", run[0].channel, run[0].name) } else { run[0].name.clone() };
        if run.len() == 1 { name } else { format!("{name} ×{}", run.len()) }
    });
    let came = runs.collect::<Vec<_>>().join(", ");
    if !came.is_empty() {
        parts.push(format!("← {came}  "));
    }
    parts.concat()
}

/// Findings in numbers, such as `2 errors, 1 warning`; empty where there are none.
pub fn tally(tally: Tally) -> String {
    let parts = [(tally.errors, "error"), (tally.warnings, "warning"), (tally.infos, "note")];
    let counted = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, noun)| plural(count, noun));
    let accepted = (tally.accepted > 0).then(|| format!("{} accepted", tally.accepted));
    counted.chain(accepted).collect::<Vec<_>>().join(", ")
}

/// The run in numbers, such as `1 kept, 1 broken, 0 unknown`.
pub fn numbers(report: &Report) -> String {
    let summary = &report.summary;
    let mut parts = Vec::new();
    let contracts_alone = report.documents.is_empty() && report.traffic.is_empty();
    if summary.contracts > 0 || contracts_alone {
        parts.push(format!("{} kept, {} broken, {} unknown", summary.kept, summary.broken, summary.unknown));
    }
    parts.extend(report.traffic.iter().map(passed));
    if !contracts_alone {
        let findings = tally(summary.findings);
        parts.push(if findings.is_empty() { "no findings".to_owned() } else { findings });
    }
    parts.join("; ")
}
