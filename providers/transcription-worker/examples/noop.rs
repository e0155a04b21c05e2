//! A worker of a task that does nothing: what a benchmark measures the queue with.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser;
use serde_json::Value;
use transcription_worker::{Settings, Worker};

/// Serves `bench.noop` until it is killed.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where the queue is.
    #[arg(long, value_name = "URL")]
    redis: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let worker = match Worker::new(&Arguments::parse().redis, Settings::default()) {
        Ok(worker) => worker.task("bench.noop", |_| async { Ok(Value::Null) }),
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: failed to {error}");
            return ExitCode::FAILURE;
        }
    };
    worker.run(|| (), std::future::pending()).await;
    ExitCode::SUCCESS
}
