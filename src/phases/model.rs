//! The report of a run of phases, as values that every face paints and none changes.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::Outcome;

/// The version of the report's shape. Members may be added within a version, never changed.
pub const VERSION: u32 = 1;

/// The name under which the tests themselves are measured.
pub const TESTS: &str = "tests";

/// A test: the binary that holds it, as cargo-nextest calls it, and its name there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct TestId {
    pub binary: String,
    pub name: String,
}

/// Everything that one run of phases found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "countersign phases report")]
pub struct PhaseReport {
    /// The version of this shape.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// What the exit code says: `kept` 0, `broken` 1, `unknown` 2.
    pub outcome: Outcome,
    /// The deployment that was tested, where `--url` named one.
    pub url: Option<String>,
    /// Starting services and running tests; not building.
    pub duration_ms: u64,
    pub counts: Counts,
    /// What has to be done something about, the worst first.
    pub findings: Vec<PhaseFinding>,
    pub phases: Vec<PhaseResult>,
    /// One a kind.
    pub coverage: Vec<Coverage>,
    pub advice: Vec<Advice>,
}

/// Tests, by how they ended. A flaky one passed, and is counted as passed, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    pub tests: usize,
    pub passed: usize,
    pub failed: usize,
    pub flaky: usize,
    pub skipped: usize,
}

/// A target that is missed, a failure, or what could not be told.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PhaseFinding {
    /// Such as `phase.test-failed`.
    pub id: &'static str,
    /// `broken` or `unknown`.
    pub outcome: Outcome,
    pub phase: Option<u32>,
    pub message: String,
    pub hint: String,
}

/// How one phase went.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PhaseResult {
    pub number: u32,
    pub name: String,
    pub outcome: Outcome,
    /// Why it was not run, where it was not.
    pub not_run: Option<String>,
    pub duration_ms: u64,
    pub counts: Counts,
    pub areas: Vec<AreaResult>,
    pub causes: Vec<Cause>,
    /// What was started and the tests themselves; empty where nothing can be measured.
    pub resources: Vec<Resource>,
    /// Whether processes can be measured on this system.
    pub measured: bool,
}

/// How one area went.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AreaResult {
    pub name: String,
    pub counts: Counts,
    /// Of all its tests together, as if each ran alone.
    pub duration_ms: u64,
    pub tests: Vec<TestResult>,
}

/// How one test went.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TestResult {
    pub test: TestId,
    pub outcome: TestOutcome,
    pub duration_ms: u64,
    pub attempts: usize,
    /// Why it failed or was skipped.
    pub why: Option<String>,
}

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TestOutcome {
    Passed,
    /// It failed, and passed when it was tried again.
    Flaky,
    Failed,
    /// It was ignored, or said itself that it was skipped.
    Skipped,
}

/// Failures that have one cause.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Cause {
    /// The message, with numbers, ids, times and the like folded.
    pub pattern: String,
    /// The message of the first of them.
    pub example: String,
    /// Whether each of its tests passed when it was tried again.
    pub flaky: bool,
    pub tests: Vec<TestId>,
    /// What services said while the first of them failed.
    pub logs: Vec<Log>,
}

/// A service's own words.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Log {
    pub service: String,
    pub lines: Vec<String>,
}

/// What a service and all its processes used.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Resource {
    pub name: String,
    pub step_ms: u64,
    pub samples: Vec<Sample>,
}

/// At one time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Sample {
    /// Since the phase began.
    pub at_ms: u64,
    /// Of one core: two busy cores are 200.
    pub cpu_percent: f64,
    pub rss_bytes: u64,
}

/// How much of one kind of claims is covered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Coverage {
    pub kind: String,
    /// Per cent that have to be covered.
    pub target: Option<f64>,
    /// Those that this run was asked about, and of them those that are covered.
    pub asked: usize,
    pub covered: usize,
    pub entries: Vec<Entry>,
}

/// One claim.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Entry {
    pub name: String,
    pub state: Covered,
    /// Those of its tests that ran.
    pub tests: Vec<TestId>,
    /// What keeps it from being covered.
    pub why: Option<String>,
}

/// How a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Covered {
    /// At least one of its tests ran, and all that ran passed.
    Covered,
    Failed,
    Skipped,
    /// Its tests exist, and no phase runs them.
    NotRun,
    /// There is no test that it names.
    NoTest,
    /// Its tests belong to what was not chosen.
    NotAsked,
}

/// What to do about what was measured.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Advice {
    pub id: &'static str,
    pub phase: Option<u32>,
    pub measured: String,
    pub why: String,
    pub way_out: String,
}

impl Counts {
    /// Counts `tests`.
    pub fn of<'a>(tests: impl IntoIterator<Item = &'a TestResult>) -> Self {
        let mut counts = Self::default();
        for test in tests {
            counts.tests += 1;
            match test.outcome {
                TestOutcome::Passed => counts.passed += 1,
                TestOutcome::Flaky => {
                    counts.passed += 1;
                    counts.flaky += 1;
                }
                TestOutcome::Failed => counts.failed += 1,
                TestOutcome::Skipped => counts.skipped += 1,
            }
        }
        counts
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            tests: self.tests + other.tests,
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            flaky: self.flaky + other.flaky,
            skipped: self.skipped + other.skipped,
        }
    }

    /// Per cent of the tests that ran.
    #[must_use]
    pub fn flaky_percent(self) -> f64 {
        percent(self.flaky, self.passed + self.failed)
    }
}

impl PhaseResult {
    /// Each test of it, once.
    pub fn tests(&self) -> impl Iterator<Item = &TestResult> {
        self.areas.iter().flat_map(|area| &area.tests)
    }

    /// The test that took longest.
    #[must_use]
    pub fn slowest(&self) -> Option<&TestResult> {
        self.tests().filter(|it| it.duration_ms > 0).max_by_key(|it| it.duration_ms)
    }
}

impl Coverage {
    /// Per cent of what was asked; nothing where nothing was.
    #[must_use]
    pub fn percent(&self) -> Option<f64> {
        (self.asked > 0).then(|| percent(self.covered, self.asked))
    }
}

impl std::fmt::Display for TestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.binary, self.name)
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody has so many tests")]
fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}
