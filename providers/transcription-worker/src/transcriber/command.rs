//! Has a program put the recording into words, such as whisper.cpp.

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
            parse_vtt(&text).map_err(|error| TranscribeError::Unreadable(error.to_string()))
        })
    }
}

impl Command {
    async fn run(&self, recording: &Path) -> Result<String, TranscribeError> {
        let mut group = Group(self.process(recording).spawn().map_err(TranscribeError::NotRun)?);
        let mut text = String::new();
        let output = group.0.stdout.take().expect("it is a pipe");
        output.take(MAX_BYTES + 1).read_to_string(&mut text).await.map_err(TranscribeError::NotRun)?;
        if text.len() as u64 > MAX_BYTES {
            return Err(TranscribeError::Unreadable(format!("they are larger than {MAX_BYTES} bytes")));
        }
        let status = group.0.wait().await.map_err(TranscribeError::NotRun)?;
        if status.success() { Ok(text) } else { Err(TranscribeError::Ended(status)) }
    }

    fn process(&self, recording: &Path) -> Process {
        let named = self.argv.iter().any(|argument| argument.contains(INPUT));
        let shown = recording.to_string_lossy();
        let mut arguments = self.argv.iter().map(|argument| argument.replace(INPUT, &shown));
        let mut process = Process::new(arguments.next().unwrap_or_default());
        process.args(arguments);
        if !named {
            process.arg(recording);
        }
        process.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        process.process_group(0).kill_on_drop(true);
        process
    }
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
