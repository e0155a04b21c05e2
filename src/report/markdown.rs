//! The report as a page of Markdown: a changelog where documents are compared, and a list of what is not
//! kept where pacts are. As GitHub, GitLab and CommonMark read it.

pub(super) mod escape;

use std::io::{self, Write};

use super::grouped::{Concern, Group, Grouped};
use super::{Contract, Coverage, Interaction, Outcome, Report, Trouble, words};
use crate::finding::Finding;
use escape::{code, text};

/// Writes the report.
pub fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { report, grouped: Grouped::of(report) };
    page.head(out)?;
    page.contracts(out)?;
    page.changes(out)?;
    page.troubles(out)?;
    page.traffic(out)?;
    page.coverage(out)
}

struct Page<'a> {
    report: &'a Report,
    grouped: Grouped<'a>,
}

impl Page<'_> {
    fn head(&self, out: &mut dyn Write) -> io::Result<()> {
        head(self.report, "#", out)?;
        if self.report.documents.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n| | document | version | operations |\n|---|---|---|---:|")?;
        for it in &self.report.documents {
            let standing = words::standing(it.standing);
            let version = it.version.as_deref().map_or(String::new(), text);
            writeln!(out, "| {standing} | {} | {version} | {} |", text(&it.file), it.operations)?;
        }
        Ok(())
    }

    fn contracts(&self, out: &mut dyn Write) -> io::Result<()> {
        contracts(self.report, out)?;
        for contract in &self.report.contracts {
            let noted: Vec<(&Interaction, Concern<'_>)> = contract
                .results
                .iter()
                .map(|result| (result, self.grouped.concern(contract, result)))
                .filter(|(result, concern)| result.outcome != Outcome::Kept || !concern.findings.is_empty())
                .collect();
            if !noted.is_empty() {
                writeln!(out, "\n## {} → {}", text(&contract.consumer), text(&contract.provider))?;
            }
            for (result, concern) in noted {
                interaction(contract, result, &concern, out)?;
            }
        }
        Ok(())
    }

    /// What no interaction shows: what breaks something first, as a changelog goes.
    fn changes(&self, out: &mut dyn Write) -> io::Result<()> {
        for (title, weight) in [
            ("Breaking", "error"),
            ("Warnings", "warning"),
            ("Other changes", "note"),
            ("Accepted", "accepted"),
        ] {
            let groups = self.grouped.elsewhere.iter().map(|group| group.only(weight));
            let groups: Vec<Group<'_>> = groups.filter(|group| !group.findings.is_empty()).collect();
            if !groups.is_empty() {
                writeln!(out, "\n## {title}")?;
            }
            for group in groups {
                let whose = group.provider.map_or(String::new(), |it| format!(" of {}", text(it)));
                let what = group.operation.map_or_else(|| "the document".to_owned(), code);
                writeln!(out, "\n### {what}{whose}\n")?;
                list(&group.findings, out)?;
            }
        }
        Ok(())
    }

    fn troubles(&self, out: &mut dyn Write) -> io::Result<()> {
        let others: Vec<&Trouble> =
            self.report.errors.iter().filter(|trouble| trouble.interaction.is_none()).collect();
        if !others.is_empty() {
            writeln!(out, "\n## Could not tell\n")?;
        }
        for trouble in others {
            self::trouble(trouble, out)?;
        }
        Ok(())
    }

    fn traffic(&self, out: &mut dyn Write) -> io::Result<()> {
        for traffic in &self.report.traffic {
            let whose = traffic.provider.as_ref().map_or(String::new(), |name| format!(" of {}", text(name)));
            writeln!(out, "\n## Traffic{whose}\n")?;
            writeln!(out, "- {} against {}", words::passed(traffic), code(&traffic.document))?;
            words::left_out(traffic).iter().try_for_each(|line| writeln!(out, "- {line}"))?;
            writeln!(out, "- {}", words::seen(traffic))?;
            for (path, methods) in words::by_path(&traffic.unseen) {
                writeln!(out, "  - never {}", code(&format!("{} {path}", methods.join(" "))))?;
            }
        }
        Ok(())
    }

    fn coverage(&self, out: &mut dyn Write) -> io::Result<()> {
        if !self.report.coverage.is_empty() {
            writeln!(out, "\n## Use of the documents\n")?;
        }
        for Coverage { document, operations, used, .. } in &self.report.coverage {
            writeln!(out, "- {}: {used} of {operations} operations are used by a contract", code(document))?;
        }
        Ok(())
    }
}

