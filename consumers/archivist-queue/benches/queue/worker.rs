//! A worker in a process of its own, on a Redis of its own.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use private_redis::PrivateRedis;

use crate::celery::tasks;

/// Killed when it is dropped, and its Redis after it.
pub struct Running {
    process: Child,
    redis: PrivateRedis,
}

impl Running {
    /// A Celery worker with two processes, as it comes: prefork.
    pub fn celery(python: &Path, redis: PrivateRedis) -> Self {
        let mut command = Command::new(python);
        command.args(["-B", "-m", "celery", "-A", "tasks", "--quiet", "--workdir"]).arg(tasks());
        command.args(["worker", "--concurrency", "2", "--pool", "prefork", "--loglevel", "CRITICAL"]);
        command.args(["--without-gossip", "--without-mingle"]).env("REDIS_URL", redis.url());
        Self::begin(command, redis)
    }

    /// Ours, with as many tasks at a time.
    pub fn ours(program: &Path, redis: PrivateRedis) -> Self {
        let mut command = Command::new(program);
        command.args(["--redis", redis.url()]);
        Self::begin(command, redis)
    }

    fn begin(mut command: Command, redis: PrivateRedis) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { process: command.spawn().expect("the worker starts"), redis }
    }

    pub fn url(&self) -> &str {
        self.redis.url()
    }

    pub fn port(&self) -> u16 {
        self.redis.port()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Celery ends its own processes when it is asked to end.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}
