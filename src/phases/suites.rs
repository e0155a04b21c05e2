//! The report as JUnit XML: a suite an area, and one of what else was found, such as a target that is missed. A
//! test that was skipped is `skipped`; where that leaves its phase unknown, the finding is an `error`.

use std::io::{self, Write};

use super::model::{AreaResult, PhaseFinding, PhaseReport, PhaseResult, TestOutcome, TestResult};
use crate::report::junit::suite::{self, Case, Suite, Verdict};
use crate::report::{Outcome, plural, printable};

/// The finding that its own test tells.
const TEST_FAILED: &str = "phase.test-failed";

/// Writes the report.
pub fn render(report: &PhaseReport, out: &mut dyn Write) -> io::Result<()> {
    let of_phase = |phase| move |area| of_area(phase, area);
    let areas = report.phases.iter().flat_map(|phase| phase.areas.iter().filter_map(of_phase(phase)));
    let mut suites: Vec<Suite> = areas.collect();
    let findings = report.findings.iter().filter(|it| it.id != TEST_FAILED);
    let mut cases: Vec<Case> = findings.map(of_finding).collect();
    if cases.is_empty() {
        cases.push(Case::passed("every target is met", "phases"));
    }
    suites.push(Suite { name: "targets".to_owned(), time: 0, cases });
    suite::write("countersign phases", report.duration_ms, &suites, out)
}

/// Nothing, where there is no test: a finding tells it.
fn of_area(phase: &PhaseResult, area: &AreaResult) -> Option<Suite> {
    let cases: Vec<Case> = area.tests.iter().map(|test| of_test(phase, test)).collect();
    let name = format!("phase {}: {}: {}", phase.number, phase.name, area.name);
    (!cases.is_empty()).then_some(Suite { name, time: area.duration_ms, cases })
}

fn of_test(phase: &PhaseResult, it: &TestResult) -> Case {
    let why = it.why.as_deref().unwrap_or_default();
    let shown = why.lines().map(|line| printable(line).into_owned()).collect::<Vec<_>>().join("\n");
    let message = why.lines().next().unwrap_or_default().to_owned();
    let (verdict, text) = match it.outcome {
        TestOutcome::Passed => (Verdict::Passed, String::new()),
        TestOutcome::Flaky => {
            let attempts = plural(it.attempts, "attempt");
            (Verdict::Passed, format!("flaky: it passed after {attempts}; at first:\n{shown}"))
        }
        TestOutcome::Failed => {
            let verdict = Verdict::Failed { id: TEST_FAILED.to_owned(), message };
            (verdict, format!("{shown}{}", logs(phase, it)))
        }
        TestOutcome::Skipped => (Verdict::Skipped { message }, String::new()),
    };
    let (name, class) = (it.test.name.clone(), it.test.binary.clone());
    Case { name, class, time: it.duration_ms, verdict, text }
}

/// What services said while this test failed, or another of the same cause.
fn logs(phase: &PhaseResult, test: &TestResult) -> String {
    let causes = phase.causes.iter().filter(|cause| cause.tests.contains(&test.test));
    let lines = causes.flat_map(|cause| &cause.logs).flat_map(|log| {
        let line = move |line| format!("\n{} | {}", printable(&log.service), printable(line));
        log.lines.iter().map(move |it| line(it))
    });
    lines.collect()
}

fn of_finding(finding: &PhaseFinding) -> Case {
    let (id, message) = (finding.id.to_owned(), finding.message.clone());
    let verdict = match finding.outcome {
        Outcome::Broken => Verdict::Failed { id, message },
        Outcome::Kept | Outcome::Unknown => Verdict::Unknown { id, message },
    };
    let class = finding.phase.map_or("phases".to_owned(), |number| format!("phase {number}"));
    let text = format!("hint: {}", printable(&finding.hint));
    Case { verdict, text, ..Case::passed(&format!("{}: {}", finding.id, finding.message), &class) }
}
