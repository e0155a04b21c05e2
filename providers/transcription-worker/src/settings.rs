//! How a worker is set up.

use std::num::NonZeroUsize;
use std::time::Duration;

/// The settings of one worker.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What it is called in Celery's broadcasts, such as `captions@studio`.
    pub name: String,
    /// The lists it takes from: from the first that has something.
    pub queues: Vec<String>,
    /// Tasks that run at the same time.
    pub concurrency: NonZeroUsize,
    /// Tasks that are held for each that runs, so that the next one is there when one ends.
    pub prefetch: NonZeroUsize,
    /// After which a task that a dead worker held is taken up again. Celery's own is an hour; where Celery
    /// workers take from the same lists a shorter one would double what they hold, as they do not report.
    pub visibility_timeout: Duration,
    /// How long running tasks may go on after the worker was asked to stop.
    pub grace: Duration,
    /// How often a task is tried again.
    pub max_retries: u32,
    /// Within which Redis answers, or its connection is given up.
    pub timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: format!("transcription-worker-{}@{}", std::process::id(), host()),
            queues: vec!["caption_priority".to_owned(), "celery".to_owned()],
            concurrency: NonZeroUsize::new(2).expect("2 is not 0"),
            prefetch: NonZeroUsize::new(4).expect("4 is not 0"),
            visibility_timeout: Duration::from_hours(1),
            grace: Duration::from_secs(30),
            max_retries: 3,
            timeout: Duration::from_secs(5),
        }
    }
}

/// The machine's name, where it tells.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name: String =
        name.trim().chars().filter(|c| c.is_ascii_alphanumeric() || "-._".contains(*c)).collect();
    if name.is_empty() { "localhost".to_owned() } else { name }
}
