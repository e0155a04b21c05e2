//! The report as workflow commands of GitHub Actions, which become annotations of the lines of a change.
//! GitHub shows ten of each kind a step, so that what breaks something comes first.

use std::io::{self, Write};

use super::{Report, Trouble, printable, subject, words};
use crate::finding::{Finding, Location, Severity};

/// Writes a command a finding and a trouble, and last a plain line with the sum.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.accepted.is_none()).collect();
    findings.sort_by_key(|finding| finding.severity);
    let of = |severity| findings.iter().filter(move |it| it.severity == severity);
    for finding in of(Severity::Error) {
        annotate(out, finding)?;
    }
    for trouble in &report.errors {
        tell(out, trouble)?;
    }
    for finding in of(Severity::Warning).chain(of(Severity::Info)) {
        annotate(out, finding)?;
    }
    writeln!(out, "{}: {}", words::outcome(report.summary.outcome), words::numbers(report))
}

fn annotate(out: &mut dyn Write, finding: &Finding) -> io::Result<()> {
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    // The title says which rule, the colour how bad it is.
    let mut lines = vec![printable(&words::sentence(finding)).into_owned()];
    lines.extend(words::details(finding));
    let of = finding.interaction.as_ref().map(|it| format!("{} {}", whose(finding), printable(it)));
    lines.extend(of.map(|it| it.trim_start().to_owned()));
    command(out, kind, subject::place(finding), &finding.id, &lines.join("\n"))
}

fn whose(finding: &Finding) -> String {
    finding.contract.as_ref().map_or(String::new(), |contract| format!("in {contract}:"))
}

fn tell(out: &mut dyn Write, trouble: &Trouble) -> io::Result<()> {
    let hint = trouble.hint.iter().map(|hint| format!("hint: {}", printable(hint)));
    let output = trouble.output.iter().map(|line| printable(line).into_owned());
    let lines = [printable(&trouble.message).into_owned()].into_iter().chain(output).chain(hint);
    let title = format!("could not tell: {}", trouble.id);
    command(out, "error", trouble.location.as_ref(), &title, &lines.collect::<Vec<_>>().join("\n"))
}

fn command(
    out: &mut dyn Write,
    kind: &str,
    place: Option<&Location>,
    title: &str,
    text: &str,
) -> io::Result<()> {
    let file = place.and_then(subject::path).map_or(String::new(), |path| {
        let line = place.and_then(|it| it.line).map_or(String::new(), |line| format!(",line={line}"));
        format!("file={}{line},", property(path))
    });
    writeln!(out, "::{kind} {file}title={}::{}", property(title), data(text))
}

/// A message of a command: one line, whatever stands in it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_begins_another_command() {
        assert_eq!(data("50 %\r\n::error::"), "50 %25%0D%0A::error::");
        assert_eq!(property("a:b,c%3A\n"), "a%3Ab%2Cc%253A%0A");
    }
}
