//! Captions: read as `SubRip` or WebVTT, written as WebVTT or as CEA-608 in a Scenarist SCC file.
//!
//! # Layout
//!
//! - `subtitles`: what `SubRip` and WebVTT have in common; `srt`, `vtt`: what is particular to each
//! - `scc`: the file; `schedule`: which pair of bytes goes out at which frame; `timecode`
//! - `caption`: cues as captions, one at a time on the screen; `layout`: texts in rows; `pop_on`: rows as commands
//!   and characters; `charset`: the characters there are

mod caption;
mod charset;
mod layout;
mod pop_on;
mod scc;
mod schedule;
mod srt;
mod subtitles;
mod timecode;
mod vtt;

use std::time::Duration;

pub use scc::to_scc;
pub use srt::parse_srt;
pub use subtitles::SubtitleError;
pub use timecode::{PastMidnight, Timecode};
pub use vtt::{parse_vtt, to_vtt};

/// Something that is said, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    pub start: Duration,
    pub end: Duration,
    /// Lines are joined by `\n`.
    pub text: String,
    pub speaker: Option<String>,
}

impl Cue {
    /// The lines that have something on them.
    fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty())
    }

    /// Who speaks, if it is told.
    fn speaker(&self) -> Option<&str> {
        self.speaker.as_deref().map(str::trim).filter(|name| !name.is_empty())
    }
}
