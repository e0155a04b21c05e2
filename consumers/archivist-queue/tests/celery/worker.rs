//! A real Celery worker on a Redis of its own, where Celery is installed.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use archivist_queue::{Queue, QueueSettings};
use private_redis::PrivateRedis;

/// The worker, the client that talks to it, and the Redis between them.
pub struct Scene {
    pub queue: Queue,
    worker: Child,
    redis: PrivateRedis,
}

impl Scene {
    /// Returns once the worker answers; nothing where there is no Celery or no Redis.
    pub async fn new() -> Option<Self> {
        let python = python()?;
        let redis = PrivateRedis::for_test()?;
        let worker = Command::new(python)
            .args(["-m", "celery", "-A", "tasks", "--quiet", "--workdir"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/celery"))
            .args([
                "worker",
                "--queues",
                "caption_priority,celery",
                "--concurrency",
                "1",
                "--loglevel",
                "CRITICAL",
            ])
            .env("REDIS_URL", redis.url())
            .envs([("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONWARNINGS", "ignore")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let queue = Queue::open(redis.url(), QueueSettings::default()).unwrap();
        let mut scene = Self { queue, worker, redis };
        while scene.queue.workers(Duration::from_secs(1), 1).await.unwrap().is_empty() {
            assert_eq!(scene.worker.try_wait().unwrap(), None, "the worker ended at once");
        }
        Some(scene)
    }

    /// Lets one task that waits in the middle go on.
    pub async fn open_gate(&self) {
        let client = redis::Client::open(self.redis.url()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let () = redis::cmd("RPUSH").arg("gate").arg("open").query_async(&mut connection).await.unwrap();
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // It fails only where the worker has ended by itself.
        let _ = self.worker.kill();
        let _ = self.worker.wait();
    }
}

/// The Python that has Celery: that of `COUNTERSIGN_PYTHON`, or the one of scripts/setup.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("COUNTERSIGN_PYTHON").map(PathBuf::from);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.python/bin/python");
    let python = named.unwrap_or(own);
    if python.exists() {
        return Some(python);
    }
    // On a build server a skipped test would look like a passed one.
    assert!(std::env::var_os("CI").is_none(), "Celery is not installed; ./scripts/setup installs it");
    let _ = writeln!(io::stderr(), "SKIPPED: Celery is not installed; ./scripts/setup installs it");
    None
}
