//! One process under a guard: started with its own group, its output caught, and gone when this
//! value is dropped.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};

use tokio::sync::watch;

use super::error::Ending;
use super::guard;
use super::output::{Output, Wanted};

/// The hidden verb that turns this program into a guard.
pub const GUARD: &str = "__guard";

/// What to run.
pub struct Order<'a> {
    pub argv: &'a [String],
    pub env: &'a [(String, String)],
    pub folder: &'a Path,
    /// The lines of its output that are looked for.
    pub wanted: Wanted,
    pub streams: Streams,
}

/// Where what it prints goes.
#[derive(Debug, Default)]
pub enum Streams {
    /// All of it to us.
    #[default]
    Caught,
    /// Standard output into a file, standard error to us.
    Kept(File),
    /// Both to our own standard error, for whoever watches.
    Shown,
}

/// A running process and all that it started.
pub struct Process {
    /// That of the guard, whose child it is.
    pid: u32,
    /// The guard reads from it until it ends with us.
    leash: Option<ChildStdin>,
    output: Output,
    status: watch::Receiver<Option<ExitStatus>>,
    waiter: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts what is ordered. Whether the program exists shows only in how it ends: the guard says.
    pub fn spawn(order: &Order<'_>) -> io::Result<Self> {
        let mut command = Command::new(own_program()?);
        command.arg(GUARD).arg("--").args(order.argv).envs(order.env.iter().map(|(key, value)| (key, value)));
        if order.folder != Path::new("") {
            command.current_dir(order.folder);
        }
        // A group of its own, so that Ctrl-C reaches us alone and we end what we started in order.
        command.stdin(Stdio::piped()).process_group(0);
        match &order.streams {
            Streams::Caught => command.stdout(Stdio::piped()).stderr(Stdio::piped()),
            Streams::Kept(file) => command.stdout(file.try_clone()?).stderr(Stdio::piped()),
            Streams::Shown => command.stdout(own_stderr()?).stderr(Stdio::inherit()),
        };
        let mut guard = command.spawn()?;
        let pid = guard.id();
        let leash = guard.stdin.take();
        let output = Output::read(streams(&mut guard), order.wanted.clone());
        let (sender, status) = watch::channel(None);
        let waiter = thread::spawn(move || {
            let ended = guard.wait().unwrap_or_else(|_| ExitStatus::from_raw(-1));
            sender.send_replace(Some(ended));
        });
        Ok(Self { pid, leash, output, status, waiter: Some(waiter) })
    }

    /// The number of its guard, of which it is a child.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// What it prints.
    pub fn output(&self) -> &Output {
        &self.output
    }

    /// Waits until it has ended by itself.
    pub async fn wait(&self) -> ExitStatus {
        let mut status = self.status.clone();
        let ended = status.wait_for(Option::is_some).await;
        ended.ok().and_then(|ended| *ended).unwrap_or_else(|| ExitStatus::from_raw(-1))
    }

    /// How it ended, as `status` says, and what it printed last.
    pub async fn ending(&self, status: ExitStatus) -> Ending {
        let not_found = status.code() == Some(i32::from(guard::NOT_STARTED));
        Ending { text: ending(status), not_found, output: self.output.last_lines().await }
    }

    /// Ends it and everything it started: asked first, then killed. Nothing is left afterwards.
    pub async fn stop(self) {
        // Dropping waits, which must not hold up the providers that are still being replayed.
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.leash.take();
        if let Some(waiter) = self.waiter.take() {
            // It only waits and cannot panic; were it to, there would be nobody left to wait for.
            let _ = waiter.join();
        }
    }
}

/// How a process ended, in words.
fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("it ended with exit status {code}"),
        (None, Some(signal)) => format!("its guard was killed by signal {signal}"),
        (None, None) => "it ended".to_owned(),
    }
}

fn streams(guard: &mut Child) -> Vec<Box<dyn Read + Send>> {
    let stdout = guard.stdout.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>);
    let stderr = guard.stderr.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>);
    stdout.into_iter().chain(stderr).collect()
}

fn own_stderr() -> io::Result<Stdio> {
    Ok(Stdio::from(io::stderr().as_fd().try_clone_to_owned()?))
}

/// This program's file. On Linux by the kernel's own name for it, which holds even when the file has
/// been replaced since, as a provider's build may do.
fn own_program() -> io::Result<std::path::PathBuf> {
    if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() }
}
