//! How busy the machine is: processor and memory where the system has a `/proc`, and the disk of the recordings.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

/// A look that takes longer is not waited for: a disk behind a network may hang.
const LOOK: Duration = Duration::from_secs(2);

/// From 0 to 100 each; nothing where the system does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[expect(clippy::struct_field_names, reason = "clients know them by these names")]
pub struct Metrics {
    cpu_percent: Option<f64>,
    memory_percent: Option<f64>,
    disk_percent: Option<f64>,
}

/// Looks for all sockets together, and not more often than they tell it. Clones share what was seen.
#[derive(Clone, Debug)]
pub struct Meter {
    media_root: Arc<PathBuf>,
    every: Duration,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    at: Option<Instant>,
    metrics: Metrics,
    processor: Option<Processor>,
    /// A look that was not waited for. While it lasts there is no other.
    hanging: Option<JoinHandle<Look>>,
}

/// What one look at the system gives.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Look {
    processor: Option<Processor>,
    memory: Option<f64>,
    disk: Option<f64>,
}

/// Time since the machine was started, in ticks of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Processor {
    all: u64,
    idle: u64,
}

impl Meter {
    /// Looks at the disk of `media_root`, and not more often than `every`.
    pub fn new(media_root: Arc<PathBuf>, every: Duration) -> Self {
        Self { media_root, every, seen: Arc::default() }
    }

    /// What was seen last, if that is not too long ago; else looks.
    pub async fn read(&self) -> Metrics {
        let mut seen = self.seen.lock().await;
        if seen.at.is_some_and(|at| at.elapsed() < self.every) {
            return seen.metrics;
        }
        let root = Arc::clone(&self.media_root);
        let mut looking =
            seen.hanging.take().unwrap_or_else(|| tokio::task::spawn_blocking(move || look(&root)));
        let look = match tokio::time::timeout(LOOK, &mut looking).await {
            Ok(look) => look.unwrap_or_default(),
            Err(_elapsed) => {
                seen.hanging = Some(looking);
                Look::default()
            }
        };
        let cpu_percent = look.processor.and_then(|now| now.busy_since(seen.processor));
        seen.processor = look.processor.or(seen.processor);
        seen.at = Some(Instant::now());
        seen.metrics = Metrics { cpu_percent, memory_percent: look.memory, disk_percent: look.disk };
        seen.metrics
    }
}

impl Processor {
    /// The share of the time in which it was not idle; since the machine was started, where it was not looked at
    /// before.
    fn busy_since(self, before: Option<Self>) -> Option<f64> {
        let before = before.unwrap_or(Self { all: 0, idle: 0 });
        let all = self.all.checked_sub(before.all)?;
        let idle = self.idle.saturating_sub(before.idle).min(all);
        percent(all - idle, all)
    }
}

fn look(media_root: &Path) -> Look {
    let read = |file| std::fs::read_to_string(file).unwrap_or_default();
    Look {
        processor: processor(&read("/proc/stat")),
        memory: memory(&read("/proc/meminfo")),
        disk: disk(media_root),
    }
}

/// Of the line `cpu`, which is the sum of all processors: user, nice, system, idle, iowait, irq, softirq, steal.
/// What follows is counted among them already (`proc_stat(5)`).
fn processor(stat: &str) -> Option<Processor> {
    let line = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let ticks: Vec<u64> = line.split_whitespace().take(8).map_while(|ticks| ticks.parse().ok()).collect();
    let idle = ticks.get(3)?.saturating_add(ticks.get(4).copied().unwrap_or(0));
    Some(Processor { all: ticks.iter().sum(), idle })
}

/// What could not be had without swapping (`proc_meminfo(5)`, `MemAvailable`).
fn memory(meminfo: &str) -> Option<f64> {
    let kib = |name: &str| -> Option<u64> {
        let line = meminfo.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    let (total, available) = (kib("MemTotal:")?, kib("MemAvailable:")?);
    percent(total.saturating_sub(available), total)
}

/// As `df` has it: of what this service could use, so that 100 is "full" for it.
fn disk(media_root: &Path) -> Option<f64> {
    let disk = rustix::fs::statvfs(media_root).ok()?;
    let used = disk.f_blocks.saturating_sub(disk.f_bfree);
    percent(used, used.saturating_add(disk.f_bavail))
}

/// In tenths.
fn percent(part: u64, whole: u64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a tenth of a percent needs no 53 bits")]
    let share = (whole > 0).then(|| part as f64 / whole as f64)?;
    Some((share * 1000.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "cpu  100 0 50 800 50 0 0 0 7 0\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 1\n";

    #[test]
    fn the_processor_is_busy_when_it_is_neither_idle_nor_waiting() {
        let first = processor(STAT).unwrap();
        assert_eq!(first, Processor { all: 1000, idle: 850 });
        assert_eq!(first.busy_since(None), Some(15.0));
        let later = processor("cpu  175 0 50 825 50 0 0 0 7 0\n").unwrap();
        assert_eq!(later.busy_since(Some(first)), Some(75.0));
        assert_eq!(first.busy_since(Some(first)), None, "no time has passed");
        assert_eq!(first.busy_since(Some(later)), None, "the machine was started again");
    }

    #[test]
    fn memory_that_can_be_had_is_free() {
        let meminfo = "MemTotal:       1000 kB\nMemFree:  10 kB\nMemAvailable:    400 kB\n";
        assert_eq!(memory(meminfo), Some(60.0));
    }

    #[test]
    fn a_system_that_does_not_tell_gives_nothing() {
        for text in
            ["", "cpu \n", "cpu  a b c d\n", "MemTotal: x kB\n", "MemTotal: 0 kB\nMemAvailable: 0 kB\n"]
        {
            assert_eq!((processor(text), memory(text)), (None, None), "{text:?}");
        }
        assert_eq!(disk(Path::new("/no/such/folder")), None);
    }

    #[tokio::test]
    async fn what_was_seen_lately_is_not_looked_at_again() {
        let root = Arc::new(std::env::temp_dir());
        let meter = Meter::new(Arc::clone(&root), Duration::from_hours(1));
        let first = meter.read().await;
        assert!(first.disk_percent.is_some_and(|it| (0.0..=100.0).contains(&it)), "{first:?}");
        meter.seen.lock().await.metrics.disk_percent = Some(-1.0);
        assert_eq!(meter.read().await.disk_percent, Some(-1.0));
        let eager = Meter { every: Duration::ZERO, ..meter };
        assert_ne!(eager.read().await.disk_percent, Some(-1.0), "it looked again");
    }
}
