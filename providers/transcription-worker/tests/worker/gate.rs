//! A transcriber that waits in the middle until it is let go.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Waits at a pipe for a line; another pipe is open as long as it lives. Its argument is the recording.
const SCRIPT: &str = "exec 3> \"$0.alive\"; read -r line < \"$0.go\" || exit 1
printf 'WEBVTT\\n\\n00:01.000 --> 00:02.000\\nAye.\\n'";

/// The two pipes beside a recording.
pub struct Gate {
    go: PathBuf,
    alive: PathBuf,
}

/// A transcriber that stands at the gate.
pub struct Waiting {
    go: File,
    alive: File,
}

impl Gate {
    /// For the recording `a.mp4` of a folder.
    pub fn in_folder(folder: &Path) -> Self {
        let folder = folder.canonicalize().unwrap();
        let gate = Self { go: folder.join("a.mp4.go"), alive: folder.join("a.mp4.alive") };
        assert!(Command::new("mkfifo").args([&gate.go, &gate.alive]).status().unwrap().success());
        gate
    }

    /// The arguments of a worker whose transcriber this is.
    pub fn arguments() -> Vec<&'static str> {
        vec!["--transcriber", "command", "--command", "/bin/sh", "--command", "-c", "--command", SCRIPT]
    }

    /// Waits until a transcriber stands there.
    pub async fn reached(&self) -> Waiting {
        let (go, alive) = (self.go.clone(), self.alive.clone());
        let opened = tokio::task::spawn_blocking(move || {
            // Either is open once the other side has opened it too.
            let alive = File::open(alive).unwrap();
            Waiting { alive, go: File::options().write(true).open(go).unwrap() }
        });
        opened.await.unwrap()
    }
}

impl Waiting {
    pub fn let_go(mut self) {
        self.go.write_all(b"\n").unwrap();
    }

    /// Sends it home, and waits until it is gone.
    pub async fn leaves(self) {
        let Self { go, mut alive } = self;
        drop(go);
        let end = tokio::task::spawn_blocking(move || alive.read(&mut [0]).unwrap());
        assert_eq!(end.await.unwrap(), 0);
    }

    /// Waits until it is dead, having been let nowhere.
    pub async fn dies(mut self) {
        let end = tokio::task::spawn_blocking(move || {
            let read = self.alive.read(&mut [0]).unwrap();
            drop(self.go);
            read
        });
        assert_eq!(end.await.unwrap(), 0);
    }
}
