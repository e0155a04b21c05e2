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
        Box::pin(async { read(recording) })
    }
}

fn read(recording: &Path) -> Result<Vec<Cue>, TranscribeError> {
    for (suffix, parse) in [("srt", parse_srt as Parse), ("vtt", parse_vtt)] {
        match media::read(&recording.with_extension(suffix), MAX_BYTES) {
            Ok(text) => return parse(&text).map_err(|error| TranscribeError::Unreadable(error.to_string())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(TranscribeError::Unreadable(error.to_string())),
        }
    }
    Err(TranscribeError::NoSubtitles)
}
