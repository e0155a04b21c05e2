//! Recordings, read one after the other into one watch: HAR files, and logs of one JSON object a line.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::PathBuf;

use countersign_traffic::{Heard, Limits, Reading, RecordingError, Scope, Watch, har, log};

use super::{bad, elsewhere};
use crate::finding::traffic::unjudged;
use crate::report::Trouble;

/// Bytes of a log that are read at once.
const BUFFER: usize = 256 * 1024;

/// A recording, and how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recording {
    Har(PathBuf),
    /// `-` is standard input.
    Log(PathBuf),
}

impl Recording {
    /// Has `watch` judge all that is recorded and in `scope`; gives what stood in the way of that. A recording
    /// that cannot be read keeps none of the others from being judged.
    #[must_use]
    pub fn judge(recordings: &[Self], scope: &Scope, watch: &Watch) -> Vec<Trouble> {
        let (mut troubles, mut heard) = (Vec::new(), Heard::default());
        let limits = Limits::default();
        for (turn, recording) in recordings.iter().enumerate() {
            let name = recording.file().display().to_string();
            let named = countersign_traffic::File { turn, name: name.as_str().into() };
            match recording.hear(&Reading { file: named, scope, watch, limits }) {
                Ok(more) => {
                    troubles.extend(bad(&name, &more));
                    heard.add(more, &limits);
                }
                Err(error) => {
                    let message = format!("failed to read the recording {name}: {error}");
                    troubles.push(Trouble::new("recording.unreadable", message));
                }
            }
        }
        let observed = watch.observed();
        troubles.extend(elsewhere(&observed, &heard));
        troubles.extend(unjudged(&observed.tally, &|_| None));
        troubles
    }

    fn file(&self) -> &PathBuf {
        match self {
            Self::Har(file) | Self::Log(file) => file,
        }
    }

    fn hear(&self, reading: &Reading<'_>) -> Result<Heard, RecordingError> {
        match self {
            Self::Har(file) => har::hear(File::open(file)?, reading),
            Self::Log(file) if file.as_os_str() == "-" => {
                log::hear(BufReader::with_capacity(BUFFER, io::stdin().lock()), reading)
            }
            Self::Log(file) => log::hear(BufReader::with_capacity(BUFFER, File::open(file)?), reading),
        }
    }
}
