//! Runs a program to its end, or ends it and all that it started.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// Bytes of what a program complains about that are told: the last ones.
const COMPLAINT: usize = 500;

/// How long the rest of a complaint is waited for: something else may hold the pipe open.
const REST: Duration = Duration::from_millis(100);

/// Runs `argv` without a shell; the error says how it failed.
pub(super) async fn run(argv: &[String], within: Duration) -> Result<(), String> {
    let (program, arguments) = argv.split_first().ok_or("its command is empty")?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.process_group(0).kill_on_drop(true);
    let child = command.spawn().map_err(|error| format!("`{program}` cannot be run: {error}"))?;
    let mut group = Group(child);
    let mut complaint = Vec::new();
    match timeout(within, group.wait(&mut complaint)).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => {
            let complaint = String::from_utf8_lossy(&complaint);
            let complaint = complaint.trim();
            let more = if complaint.is_empty() { String::new() } else { format!(": {complaint}") };
            Err(format!("`{program}` ended with {status}{more}"))
        }
        Ok(Err(error)) => Err(format!("`{program}` cannot be waited for: {error}")),
        Err(_) => Err(format!("`{program}` took longer than {within:?}")),
    }
}

/// A program and all that it started; gone when this is dropped before its end.
struct Group(Child);

impl Group {
    /// Waits for its end, and keeps the last of what it complained about meanwhile.
    async fn wait(&mut self, complaint: &mut Vec<u8>) -> std::io::Result<ExitStatus> {
        let stderr = self.0.stderr.take();
        let mut reading = std::pin::pin!(async {
            if let Some(stderr) = stderr {
                keep_the_last(stderr, complaint).await;
            }
        });
        tokio::select! {
            status = self.0.wait() => {
                // What is left in the pipe; it may be held open by what the program left behind.
                let _ = timeout(REST, &mut reading).await;
                status
            }
            // It closed its complaints, which is not yet its end.
            () = &mut reading => self.0.wait().await,
        }
    }
}

async fn keep_the_last(mut from: impl AsyncRead + Unpin, kept: &mut Vec<u8>) {
    let mut chunk = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut chunk).await {
        kept.extend_from_slice(&chunk[..length]);
        kept.drain(..kept.len().saturating_sub(COMPLAINT));
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // It has no id any more once its end was waited for.
        let leader = self.0.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(leader) = leader {
            // It fails where all of them have ended.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}
