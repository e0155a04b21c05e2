//! What was seen of tests, held against what has to come out.

use std::time::Duration;

use super::junit::Ran;
use super::listing::Listed;
use super::model::{
    AreaResult, Cause, Counts, Coverage, Covered, PhaseFinding, PhaseReport, PhaseResult, Resource,
    TestOutcome, TestResult, VERSION,
};
use super::{advice, cause, sample};
use crate::config::{Config, Limits, Phase, Phases};
use crate::report::{Outcome, milliseconds, plural};
use crate::secrets::Secrets;

/// What one phase showed.
pub struct Seen {
    pub areas: Vec<AreaResult>,
    pub causes: Vec<Cause>,
    pub resources: Vec<Resource>,
    /// What ended before the tests did.
    pub died: Vec<String>,
    pub duration: u64,
}

/// What all of them showed.
pub struct Run {
    pub phases: Vec<PhaseResult>,
    pub coverage: Vec<Coverage>,
    pub duration_ms: u64,
    pub url: Option<String>,
    pub partial: bool,
}

/// How a test went; one that was not run was ignored.
pub fn test(listed: &Listed, ran: Option<&Ran>, secrets: &Secrets) -> TestResult {
    let test = listed.test.clone();
    let Some(ran) = ran else {
        let why = if listed.ignored { "it is ignored" } else { "it was not run" };
        return TestResult {
            test,
            outcome: TestOutcome::Skipped,
            duration_ms: 0,
            attempts: 0,
            why: Some(why.to_owned()),
        };
    };
    let failure = ran.failures.first().map(|it| cause::essence(it, &ran.test));
    let skipped = ran.output.lines().find_map(|line| line.trim().strip_prefix("SKIPPED:"));
    let (outcome, why) = match (ran.passed, failure, skipped) {
        (false, why, _) => (TestOutcome::Failed, why),
        (true, _, Some(why)) => (TestOutcome::Skipped, Some(why.trim().to_owned())),
        (true, Some(why), None) => (TestOutcome::Flaky, Some(why)),
        (true, None, None) => (TestOutcome::Passed, None),
    };
    let attempts = ran.failures.len() + usize::from(ran.passed);
    let why = why.map(|why| secrets.blot(&why).into_owned());
    TestResult { test, outcome, duration_ms: milliseconds(ran.duration), attempts, why }
}

pub fn area(name: String, tests: Vec<TestResult>) -> AreaResult {
    let duration_ms = tests.iter().map(|it| it.duration_ms).sum();
    AreaResult { name, counts: Counts::of(&tests), duration_ms, tests }
}

/// A phase that shows nothing.
pub fn not_run(phase: &Phase, why: &str) -> PhaseResult {
    let seen = Seen { areas: vec![], causes: vec![], resources: vec![], died: vec![], duration: 0 };
    PhaseResult { outcome: Outcome::Unknown, not_run: Some(why.to_owned()), ..self::phase(phase, seen) }
}

pub fn phase(phase: &Phase, seen: Seen) -> PhaseResult {
    let counts = seen.areas.iter().fold(Counts::default(), |sum, area| sum.and(area.counts));
    let died = (!seen.died.is_empty()).then(|| format!("something did not last: {}", seen.died.join("; ")));
    PhaseResult {
        number: phase.number,
        name: phase.name.clone(),
        // The findings tell; see `report`.
        outcome: Outcome::Kept,
        not_run: died,
        duration_ms: seen.duration,
        counts,
        areas: seen.areas,
        causes: seen.causes,
        resources: seen.resources,
        measured: sample::possible(),
    }
}

/// The report of it all.
pub fn report(common: &Phases, run: Run, config: &Config) -> PhaseReport {
    let Run { mut phases, coverage, duration_ms, url, partial } = run;
    let mut findings = Vec::new();
    for phase in &mut phases {
        let described = config.phases.iter().find(|it| it.number == phase.number);
        let of_phase = described.map_or(Vec::new(), |it| of_phase(phase, &it.limits));
        phase.outcome = worst(&of_phase);
        findings.extend(of_phase);
    }
    let counts = phases.iter().fold(Counts::default(), |sum, phase| sum.and(phase.counts));
    let limits = Limits { min_tests: common.limits.min_tests.filter(|_| !partial), ..common.limits };
    bounds(None, counts, duration_ms, &limits, &mut findings);
    for it in &coverage {
        of_coverage(it, &mut findings);
    }
    if phases.is_empty() {
        findings.push(finding(
            "phase.none",
            Outcome::Unknown,
            None,
            "no phase was run".to_owned(),
            "describe one in a [[phase]] table",
        ));
    }
    findings.sort_by_key(|it| it.outcome != Outcome::Broken);
    let outcome = worst(&findings);
    let advice = advice::advise(&phases, &coverage);
    PhaseReport { version: VERSION, outcome, url, duration_ms, counts, findings, phases, coverage, advice }
}

