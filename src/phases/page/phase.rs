//! One phase: its areas, why tests failed, and what was used meanwhile.

use maud::{Markup, html};

use super::chart::{self, Chart};
use super::{numbers, shares};
use crate::phases::model::{
    AreaResult, Cause, Log, PhaseResult, Resource, TESTS, TestId, TestOutcome, TestResult,
};
use crate::report::html::frame::{said, tone};
use crate::report::{plural, words};

pub fn section(phase: &PhaseResult) -> Markup {
    html! {
        section.group #{ "phase-" (phase.number) } {
            h2 {
                "Phase " (phase.number) ": " (said(&phase.name)) " "
                span.given.(tone(phase.outcome)) { (words::outcome(phase.outcome)) }
            }
            p.numbers { (numbers(phase.counts)) " in " (words::seconds(phase.duration_ms)) }
            (shares(phase.counts))
            @if let Some(why) = &phase.not_run { p.reason { (said(why)) } }
            @for it in &phase.areas { (area(it)) }
            @for it in &phase.causes { (cause(it)) }
            (used(phase))
        }
    }
}

fn area(area: &AreaResult) -> Markup {
    let mut tests: Vec<&TestResult> = area.tests.iter().collect();
    tests.sort_by_key(|it| (rank(it.outcome), std::cmp::Reverse(it.duration_ms)));
    let slowest = area.tests.iter().filter(|it| it.duration_ms > 0).max_by_key(|it| it.duration_ms);
    html! {
        article.item {
            h3 { (said(&area.name)) }
            p.numbers { (numbers(area.counts)) " in " (words::seconds(area.duration_ms)) " of tests" }
            (shares(area.counts))
            @if let Some(it) = slowest {
                p.asked { "slowest: " code { (said(&it.test.name)) } " " (words::seconds(it.duration_ms)) }
            }
            @if tests.is_empty() {
                p { "It has no test." }
            } @else {
                details open[area.counts.failed > 0] {
                    summary { (plural(tests.len(), "test")) }
                    ul.tests { @for it in tests { (test(it)) } }
                }
            }
        }
    }
}

fn test(test: &TestResult) -> Markup {
    let (class, word) = match test.outcome {
        TestOutcome::Passed => ("kept", "passed"),
        TestOutcome::Flaky => ("unknown", "flaky"),
        TestOutcome::Failed => ("broken", "failed"),
        TestOutcome::Skipped => ("unknown", "skipped"),
    };
    html! {
        li {
            span.word.(class) { (word) } " " (name(&test.test)) " "
            span.place { (words::seconds(test.duration_ms)) }
            @if let Some(why) = test.why.as_ref().and_then(|it| it.lines().next()) {
                span.why { (said(why)) }
            }
        }
    }
}

/// What needs somebody comes first.
fn rank(outcome: TestOutcome) -> u8 {
    match outcome {
        TestOutcome::Failed => 0,
        TestOutcome::Flaky => 1,
        TestOutcome::Skipped => 2,
        TestOutcome::Passed => 3,
    }
}

pub(super) fn name(test: &TestId) -> Markup {
    html! { code { (said(&test.name)) } span.given { " " (said(&test.binary)) } }
}

fn cause(cause: &Cause) -> Markup {
    let (class, word) = if cause.flaky { ("unknown", "flaky") } else { ("broken", "failed") };
    html! {
        article.item.(class) {
            h3 { span.word { (word) } " " (plural(cause.tests.len(), "test")) " for one reason" }
            pre { @for line in cause.example.lines() { (said(line)) "\n" } }
            ul { @for it in &cause.tests { li { (name(it)) } } }
            @for it in &cause.logs { (log(it)) }
        }
    }
}

fn log(log: &Log) -> Markup {
    html! {
        details open {
            summary { (said(&log.service)) " said meanwhile" }
            pre { @for line in &log.lines { (said(line)) "\n" } }
        }
    }
}

fn used(phase: &PhaseResult) -> Markup {
    html! {
        @if !phase.measured && phase.not_run.is_none() {
            p.reason { "Processor and memory cannot be measured on this system." }
        }
        @for (at, it) in phase.resources.iter().enumerate() {
            article.item {
                h3 {
                    @if it.name == TESTS { "What the tests used" } @else { "What " (said(&it.name)) " used" }
                }
                div.charts { (charts(phase.number, at, it)) }
            }
        }
    }
}

fn charts(phase: u32, at: usize, resource: &Resource) -> Markup {
    #[expect(clippy::cast_precision_loss, reason = "memory of a machine")]
    let memory = resource.samples.iter().map(|it| (it.at_ms, it.rss_bytes as f64 / 1_048_576.0));
    let cpu = resource.samples.iter().map(|it| (it.at_ms, it.cpu_percent));
    html! {
        (chart::figure(&Chart {
            id: format!("phase-{phase}-cpu-{at}"),
            title: format!("Processor: {}", resource.name),
            unit: "% of a core",
            points: cpu.collect(),
        }))
        (chart::figure(&Chart {
            id: format!("phase-{phase}-memory-{at}"),
            title: format!("Memory: {}", resource.name),
            unit: "MiB",
            points: memory.collect(),
        }))
    }
}
