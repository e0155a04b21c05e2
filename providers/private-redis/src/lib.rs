//! A `redis-server` of one's own for a test: on a free port of this machine, gone when it is dropped,
//! and gone too when the test's process is killed.
//!
//! ```
//! let Some(redis) = private_redis::PrivateRedis::for_test() else { return };
//! assert!(redis.url().starts_with("redis://127.0.0.1:"));
//! ```

mod process;
mod wire;

use std::net::TcpListener;
use std::path::Path;

use tempfile::TempDir;

use process::Process;
pub use wire::{Direction, Moment, Part, Wire};

/// Attempts to find a port that nobody takes in the moment between being found and being bound.
const ATTEMPTS: usize = 8;

/// Why there is no server. Each fits "failed to start a private redis-server: …".
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("`redis-server` is not installed; ./scripts/setup installs it")]
    NotInstalled,
    #[error("no port or temporary folder is to be had: {0}")]
    Surroundings(#[from] std::io::Error),
    #[error("it ended at once and said: {0}")]
    Ended(String),
}

/// A running `redis-server`.
#[derive(Debug)]
pub struct PrivateRedis {
    port: u16,
    url: String,
    options: Vec<String>,
    process: Option<Process>,
    folder: TempDir,
}

impl PrivateRedis {
    /// A server that keeps nothing on disk.
    pub fn start() -> Result<Self, StartError> {
        Self::with(&["--save", "", "--appendonly", "no"])
    }

    /// A server that has every write on disk before it answers, so that nothing it confirmed is gone
    /// after [`kill`](Self::kill) and [`restart`](Self::restart).
    pub fn durable() -> Result<Self, StartError> {
        Self::with(&["--save", "", "--appendonly", "yes", "--appendfsync", "always"])
    }

    /// A server with these command line options of `redis-server`.
    pub fn with(options: &[&str]) -> Result<Self, StartError> {
        let folder = tempfile::Builder::new().prefix("private-redis-").tempdir()?;
        let options: Vec<String> = options.iter().map(|&option| option.to_owned()).collect();
        let mut said = String::new();
        for _ in 0..ATTEMPTS {
            let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
            match Process::spawn(port, &options, folder.path()) {
                Ok(process) => {
                    let url = format!("redis://127.0.0.1:{port}/0");
                    return Ok(Self { port, url, options, process: Some(process), folder });
                }
                Err(StartError::Ended(words)) => said = words,
                Err(other) => return Err(other),
            }
        }
        Err(StartError::Ended(said))
    }

    /// A server for one test, or nothing where `redis-server` is not installed: the test then says that it
    /// was skipped, and does nothing.
    ///
    /// # Panics
    ///
    /// When it is installed and does not start, and when it is not installed and `CI` is set: there a
    /// skipped test would look like a passed one.
    #[must_use]
    pub fn for_test() -> Option<Self> {
        Self::or_skip(Self::start())
    }

    /// As [`for_test`](Self::for_test), of the [durable](Self::durable) kind.
    #[must_use]
    pub fn durable_for_test() -> Option<Self> {
        Self::or_skip(Self::durable())
    }

    fn or_skip(started: Result<Self, StartError>) -> Option<Self> {
        match started {
            Ok(redis) => Some(redis),
            Err(StartError::NotInstalled) if std::env::var_os("CI").is_none() => {
                process::say("SKIPPED: `redis-server` is not installed; ./scripts/setup installs it");
                None
            }
            Err(error) => panic!("failed to start a private redis-server: {error}"),
        }
    }

    /// Such as `redis://127.0.0.1:41235/0`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it keeps what it writes.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Kills it (SIGKILL) and waits for its end. Its port stays its own only by luck, which is as good on
    /// a test machine as a promise.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it again on the same port, with what it has on disk.
    pub fn restart(&mut self) -> Result<(), StartError> {
        self.kill();
        self.process = Some(Process::spawn(self.port, &self.options, self.folder.path())?);
        Ok(())
    }
}
