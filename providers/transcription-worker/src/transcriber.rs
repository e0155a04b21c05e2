//! Who puts a recording into words.

mod command;
mod sidecar;

use std::path::Path;

use futures::future::BoxFuture;

use crate::captions::Cue;

pub use command::Command;
pub use sidecar::Sidecar;

/// Bytes of subtitles, at most.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Puts recordings into words.
pub trait Transcriber: Send + Sync {
    /// The words of a recording, in order. Dropping the future ends the work.
    fn transcribe<'a>(&'a self, recording: &'a Path) -> BoxFuture<'a, Result<Vec<Cue>, TranscribeError>>;
}

/// Why there are no words. Each completes "Transcription failed for RECORDING: …".
#[derive(Debug, thiserror::Error)]
pub enum TranscribeError {
    #[error("no subtitles beside it")]
    NoSubtitles,
    #[error("its subtitles cannot be read: {0}")]
    Unreadable(String),
    #[error("the transcriber cannot be run: {0}")]
    NotRun(std::io::Error),
    #[error("the transcriber ended with {0}")]
    Ended(std::process::ExitStatus),
    #[error("the transcriber took longer than {0:?}")]
    TooSlow(std::time::Duration),
}

impl TranscribeError {
    /// Whether it may work at another time.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::NotRun(error) if error.kind() != std::io::ErrorKind::NotFound)
    }
}
