//! Has a program put the recording into words, such as whisper.cpp.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use futures::future::BoxFuture;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command as Process};

use super::{MAX_BYTES, TranscribeError, Transcriber};
use crate::captions::{Cue, parse_vtt};

/// In the arguments: the recording.
const INPUT: &str = "{input}";

/// Runs a program that the kernel kills when we are killed; only Linux has it, and it is part of every Linux.
const LEASH: [&str; 4] = ["setpriv", "--pdeathsig", "KILL", "--"];

/// What it ends with where there is no such program.
const NOT_FOUND: i32 = 127;

/// A program that prints WebVTT. It is run without a shell.
#[derive(Clone, Debug)]
pub struct Command {
    /// Program and arguments; `{input}` in one of them is the recording, which is else the last argument.
    pub argv: Vec<String>,
    pub limit: Duration,
}

impl Transcriber for Command {
    fn transcribe<'a>(&'a self, recording: &'a Path) -> BoxFuture<'a, Result<Vec<Cue>, TranscribeError>> {
        Box::pin(async move {
            let text = match tokio::time::timeout(self.limit, self.run(recording)).await {
                Ok(ended) => ended?,
                Err(_) => return Err(TranscribeError::TooSlow(self.limit)),
            };
            let parsed = tokio::task::spawn_blocking(move || parse_vtt(&text)).await;
            match parsed {
                Ok(Ok(cues)) => Ok(cues),
                Ok(Err(error)) => Err(TranscribeError::Unreadable(error.to_string())),
                Err(broken) => Err(TranscribeError::Unreadable(broken.to_string())),
            }
        })
    }
}

impl Command {
    async fn run(&self, recording: &Path) -> Result<String, TranscribeError> {
        let mut group = Group(self.spawn(recording).map_err(TranscribeError::NotRun)?);
        let mut output = Vec::new();
        let pipe = group.0.stdout.take().expect("it is a pipe");
        pipe.take(MAX_BYTES + 1).read_to_end(&mut output).await.map_err(TranscribeError::NotRun)?;
        if output.len() as u64 > MAX_BYTES {
            return Err(TranscribeError::Unreadable(format!("they are larger than {MAX_BYTES} bytes")));
        }
        let status = group.0.wait().await.map_err(TranscribeError::NotRun)?;
        if status.code() == Some(NOT_FOUND) {
            return Err(TranscribeError::NotRun(io::ErrorKind::NotFound.into()));
        }
        if !status.success() {
            return Err(TranscribeError::Ended(status));
        }
        String::from_utf8(output).map_err(|_| TranscribeError::Unreadable("they are no UTF-8".to_owned()))
    }

    fn spawn(&self, recording: &Path) -> io::Result<Child> {
        let arguments = self.arguments(recording);
        let leashed = LEASH.iter().map(OsString::from).chain(arguments.clone()).collect();
        match process(leashed).spawn() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => process(arguments).spawn(),
            spawned => spawned,
        }
    }

    fn arguments(&self, recording: &Path) -> Vec<OsString> {
        let shown = recording.to_string_lossy();
        let mut arguments: Vec<OsString> =
            self.argv.iter().map(|argument| argument.replace(INPUT, &shown).into()).collect();
        if !self.argv.iter().any(|argument| argument.contains(INPUT)) {
            arguments.push(recording.into());
        }
        arguments
    }
}

fn process(arguments: Vec<OsString>) -> Process {
    let mut arguments = arguments.into_iter();
    let mut process = Process::new(arguments.next().unwrap_or_default());
    process.args(arguments);
    process.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    process.process_group(0).kill_on_drop(true);
    process
}

/// A program and all that it started; gone when this is dropped.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        let leader = self.0.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(leader) = leader {
            // It fails where all of them have ended.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}
