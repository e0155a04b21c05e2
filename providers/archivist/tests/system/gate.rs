//! A worker that waits at a gate in the middle of each recording, until the test lets it through.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;

use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::Value;

use crate::person::MP4;
use crate::service::Service;
use crate::stack::Stack;

const WORDS: &str =
    "WEBVTT\n\n00:01.000 --> 00:03.000\nThe meeting is open.\n\n00:04.000 --> 00:06.500\nAye.\n";
/// What puts a recording into words: first it waits for a line from the gate beside it.
const SCRIPT: &str = r#"read -r _ < "${1%.mp4}.gate"; cat "${1%.mp4}.words""#;

/// A recording that nobody gets into words while its gate is shut.
pub struct Gated {
    pub vod: Value,
    gate: PathBuf,
}

/// The gate of a recording that a worker is in the middle of.
pub struct Gate(File);

impl Gated {
    pub async fn archive(stack: &Stack, name: &str) -> Self {
        let path = |ending: &str| format!("gated/{name}.{ending}");
        stack.write(&path("mp4"), MP4);
        stack.write(&path("words"), WORDS);
        let gate = stack.media().join(path("gate"));
        mknodat(CWD, &gate, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
        Self { vod: stack.admin.create(&format!("Gated {name}"), &path("mp4")).await, gate }
    }

    /// Returns once a worker stands at the gate.
    pub async fn reached(&self) -> Gate {
        let gate = self.gate.clone();
        // Opening it for writing waits for somebody who reads.
        let opened = tokio::task::spawn_blocking(move || OpenOptions::new().write(true).open(gate));
        Gate(opened.await.unwrap().unwrap())
    }
}

impl Gate {
    pub fn open(mut self) {
        self.0.write_all(b"\n").unwrap();
    }
}

/// A worker that stops at gates. What one held that was killed, is taken up again after a second.
pub fn worker(stack: &Stack) -> Option<Service> {
    let mut arguments = vec!["--visibility-timeout", "1", "--transcriber", "command"];
    for argument in ["/bin/sh", "-c", SCRIPT, "sh", "{input}"] {
        arguments.extend(["--command", argument]);
    }
    stack.worker(&arguments)
}
