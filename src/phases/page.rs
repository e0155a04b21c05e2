//! The report as one page that needs nothing else, in the style of the other reports' page: what has to be done
//! something about, each phase, what is covered, and what to do.

mod chart;
mod coverage;
mod phase;

use std::io::{self, Write};
use std::sync::LazyLock;

use maud::{Markup, html};

use super::model::{Advice, Counts, PhaseFinding, PhaseReport};
use crate::report::html::frame::{self, Frame, bar, said, seal, tone};
use crate::report::{plural, words};

/// That of all pages, and what only this one has.
static STYLE: LazyLock<String> =
    LazyLock::new(|| format!("{}{}", frame::STYLE, include_str!("page/phases.css")));

/// Writes the report.
pub fn render(report: &PhaseReport, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("{} – countersign phases", words::outcome(report.outcome));
    let frame = Frame { title: &title, style: &STYLE, script: None };
    let body = html! {
        (head(report))
        (places(report))
        main #findings tabindex="-1" {
            (findings(report))
            @for it in &report.phases { (phase::section(it)) }
            (coverage::section(&report.coverage))
            (advice(&report.advice))
        }
    };
    out.write_all(frame.around(&body).into_string().as_bytes())
}

fn head(report: &PhaseReport) -> Markup {
    html! {
        header.(tone(report.outcome)) {
            p.mark { (seal(report.outcome)) "countersign phases" }
            h1 { (words::outcome(report.outcome)) }
            p.numbers {
                (plural(report.counts.tests, "test")) ": " (numbers(report.counts)) " in "
                (words::seconds(report.duration_ms))
            }
            @if let Some(url) = &report.url { p.files { "against " code { (said(url)) } } }
            (shares(report.counts))
        }
    }
}

/// Where to find what on the page.
fn places(report: &PhaseReport) -> Markup {
    html! {
        nav.places aria-label="On this page" {
            @for it in &report.phases { a href={ "#phase-" (it.number) } { "Phase " (it.number) } }
            @if !report.coverage.is_empty() { a href="#coverage" { "Coverage" } }
            @if !report.advice.is_empty() { a href="#advice" { "Recommendations" } }
        }
    }
}

fn findings(report: &PhaseReport) -> Markup {
    html! {
        @if !report.findings.is_empty() {
            section.group {
                h2 { "What does not hold" }
                @for it in &report.findings { (finding(it)) }
            }
        }
    }
}

fn finding(finding: &PhaseFinding) -> Markup {
    html! {
        article.item.(tone(finding.outcome)) {
            p.message {
                span.word { (words::outcome(finding.outcome)) } " "
                @if let Some(number) = finding.phase { span.given { "phase " (number) " " } }
                (said(&finding.message))
            }
            p.hint { (said(&finding.hint)) }
            p.rule { code { (finding.id) } }
        }
    }
}

fn advice(advice: &[Advice]) -> Markup {
    html! {
        @if !advice.is_empty() {
            section.group #advice {
                h2 { "Recommendations" }
                @for it in advice {
                    article.item.note {
                        p.message {
                            @if let Some(number) = it.phase { span.given { "phase " (number) " " } }
                            (said(&it.measured))
                        }
                        p { (said(&it.why)) }
                        p.hint { (said(&it.way_out)) }
                        p.rule { code { (it.id) } }
                    }
                }
            }
        }
    }
}

/// Such as `5 passed (1 flaky), 2 failed, 1 skipped`.
fn numbers(counts: Counts) -> Markup {
    html! {
        (counts.passed) " passed"
        @if counts.flaky > 0 { " (" (counts.flaky) " flaky)" }
        ", " (counts.failed) " failed, " (counts.skipped) " skipped"
    }
}

fn shares(counts: Counts) -> Markup {
    bar(&[("kept", counts.passed), ("broken", counts.failed), ("unknown", counts.skipped)])
}
