//! What processes use while a phase runs: processor time and memory of each tree of processes, from `/proc`.
//! Where there is none, nothing is measured, and that is told.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use super::model::{Resource, Sample};
use crate::report::milliseconds;
use crate::service::Watched;

/// Between two looks.
const STEP: Duration = Duration::from_millis(500);

/// Samples that are kept of one tree. When there are more, two become one.
const MOST: usize = 600;

/// Whether there is something to measure with.
#[must_use]
pub fn possible() -> bool {
    cfg!(target_os = "linux") && fs::metadata("/proc/self/stat").is_ok()
}

/// Looks at trees of processes, again and again.
pub struct Sampler {
    begin: Instant,
    series: Vec<Series>,
}

/// What was seen of one tree.
struct Series {
    watched: Watched,
    /// Looks that make one sample.
    every: u32,
    pending: Vec<Sample>,
    samples: Vec<Sample>,
    last: Option<(Instant, f64)>,
}

/// One process, as the kernel tells of it.
struct Stat {
    parent: u32,
    /// Seconds of itself, and of children that it has waited for.
    own: f64,
    waited: f64,
    rss: u64,
}

impl Sampler {
    #[must_use]
    pub fn new(watched: Vec<Watched>) -> Self {
        let series =
            |watched| Series { watched, every: 1, pending: Vec::new(), samples: Vec::new(), last: None };
        Self { begin: Instant::now(), series: watched.into_iter().map(series).collect() }
    }

    /// Looks until it is dropped.
    pub async fn run(&mut self) {
        if !possible() {
            return std::future::pending().await;
        }
        let mut ticks = tokio::time::interval(STEP);
        loop {
            ticks.tick().await;
            self.look();
        }
    }

    fn look(&mut self) {
        let stats = stats();
        let now = Instant::now();
        for series in &mut self.series {
            if let Some((seconds, rss)) = tree(&stats, series.watched.pid) {
                series.take(now, now - self.begin, seconds, rss);
            }
        }
    }

    /// What was seen.
    #[must_use]
    pub fn resources(self) -> Vec<Resource> {
        let seen = self.series.into_iter().filter(|series| !series.samples.is_empty());
        let resource = |series: Series| Resource {
            name: series.watched.name,
            step_ms: milliseconds(STEP * series.every),
            samples: series.samples,
        };
        seen.map(resource).collect()
    }
}

impl Series {
    fn take(&mut self, now: Instant, at: Duration, seconds: f64, rss: u64) {
        // The first look has nothing to compare with.
        let cpu = self.last.map_or(0.0, |(then, before)| {
            let passed = (now - then).as_secs_f64().max(0.001);
            ((seconds - before).max(0.0) / passed * 1000.0).round() / 10.0
        });
        self.last = Some((now, seconds));
        self.pending.push(Sample { at_ms: milliseconds(at), cpu_percent: cpu, rss_bytes: rss });
        if self.pending.len() >= self.every as usize {
            self.samples.extend(merged(&self.pending));
            self.pending.clear();
        }
        if self.samples.len() >= MOST {
            self.samples = self.samples.chunks(2).filter_map(merged).collect();
            self.every *= 2;
        }
    }
}

/// Several samples as one: the mean of the processor, the most of the memory.
fn merged(samples: &[Sample]) -> Option<Sample> {
    let last = samples.last()?;
    #[expect(clippy::cast_precision_loss, reason = "a handful of samples")]
    let cpu_percent = samples.iter().map(|it| it.cpu_percent).sum::<f64>() / samples.len() as f64;
    let rss_bytes = samples.iter().map(|it| it.rss_bytes).max()?;
    Some(Sample { at_ms: last.at_ms, cpu_percent, rss_bytes })
}

/// Every process that there is.
fn stats() -> BTreeMap<u32, Stat> {
    let Ok(entries) = fs::read_dir("/proc") else { return BTreeMap::new() };
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    // A process may end between the two; then it is not there.
    pids.filter_map(|pid| Some((pid, stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)?)))
        .collect()
}

/// What stands in `/proc/PID/stat`: see proc(5). The name of the program may hold anything, spaces too.
#[expect(clippy::cast_precision_loss, reason = "ticks of a process that ran for less than a million years")]
fn stat(text: &str) -> Option<Stat> {
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    // The first of `fields` is number 3.
    let number = |at: usize| fields.get(at - 3)?.parse::<u64>().ok();
    let ticks = rustix::param::clock_ticks_per_second() as f64;
    let seconds = |first: usize| Some((number(first)? + number(first + 1)?) as f64 / ticks);
    Some(Stat {
        parent: u32::try_from(number(4)?).ok()?,
        own: seconds(14)?,
        waited: seconds(16)?,
        rss: number(24)? * rustix::param::page_size() as u64,
    })
}

/// Seconds and bytes of all descendants of `root`, which is our own guard and does not count itself. What
/// has ended counts by whoever waited for it.
fn tree(stats: &BTreeMap<u32, Stat>, root: u32) -> Option<(f64, u64)> {
    let guard = stats.get(&root)?;
    let mut sum = (guard.waited, 0);
    let mut parents = vec![root];
    while let Some(parent) = parents.pop() {
        for (&pid, stat) in stats.iter().filter(|(_, stat)| stat.parent == parent) {
            sum.0 += stat.own + stat.waited;
            sum.1 += stat.rss;
            parents.push(pid);
        }
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_process_whose_name_has_a_bracket() {
        let text = "7 (a) b) S 3 7 7 0 -1 0 0 0 0 0 150 50 20 30 20 0 1 0 5 9999 100 1 1";
        let stat = stat(text).unwrap();
        assert_eq!(stat.parent, 3);
        assert!(stat.own > stat.waited && stat.waited > 0.0);
        assert_eq!(stat.rss, 100 * rustix::param::page_size() as u64);
    }

    #[test]
    fn a_tree_is_all_that_descends_from_its_root() {
        let stat = |parent, rss| Stat { parent, own: 1.0, waited: 0.5, rss };
        let stats = BTreeMap::from([(1, stat(0, 7)), (2, stat(1, 10)), (3, stat(2, 20)), (4, stat(0, 40))]);
        assert_eq!(tree(&stats, 1), Some((0.5 + 1.5 + 1.5, 30)));
        assert_eq!(tree(&stats, 9), None);
    }

    #[test]
    fn samples_are_bounded_and_keep_the_peak() {
        let watched = Watched { name: "a".to_owned(), pid: 1 };
        let mut sampler = Sampler::new(vec![watched]);
        let begin = sampler.begin;
        for n in 0..10_000_u32 {
            let at = STEP * n;
            let rss = if n == 5000 { 99 } else { 1 };
            sampler.series[0].take(begin + at, at, f64::from(n) * 0.25, rss);
        }
        let resource = sampler.resources().pop().unwrap();
        assert!(resource.samples.len() <= MOST);
        assert!(resource.samples.iter().any(|it| it.rss_bytes == 99));
        assert!(resource.samples.iter().skip(1).all(|it| (it.cpu_percent - 50.0).abs() < 1.0));
        assert!(resource.step_ms > 500);
    }
}
