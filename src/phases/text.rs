//! The report for people, at a terminal.

use std::io::{self, Write};

use super::model::{Covered, PhaseReport, PhaseResult, Resource, TestOutcome};
use crate::report::{Outcome, printable};

/// Writes the report.
pub fn render(report: &PhaseReport, out: &mut dyn Write) -> io::Result<()> {
    report.phases.iter().try_for_each(|it| phase(it, out))?;
    for it in &report.coverage {
        let percent = it.percent().map_or("not asked".to_owned(), |it| format!("{it:.0} %"));
        let target = it.target.map_or(String::new(), |it| format!(" of {it} %"));
        writeln!(
            out,
            "coverage  {}  {} of {}  {percent}{target}",
            printable(&it.kind),
            it.covered,
            it.asked
        )?;
        let missing =
            it.entries.iter().filter(|it| !matches!(it.state, Covered::Covered | Covered::NotAsked));
        for entry in missing {
            let why = entry.why.as_deref().unwrap_or_default();
            writeln!(out, "  missing  {}  {}", printable(&entry.name), printable(why))?;
        }
    }
    for it in &report.findings {
        let word = word(it.outcome);
        writeln!(out, "{word}: {} [{}]\n  hint: {}", printable(&it.message), it.id, printable(&it.hint))?;
    }
    for it in &report.advice {
        let phase = it.phase.map_or(String::new(), |it| format!("phase {it}: "));
        writeln!(out, "advice: {phase}{}; {}\n  hint: {}", printable(&it.measured), it.why, it.way_out)?;
    }
    let counts = report.counts;
    writeln!(
        out,
        "{}: {} tests: {} passed ({} flaky), {} failed, {} skipped in {}",
        word(report.outcome),
        counts.tests,
        counts.passed,
        counts.flaky,
        counts.failed,
        counts.skipped,
        seconds(report.duration_ms)
    )
}

fn phase(phase: &PhaseResult, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "phase {}  {}  in {}", phase.number, printable(&phase.name), seconds(phase.duration_ms))?;
    if let Some(why) = &phase.not_run {
        writeln!(out, "  not run: {}", printable(why))?;
    }
    for area in &phase.areas {
        let counts = area.counts;
        let slowest = area.tests.iter().max_by_key(|it| it.duration_ms);
        let slowest = slowest.map_or(String::new(), |it| {
            format!("; slowest {} {}", printable(&it.test.name), seconds(it.duration_ms))
        });
        writeln!(
            out,
            "  {}: {} passed, {} failed, {} flaky, {} skipped{slowest}",
            printable(&area.name),
            counts.passed,
            counts.failed,
            counts.flaky,
            counts.skipped
        )?;
        for test in area.tests.iter().filter(|it| it.outcome == TestOutcome::Skipped) {
            writeln!(
                out,
                "    skipped  {}  {}",
                printable(&test.test.name),
                printable(test.why.as_deref().unwrap_or_default())
            )?;
        }
    }
    for cause in &phase.causes {
        let kind = if cause.flaky { "flaky" } else { "failed" };
        writeln!(out, "  {kind}, {}×: {}", cause.tests.len(), printable(&cause.example))?;
        cause.tests.iter().try_for_each(|test| writeln!(out, "    {}", printable(&test.to_string())))?;
        for log in &cause.logs {
            log.lines.iter().try_for_each(|line| {
                writeln!(out, "    {} | {}", printable(&log.service), printable(line))
            })?;
        }
    }
    if !phase.measured {
        writeln!(out, "  processor and memory: not measured on this system")?;
    }
    phase.resources.iter().try_for_each(|it| writeln!(out, "  {}", resource(it)))
}

fn resource(resource: &Resource) -> String {
    let cpu: Vec<f64> = resource.samples.iter().map(|it| it.cpu_percent).collect();
    #[expect(clippy::cast_precision_loss, reason = "memory of a machine")]
    let memory: Vec<f64> = resource.samples.iter().map(|it| it.rss_bytes as f64 / 1_048_576.0).collect();
    let most = |of: &[f64]| of.iter().copied().fold(0.0, f64::max);
    format!(
        "{}  cpu {} up to {:.0} %  memory {} up to {:.0} MiB",
        printable(&resource.name),
        sparkline(&cpu),
        most(&cpu),
        sparkline(&memory),
        most(&memory)
    )
}

/// At most 40 bars, each the largest value of its stretch.
fn sparkline(values: &[f64]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let stretches = values.chunks(values.len().div_ceil(40).max(1));
    let highest = stretches.map(|it| it.iter().copied().fold(0.0, f64::max));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 7")]
    highest.map(|it| BARS[((it / most * 7.0).round() as usize).min(7)]).collect()
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Kept => "kept",
        Outcome::Broken => "broken",
        Outcome::Unknown => "unknown",
    }
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:02} s", milliseconds / 1000, milliseconds % 1000 / 10)
}
