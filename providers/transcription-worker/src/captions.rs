//! Captions: read as `SubRip` or `WebVTT`, written as `WebVTT` or as CEA-608 in a Scenarist SCC file.

mod charset;
mod layout;
mod pop_on;
mod scc;
mod subtitles;
mod timecode;
mod vtt;

use std::time::Duration;

pub use scc::to_scc;
pub use subtitles::{SubtitleError, parse_srt, parse_vtt};
pub use timecode::Timecode;
pub use vtt::to_vtt;

/// Something that is said, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    pub start: Duration,
    pub end: Duration,
    /// Lines are joined by `\n`.
    pub text: String,
    pub speaker: Option<String>,
}
