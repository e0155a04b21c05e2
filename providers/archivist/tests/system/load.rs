//! Under load, by Locust: whether all of it is done, how long answers take before, under and after it, and whether
//! work leaves memory behind. The figures are those of this machine at this moment: they go to `artefacts/load.json`,
//! and only what holds on every machine is asserted.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use serde_json::{Value, json};
use tokio::process::Command;

use crate::sibling::is_there;
use crate::stack::{ADMIN, ADMIN_PASSWORD, Database, Stack};

/// Rounds of reading that a figure is made of.
const ROUNDS: usize = 150;
const WORKFLOWS: usize = 100;
const PEOPLE: usize = 20;
const RAMP: [usize; 4] = [1, 5, 20, 40];
/// A neighbour on this machine can slow every answer down for a moment; what the load left behind stays.
const LOOKS: usize = 3;

#[tokio::test]
async fn all_of_it_is_done_and_nothing_stays_behind() {
    let Some(python) = python() else { return };
    let Some(stack) = Stack::open(Database::Sqlite).await else { return };
    let Some(_worker) = stack.worker(&[]) else { return };
    stack.admin.sees_recovery().await;
    let load = Load { python, stack: &stack };

    // A list that is as long before as after: the first workflows are none of the measured ones.
    load.run("Archiving", 2, 20).await;
    let before = load.run("Reading", 1, ROUNDS).await;
    let under = load.run("Archiving", PEOPLE, WORKFLOWS).await;
    let first = load.memory();
    load.run("Archiving", PEOPLE, WORKFLOWS).await;
    let second = load.memory();
    let mut ramp = Vec::new();
    for people in RAMP {
        ramp.push((people, load.run("Reading", people, ROUNDS).await));
    }
    all_is_done(&stack, 20 + 2 * WORKFLOWS).await;

    let mut after = load.run("Reading", 1, ROUNDS).await;
    for _ in 1..LOOKS {
        if after.median() <= 2.0 * before.median() {
            break;
        }
        after = load.run("Reading", 1, ROUNDS).await;
    }
    tell(&json!({
        "before": before.figures(), "workflows": under.figures(), "after": after.figures(),
        "reading": ramp.iter().map(|(people, run)| json!({"people": people, "figures": run.figures()})).collect::<Vec<_>>(),
        "growth": growth(&ramp),
        "memory_kib": {"after_the_first_workflows": first, "after_the_second": second, "in_the_end": load.memory()},
    }));
    assert!(after.median() <= 2.0 * before.median(), "{} ms, before {} ms", after.median(), before.median());
    assert!(
        second * 10 <= first * 13,
        "{first} KiB after {WORKFLOWS} workflows, {second} KiB after as many again"
    );
    stack.close();
}

struct Load<'a> {
    python: PathBuf,
    stack: &'a Stack,
}

/// What was measured of one run.
struct Run {
    /// Milliseconds, the shortest first, by operation.
    times: BTreeMap<String, Vec<f64>>,
    seconds: f64,
}

impl Load<'_> {
    /// So many people do so many rounds; no request may fail.
    async fn run(&self, who: &str, people: usize, rounds: usize) -> Run {
        let times = tempfile::NamedTempFile::new().unwrap();
        let house = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(&self.python);
        command.args(["-m", "locust", "--headless", "--only-summary", "--loglevel", "WARNING", "--host"]);
        command.arg(&self.stack.admin.base).arg("-f").arg(house.join("load/locustfile.py"));
        command.args(["-u", &people.to_string(), "-r", &people.to_string(), who]);
        command.env("ARCHIVIST_USERNAME", ADMIN).env("ARCHIVIST_PASSWORD", ADMIN_PASSWORD);
        command.env("LOAD_ROUNDS", rounds.to_string()).env("LOAD_TIMES", times.path());
        command.env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::null()).kill_on_drop(true);
        let begun = Instant::now();
        let output = command.output().await.unwrap();
        let seconds = begun.elapsed().as_secs_f64();
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
        assert!(output.status.success(), "{who}, {people} people: {}", said.join("\n"));
        let read: BTreeMap<String, Vec<f64>> = serde_json::from_reader(times).unwrap();
        let sorted = read.into_iter().map(|(name, mut times)| {
            times.sort_by(f64::total_cmp);
            (name, times)
        });
        Run { times: sorted.collect(), seconds }
    }

    fn memory(&self) -> u64 {
        self.stack.archivist.as_ref().unwrap().resident()
    }
}

impl Run {
    fn answers(&self) -> Vec<f64> {
        let mut all: Vec<f64> = self.times.values().flatten().copied().collect();
        all.sort_by(f64::total_cmp);
        all
    }

    fn median(&self) -> f64 {
        percentile(&self.answers(), 50)
    }

    fn figures(&self) -> Value {
        let each = self.times.iter().map(|(name, times)| (name.clone(), figures(times)));
        let all = self.answers();
        json!({"seconds": self.seconds, "all": figures(&all), "operations": each.collect::<serde_json::Map<_, _>>()})
    }
}

fn figures(sorted: &[f64]) -> Value {
    let [p50, p95, p99] = [50, 95, 99].map(|percent| percentile(sorted, percent));
    json!({"count": sorted.len(), "p50_ms": p50, "p95_ms": p95, "p99_ms": p99})
}

/// The smallest time that so many percent of all do not exceed.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted[rank - 1]
}

/// How answers slow down as the number of people grows: times the people, times the median.
fn growth(ramp: &[(usize, Run)]) -> Vec<Value> {
    let step = |pair: &[(usize, Run)]| {
        let median = pair[1].1.median() / pair[0].1.median();
        json!({"from": pair[0].0, "to": pair[1].0, "median_times": median})
    };
    ramp.windows(2).map(step).collect()
}

/// Every workflow came to its end, at the station too.
async fn all_is_done(stack: &Stack, workflows: usize) {
    let expected = json!([[workflows]]);
    for query in [
        "SELECT count(*) FROM vods WHERE status = 'completed' AND cablecast_vod_id IS NOT NULL",
        "SELECT count(*) FROM jobs WHERE status = 'completed'",
        "SELECT count(*) FROM jobs",
        "SELECT count(*) FROM transcriptions WHERE summary IS NOT NULL",
        "SELECT count(*) FROM publications WHERE step = 'done'",
        "SELECT count(DISTINCT show_id) FROM links",
    ] {
        assert_eq!(json!(stack.rows(query).await), expected, "{query}");
    }
    while stack.messages().await > 0 {}
}

fn tell(figures: &Value) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../artefacts");
    std::fs::create_dir_all(&folder).unwrap();
    let text = serde_json::to_string_pretty(figures).unwrap();
    std::fs::write(folder.join("load.json"), &text).unwrap();
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The Python that Locust is installed in.
fn python() -> Option<PathBuf> {
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let named = std::env::var_os("COUNTERSIGN_PYTHON").map(PathBuf::from);
    let python = named.unwrap_or_else(|| house.join(".python/bin/python"));
    is_there(&python.with_file_name("locust"), "Locust is not installed; ./scripts/setup installs it")
        .then_some(python)
}
