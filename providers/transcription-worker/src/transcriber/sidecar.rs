//! Takes the words from subtitles that stand beside the recording: the same on every machine and every day.

use std::io;
use std::path::Path;

use futures::future::BoxFuture;

use super::{MAX_BYTES, TranscribeError, Transcriber};
use crate::captions::{Cue, SubtitleError, parse_srt, parse_vtt};
use crate::media;

/// Reads `a.srt`, or else `a.vtt`, beside `a.mp4`.
#[derive(Clone, Copy, Debug)]
pub struct Sidecar;

type Parse = fn(&str) -> Result<Vec<Cue>, SubtitleError>;

impl Transcriber for Sidecar {
    fn transcribe<'a>(&'a self, recording: &'a Path) -> BoxFuture<'a, Result<Vec<Cue>, TranscribeError>> {
        let recording = recording.to_owned();
        // A disk may hang, and must not hold up what tells that the worker lives.
        let reading = tokio::task::spawn_blocking(move || read(&recording));
        Box::pin(async { reading.await.unwrap_or_else(|broken| Err(unreadable(&broken))) })
    }
}

fn read(recording: &Path) -> Result<Vec<Cue>, TranscribeError> {
    for (suffix, parse) in [("srt", parse_srt as Parse), ("vtt", parse_vtt)] {
        match media::read_beside(recording, suffix, MAX_BYTES) {
            Ok(text) => return parse(&text).map_err(|error| unreadable(&error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&error)),
        }
    }
    Err(TranscribeError::NoSubtitles)
}

fn unreadable(error: &dyn std::error::Error) -> TranscribeError {
    TranscribeError::Unreadable(error.to_string())
}