/// The outcome and the run in numbers, below a heading of the level that `mark` has.
pub(super) fn head(report: &Report, mark: &str, out: &mut dyn Write) -> io::Result<()> {
    let summary = &report.summary;
    let verb = words::verb(report.verb);
    writeln!(out, "{mark} countersign {verb}: {}\n", words::outcome(summary.outcome))?;
    writeln!(out, "{} in {}.", words::numbers(report), words::seconds(summary.duration_ms))
}

/// A table of the contracts.
pub(super) fn contracts(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    if report.contracts.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| contract | document | kept | broken | unknown |\n|---|---|---:|---:|---:|")?;
    for it in &report.contracts {
        let document = it.document.as_deref().map_or(String::new(), text);
        let parties = format!("{} → {}", text(&it.consumer), text(&it.provider));
        writeln!(out, "| {parties} | {document} | {} | {} | {} |", it.kept, it.broken, it.unknown)?;
    }
    Ok(())
}

fn interaction(
    contract: &Contract,
    result: &Interaction,
    concern: &Concern<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "\n### {}: {}\n", words::outcome(result.outcome), text(&result.interaction))?;
    if !result.provider_states.is_empty() {
        writeln!(out, "Given {}.\n", text(&result.provider_states.join(" and ")))?;
    }
    if let Some(reason) = &result.reason {
        let wrong = result.verdict.map_or(String::new(), |it| format!("**{}**: ", words::wrong(it)));
        writeln!(out, "{wrong}{}\n", text(reason))?;
    }
    let line = result.line.map_or(String::new(), |line| format!(":{line}"));
    writeln!(out, "- in {}", code(&format!("{}{line}", contract.file)))?;
    if let Some((request, status)) = result.request.as_ref().zip(result.status) {
        writeln!(out, "- {} answered {status}", code(request))?;
    }
    list(&concern.findings, out)?;
    let hints = concern.troubles.iter().filter_map(|trouble| trouble.hint.as_ref());
    for hint in hints {
        writeln!(out, "- hint: {}", text(hint))?;
    }
    Ok(())
}

/// Findings with their evidence.
fn list(findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    for finding in findings {
        item(words::below(finding), finding, out)?;
        if !words::silent(finding) {
            for side in words::sides(finding) {
                let place = side.place.as_ref().map_or(String::new(), |place| format!(" in {}", code(place)));
                let said = words::said(finding, &side);
                let said = if side.says.is_null() { said } else { code(&said) };
                writeln!(out, "  - {} says {said}{place}", side.who)?;
            }
        }
        if let Some(hint) = &finding.hint {
            writeln!(out, "  - hint: {}", text(hint))?;
        }
    }
    Ok(())
}

/// A finding in a line, with whom it hits.
pub(super) fn item(message: &str, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let weight = words::weight(finding);
    writeln!(out, "- **{weight}**: {} ({})", text(message), code(&finding.id))?;
    if let Some(accepted) = &finding.accepted {
        writeln!(out, "  - {}", text(&words::acceptance(accepted)))?;
    }
    if let Some(met) = &finding.met {
        writeln!(out, "  - {}", text(&words::met(met)))?;
    }
    match finding.affects.as_deref() {
        None => Ok(()),
        Some([]) => writeln!(out, "  - {}", words::NOBODY),
        Some(all) => all.iter().try_for_each(|it| {
            let whom = text(&words::affected(it));
            writeln!(
                out,
                "  - **{}** {whom} in {}",
                words::affects(finding),
                code(&words::place(&it.location))
            )
        }),
    }
}

/// Why something could not be told.
pub(super) fn trouble(trouble: &Trouble, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "- **could not tell**: {} ({})", text(&trouble.message), code(&trouble.id))?;
    for line in &trouble.output {
        writeln!(out, "  - it said {}", code(line))?;
    }
    trouble.hint.iter().try_for_each(|hint| writeln!(out, "  - hint: {}", text(hint)))
}
