//! A Celery client in a process of its own, which times itself.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// Killed when it is dropped.
pub struct CeleryClient {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// The folder of the tasks that both sides of Celery know.
pub fn tasks() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../providers/transcription-worker/celery"))
}

impl CeleryClient {
    pub fn start(python: &Path, redis: &str) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/queue/celery_client.py");
        let mut process = Command::new(python)
            .args(["-B", script])
            .env("PYTHONPATH", tasks())
            .env("REDIS_URL", redis)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the Python of --python starts");
        let orders = process.stdin.take().expect("it is a pipe");
        let answers = BufReader::new(process.stdout.take().expect("it is a pipe"));
        let mut client = Self { process, orders, answers };
        assert_eq!(client.line(), "ready");
        client
    }

    /// Has it do something so many times; what each took, or all together.
    pub fn order(&mut self, what: &str, count: usize) -> Vec<Duration> {
        writeln!(self.orders, "{what} {count}").expect("it listens");
        let seconds = self.line();
        seconds.split(' ').map(|it| Duration::from_secs_f64(it.parse().expect("they are seconds"))).collect()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        line.trim().to_owned()
    }
}

impl Drop for CeleryClient {
    fn drop(&mut self) {
        // It fails only where it has ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
