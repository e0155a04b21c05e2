//! A report of phases made by hand: everything that a face has to show, and texts that try to break out.

use countersign::phases::model::{
    Advice, AreaResult, Cause, Counts, Coverage, Covered, Entry, Log, PhaseFinding, PhaseReport, PhaseResult,
    Resource, Sample, TestId, TestOutcome, TestResult, VERSION,
};
use countersign::report::Outcome;

const HOSTILE: &str = "</script><b>\u{1b}[2J & \"x\" ]]>";

fn id(name: &str) -> TestId {
    TestId { binary: "shop::api".to_owned(), name: name.to_owned() }
}

fn test(name: &str, outcome: TestOutcome, duration_ms: u64, why: Option<&str>) -> TestResult {
    let attempts = if outcome == TestOutcome::Passed { 1 } else { 2 };
    TestResult { test: id(name), outcome, duration_ms, attempts, why: why.map(str::to_owned) }
}

fn area(name: &str, tests: Vec<TestResult>) -> AreaResult {
    let duration_ms = tests.iter().map(|it| it.duration_ms).sum();
    AreaResult { name: name.to_owned(), counts: Counts::of(&tests), duration_ms, tests }
}

fn resource(name: &str, cpu: f64) -> Resource {
    let sample = |n: u32| Sample {
        at_ms: u64::from(n) * 500,
        cpu_percent: if n.is_multiple_of(2) { cpu } else { cpu / 2.0 },
        rss_bytes: (40 + u64::from(n)) << 20,
    };
    Resource { name: name.to_owned(), step_ms: 500, samples: (0..24).map(sample).collect() }
}

fn cause() -> Cause {
    Cause {
        pattern: "port [n] is taken".to_owned(),
        example: format!("port 4711 is taken\n{HOSTILE}"),
        flaky: false,
        tests: vec![id("orders::a_wrong_order_is_refused")],
        logs: vec![Log {
            service: "redis".to_owned(),
            lines: vec![format!("closed {HOSTILE}"), "bye".to_owned()],
        }],
    }
}

fn first() -> PhaseResult {
    let failed = format!("port 4711 is taken\n{HOSTILE}");
    let orders = vec![
        test("orders::an_order_is_taken", TestOutcome::Passed, 1200, None),
        test("orders::a_wrong_order_is_refused", TestOutcome::Failed, 340, Some(&failed)),
        test("orders::twenty_at_once", TestOutcome::Flaky, 90, Some("the first came last")),
    ];
    let moon = vec![test("moon::shines", TestOutcome::Skipped, 3, Some("there is no moon"))];
    let areas = vec![area("orders", orders), area("the moon", moon), area("nothing", vec![])];
    PhaseResult {
        number: 1,
        name: format!("the shop {HOSTILE}"),
        outcome: Outcome::Broken,
        not_run: None,
        duration_ms: 12_340,
        counts: areas.iter().fold(Counts::default(), |sum, it| sum.and(it.counts)),
        areas,
        causes: vec![cause()],
        resources: vec![resource("redis", 12.0), resource("tests", 180.0)],
        measured: true,
    }
}

fn second() -> PhaseResult {
    PhaseResult {
        number: 2,
        name: "what is outside".to_owned(),
        outcome: Outcome::Unknown,
        not_run: Some("it needs its own services".to_owned()),
        duration_ms: 0,
        counts: Counts::default(),
        areas: vec![],
        causes: vec![],
        resources: vec![],
        measured: true,
    }
}

fn coverage() -> Vec<Coverage> {
    let entry = |name: &str, state, why: Option<&str>| Entry {
        name: name.to_owned(),
        state,
        tests: if state == Covered::Covered { vec![id("orders::an_order_is_taken")] } else { vec![] },
        why: why.map(str::to_owned),
    };
    let workflows = vec![
        entry("an order is taken", Covered::Covered, None),
        entry(HOSTILE, Covered::Failed, Some("it failed")),
        entry("an order is paid", Covered::NoTest, Some("names no test: paid")),
        entry("the moon is ordered", Covered::NotAsked, None),
    ];
    let security = vec![entry("a stranger is sent away", Covered::Covered, None)];
    vec![
        Coverage {
            kind: "workflow".to_owned(),
            target: Some(90.0),
            asked: 3,
            covered: 1,
            entries: workflows,
        },
        Coverage { kind: "security".to_owned(), target: Some(95.0), asked: 1, covered: 1, entries: security },
    ]
}

fn finding(id: &'static str, outcome: Outcome, phase: Option<u32>, message: &str) -> PhaseFinding {
    PhaseFinding { id, outcome, phase, message: message.to_owned(), hint: format!("mend it {HOSTILE}") }
}

/// One that is broken in every way.
pub fn report() -> PhaseReport {
    let phases = vec![first(), second()];
    let advice = Advice {
        id: "slowest-test",
        phase: Some(1),
        measured: "an_order_is_taken took 1200 ms".to_owned(),
        why: "no number of threads makes the phase shorter than its longest test".to_owned(),
        way_out: "split it".to_owned(),
    };
    PhaseReport {
        version: VERSION,
        outcome: Outcome::Broken,
        url: Some("http://shop.example".to_owned()),
        duration_ms: 12_400,
        counts: phases[0].counts,
        findings: vec![
            finding("phase.test-failed", Outcome::Broken, Some(1), "a_wrong_order_is_refused failed"),
            finding("coverage.target-missed", Outcome::Broken, None, "workflow: 1 of 3 covered"),
            finding("phase.not-run", Outcome::Unknown, Some(2), "phase 2: it needs its own services"),
        ],
        phases,
        coverage: coverage(),
        advice: vec![advice],
    }
}

/// One that has nothing to say.
pub fn quiet() -> PhaseReport {
    PhaseReport {
        version: VERSION,
        outcome: Outcome::Kept,
        url: None,
        duration_ms: 0,
        counts: Counts::default(),
        findings: vec![],
        phases: vec![],
        coverage: vec![],
        advice: vec![],
    }
}
