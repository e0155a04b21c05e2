//! The SCC file: which pairs of bytes go out at which frame, one pair a frame.

use std::fmt::Write as _;

use super::Cue;
use super::layout::{Shown, captions};
use super::pop_on::{CLEAR, SHOW, Unit, command, load};
use super::timecode::Timecode;

/// Frames that a command takes, as it goes out twice.
const COMMAND: u64 = 2;

/// What goes out from a frame on.
#[derive(Debug)]
struct Line {
    frame: u64,
    pairs: Vec<[u8; 2]>,
}

/// The captions as an SCC file: CEA-608, channel 1, pop-on. Where cues follow each other faster than two bytes a
/// frame can carry them, captions are shown late.
#[must_use]
pub fn to_scc(cues: &[Cue]) -> String {
    let mut text = "Scenarist_SCC V1.0\n".to_owned();
    for line in schedule(&captions(cues)) {
        let _ = write!(text, "\n{}\t", Timecode::frame(line.frame));
        let pairs: Vec<String> =
            line.pairs.iter().map(|[a, b]| format!("{:02x}{:02x}", odd(*a), odd(*b))).collect();
        let _ = writeln!(text, "{}", pairs.join(" "));
    }
    text
}

/// With the eighth bit set so that the number of bits set is odd.
fn odd(byte: u8) -> u8 {
    if byte.count_ones().is_multiple_of(2) { byte | 0x80 } else { byte }
}

/// Each caption is loaded as late as possible, around the clearing of the one before where it has to be.
fn schedule(captions: &[Shown]) -> Vec<Line> {
    let mut lines = Vec::new();
    // The first frame that is free, and when what is on the screen has to go.
    let (mut free, mut clear): (u64, Option<u64>) = (0, None);
    for caption in captions {
        let units = load(&caption.rows);
        let length = units.iter().map(Vec::len).sum::<usize>() as u64;
        let wanted = Timecode::at(caption.start).number();
        // Too near to the next caption to be seen: that one takes the screen.
        let clearing = clear.take().filter(|frame| frame + COMMAND < wanted);
        // A pair that must not be torn can cost a frame more.
        let busy = if clearing.is_some() { COMMAND + 1 } else { 0 };
        let show = wanted.max(free + length + busy);
        match clearing.map(|frame| frame.max(free)) {
            Some(frame) if show - frame - COMMAND < length => {
                let late = load_from(frame + COMMAND, show, &units, free, frame);
                lines.extend(late.before);
                lines.push(Line { frame, pairs: command(CLEAR) });
                lines.extend(late.after);
            }
            Some(frame) => {
                lines.push(Line { frame, pairs: command(CLEAR) });
                lines.push(Line { frame: show - length, pairs: units.concat() });
            }
            None => lines.push(Line { frame: show - length, pairs: units.concat() }),
        }
        lines.push(Line { frame: show, pairs: command(SHOW) });
        free = show + COMMAND;
        clear = Some(Timecode::at(caption.end).number().max(free));
    }
    lines.extend(clear.map(|frame| Line { frame, pairs: command(CLEAR) }));
    lines
}

/// A caption in two parts.
struct Torn {
    before: Option<Line>,
    after: Option<Line>,
}

/// As much as fits from `from` until `show`, and what does not fit before `clear`, but not before `free`.
fn load_from(from: u64, show: u64, units: &[Unit], free: u64, clear: u64) -> Torn {
    let mut room = show.saturating_sub(from);
    let mut split = units.len();
    while split > 0 && units[split - 1].len() as u64 <= room {
        room -= units[split - 1].len() as u64;
        split -= 1;
    }
    let (before, after) = (units[..split].concat(), units[split..].concat());
    let line = |until: u64, pairs: Vec<[u8; 2]>| {
        let frame = until.saturating_sub(pairs.len() as u64).max(free);
        (!pairs.is_empty()).then_some(Line { frame, pairs })
    };
    Torn { before: line(clear, before), after: line(show, after) }
}
