//! The SCC file.

use std::fmt::Write as _;

use super::Cue;
use super::caption::captions;
use super::schedule::{Line, schedule};
use super::timecode::{PastMidnight, Timecode};

const HEADER: &str = "Scenarist_SCC V1.0\n";

/// The captions as an SCC file: CEA-608, channel 1, pop-on. Where cues follow each other faster than two bytes a
/// frame can carry them, captions are shown late.
pub fn to_scc(cues: &[Cue]) -> Result<String, PastMidnight> {
    let lines = schedule(&captions(cues)?);
    if let Some(end) = lines.last().map(Line::end) {
        Timecode::frame(end)?;
    }
    let mut text = HEADER.to_owned();
    for line in lines {
        let pairs =
            line.pairs.iter().map(|[first, second]| format!("{:02x}{:02x}", odd(*first), odd(*second)));
        let pairs = pairs.collect::<Vec<_>>().join(" ");
        // A blank line stands before each. Writing to a text cannot fail.
        let _ = writeln!(text, "\n{}\t{pairs}", Timecode::frame(line.frame)?);
    }
    Ok(text)
}

/// With the eighth bit set so that the number of bits set is odd.
fn odd(byte: u8) -> u8 {
    if byte.count_ones().is_multiple_of(2) { byte | 0x80 } else { byte }
}