fn worst(findings: &[PhaseFinding]) -> Outcome {
    let any = |outcome| findings.iter().any(|it| it.outcome == outcome);
    if any(Outcome::Broken) {
        Outcome::Broken
    } else if any(Outcome::Unknown) {
        Outcome::Unknown
    } else {
        Outcome::Kept
    }
}

fn finding(
    id: &'static str,
    outcome: Outcome,
    phase: Option<u32>,
    message: String,
    hint: &str,
) -> PhaseFinding {
    PhaseFinding { id, outcome, phase, message, hint: hint.to_owned() }
}

fn of_phase(phase: &PhaseResult, limits: &Limits) -> Vec<PhaseFinding> {
    let number = Some(phase.number);
    let mut findings = Vec::new();
    for test in phase.tests().filter(|it| it.outcome == TestOutcome::Failed) {
        let why = test.why.as_deref().and_then(|it| it.lines().next()).unwrap_or("no reason was told");
        let message = format!("{} failed: {why}", test.test);
        findings.push(finding(
            "phase.test-failed",
            Outcome::Broken,
            number,
            message,
            "its cause and what services said stand with the phase",
        ));
    }
    if let Some(why) = &phase.not_run {
        findings.push(finding(
            "phase.not-run",
            Outcome::Unknown,
            number,
            format!("phase {}: {why}", phase.number),
            "look at `tests`, `elsewhere` and `needs` of the phase",
        ));
    }
    for area in phase.areas.iter().filter(|area| area.tests.is_empty()) {
        let message = format!("the area {:?} has no test of its own", area.name);
        findings.push(finding(
            "phase.area-empty",
            Outcome::Unknown,
            number,
            message,
            "correct its filterset",
        ));
    }
    if phase.counts.skipped > limits.max_skipped {
        let message =
            format!("{} not run, and nobody can tell how they stand", plural(phase.counts.skipped, "test"));
        findings.push(finding(
            "phase.tests-skipped",
            Outcome::Unknown,
            number,
            message,
            "install what they lack, or raise `max_skipped` of the phase",
        ));
    }
    bounds(number, phase.counts, phase.duration_ms, limits, &mut findings);
    findings
}

fn bounds(number: Option<u32>, counts: Counts, took: u64, limits: &Limits, findings: &mut Vec<PhaseFinding>) {
    let mut missed = |id, message, hint| findings.push(finding(id, Outcome::Broken, number, message, hint));
    if let Some(most) = limits.max_duration.filter(|it| Duration::from_millis(took) > *it) {
        let message = format!("it took {:?}, of {most:?} at most", Duration::from_millis(took));
        missed("phase.too-long", message, "the slowest tests are named below");
    }
    if let Some(most) = limits.max_flaky.filter(|it| counts.flaky_percent() > *it) {
        let message = format!("{:.1} % of the tests are flaky, of {most} % at most", counts.flaky_percent());
        missed("phase.too-flaky", message, "see why they failed at first, among the causes");
    }
    if let Some(least) = limits.min_tests.filter(|it| counts.passed + counts.failed < *it) {
        let message = format!("{} ran, of {least} at least", plural(counts.passed + counts.failed, "test"));
        missed("phase.too-few", message, "write more, or widen the filtersets");
    }
}

fn of_coverage(coverage: &Coverage, findings: &mut Vec<PhaseFinding>) {
    let kind = &coverage.kind;
    for entry in coverage.entries.iter().filter(|it| it.state == Covered::NoTest) {
        let why = entry.why.as_deref().unwrap_or_default();
        let message = format!("{kind} {:?} {why}", entry.name);
        findings.push(finding(
            "coverage.no-test",
            Outcome::Broken,
            None,
            message,
            "correct the name, or write the test",
        ));
    }
    let Some(target) = coverage.target else { return };
    match coverage.percent() {
        None if coverage.entries.is_empty() => {
            let message = format!("nothing is claimed of the kind {kind}, which has a target");
            findings.push(finding(
                "coverage.none",
                Outcome::Unknown,
                None,
                message,
                "list it in the coverage file",
            ));
        }
        Some(percent) if percent < target => {
            let message = format!(
                "{kind}: {} of {} covered, {percent:.0} % of {target} %",
                coverage.covered, coverage.asked
            );
            findings.push(finding(
                "coverage.target-missed",
                Outcome::Broken,
                None,
                message,
                "what is missing stands with the coverage",
            ));
        }
        _ => {}
    }
}
