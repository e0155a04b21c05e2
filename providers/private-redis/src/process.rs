//! One `redis-server` process and the thread that owns it.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

use crate::StartError;

/// What the server prints when it takes connections.
const READY: &str = "Ready to accept connections";

/// Lines of its output that an error shows, at most.
const SHOWN: usize = 5;

/// A running server. It is owned by a thread of its own: where `setpriv` is there (Linux), the kernel kills
/// the server when the thread that spawned it ends, and threads of test runners end at any time.
#[derive(Debug)]
pub(crate) struct Process {
    /// Dropped to end it.
    leash: Option<Sender<()>>,
    owner: Option<JoinHandle<()>>,
}

impl Process {
    /// Returns when it takes connections.
    pub(crate) fn spawn(port: u16, options: &[String], folder: &Path) -> Result<Self, StartError> {
        let (leash, held) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        let mut command = command(port, options, folder);
        let owner = thread::spawn(move || {
            let mut child = match command.spawn() {
                Ok(child) => child,
                Err(error) => return drop(tell.send(Err(unspawned(error)))),
            };
            let output = child.stdout.take();
            let ready = output.map_or_else(|| Ok(None), until_ready);
            let serves = ready.is_ok();
            // Whoever started it waits for this word, or is gone.
            let draining = ready.map(|output| output.map(drain));
            let _ = tell.send(draining.as_ref().map(|_| ()).map_err(|said| StartError::Ended(said.clone())));
            if serves {
                // It ends with an error when the leash is dropped, which is what is waited for.
                let _ = held.recv();
            }
            end(&mut child);
            if let Ok(Some(reader)) = draining {
                let _ = reader.join();
            }
        });
        let process = Self { leash: Some(leash), owner: Some(owner) };
        told.recv().unwrap_or_else(|_| Err(StartError::Ended("nothing".to_owned())))?;
        Ok(process)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.leash.take();
        if let Some(owner) = self.owner.take() {
            // It only waits; were it to panic, the server would be gone as well.
            let _ = owner.join();
        }
    }
}

fn command(port: u16, options: &[String], folder: &Path) -> Command {
    let dies_with_us = Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    let mut command = if dies_with_us && is_installed() {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "redis-server"]);
        command
    } else {
        Command::new("redis-server")
    };
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--daemonize", "no", "--dir"]);
    command.arg(folder).args(options);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

fn is_installed() -> bool {
    let version = Command::new("redis-server").arg("--version").stdout(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

fn unspawned(error: io::Error) -> StartError {
    match error.kind() {
        io::ErrorKind::NotFound => StartError::NotInstalled,
        _ => StartError::Surroundings(error),
    }
}

/// Reads until the server takes connections; an error is what it said before it ended.
fn until_ready(output: ChildStdout) -> Result<Option<BufReader<ChildStdout>>, String> {
    let mut reader = BufReader::new(output);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Ok(read) if read > 0 => {}
            _ => return Err(last(&lines)),
        }
        if line.contains(READY) {
            return Ok(Some(reader));
        }
        lines.push(line.trim().to_owned());
    }
}

fn last(lines: &[String]) -> String {
    lines[lines.len().saturating_sub(SHOWN)..].join("; ")
}

/// A pipe that nobody reads would stop the server once it is full.
fn drain(mut output: BufReader<ChildStdout>) -> JoinHandle<()> {
    thread::spawn(move || drop(io::copy(&mut output, &mut io::sink())))
}

fn end(child: &mut Child) {
    // It fails where the server has ended by itself, which is what is wanted.
    let _ = child.kill();
    let _ = child.wait();
}

/// Tells whoever watches the tests.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
