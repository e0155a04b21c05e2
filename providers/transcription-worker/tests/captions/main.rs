//! Caption files, proven by others: ffmpeg and pycaption read back the text that went in, at its time; and by a
//! decoder that shares nothing with the encoder.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]
#![expect(clippy::print_stderr, reason = "whoever watches the tests is told what was skipped")]

mod decoder;
mod properties;
mod readers;
mod texts;

use std::time::Duration;

use transcription_worker::captions::Cue;

/// A cue by milliseconds.
fn cue(start: u64, end: u64, text: &str) -> Cue {
    let [start, end] = [start, end].map(Duration::from_millis);
    Cue { start, end, text: text.to_owned(), speaker: None }
}
