//! Which pairs of bytes go out at which frame, one pair a frame.

use super::caption::Caption;
use super::pop_on::{CLEAR, SHOW, Unit, command, load};

/// Frames that a command takes, as it goes out twice.
const COMMAND: u64 = 2;

/// What goes out from a frame on.
#[derive(Debug)]
pub(super) struct Line {
    pub frame: u64,
    pub pairs: Vec<[u8; 2]>,
}

impl Line {
    fn new(frame: u64, pairs: Vec<[u8; 2]>) -> Self {
        Self { frame, pairs }
    }

    /// The first frame after it.
    pub(super) fn end(&self) -> u64 {
        self.frame + self.pairs.len() as u64
    }
}

/// Each caption is loaded as late as it can be and shown at its frame. Where captions follow each other faster than
/// two bytes a frame can carry them, they come late; a late caption stays as long as it would have, unless the next
/// one takes the screen.
pub(super) fn schedule(captions: &[Caption]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    // When what is on the screen has to go.
    let mut clear = None;
    for caption in captions {
        let free = lines.last().map_or(0, Line::end);
        // So near to the next caption that one is enough to do both.
        let clearing = clear.filter(|frame| frame + COMMAND < caption.start);
        let units = load(&caption.rows);
        let length = units.iter().map(|unit| unit.len() as u64).sum::<u64>();
        // What must not be torn can leave a frame empty before the clearing.
        let earliest = free + length + if clearing.is_some() { COMMAND + 1 } else { 0 };
        let show = caption.start.max(earliest);
        lines.extend(loading(&units, length, clearing, show));
        lines.push(Line::new(show, command(SHOW)));
        clear = Some(show + (caption.end - caption.start).max(COMMAND));
    }
    lines.extend(clear.map(|frame| Line::new(frame, command(CLEAR))));
    lines
}

/// The loading of a caption until the frame `show`, around the clearing of the one before.
fn loading(units: &[Unit], length: u64, clearing: Option<u64>, show: u64) -> Vec<Line> {
    let Some(clear) = clearing else { return vec![Line::new(show - length, units.concat())] };
    let mut room = show - clear - COMMAND;
    let mut split = units.len();
    while let Some(unit) = units[..split].last().filter(|unit| unit.len() as u64 <= room) {
        room -= unit.len() as u64;
        split -= 1;
    }
    let (before, after) = (units[..split].concat(), units[split..].concat());
    let lines = [
        Line::new(clear - before.len() as u64, before),
        Line::new(clear, command(CLEAR)),
        Line::new(show - after.len() as u64, after),
    ];
    lines.into_iter().filter(|line| !line.pairs.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::captions::layout::rows;

    fn caption(start: u64, end: u64, text: &str) -> Caption {
        Caption { start, end, rows: rows(text) }
    }

    /// Frames and numbers of pairs.
    fn lines(captions: &[Caption]) -> Vec<(u64, usize)> {
        schedule(captions).iter().map(|line| (line.frame, line.pairs.len())).collect()
    }

    // Four commands and two pairs of characters: ten frames.
    const TEXT: &str = "four";

    #[test]
    fn a_caption_is_loaded_just_before_it_is_shown() {
        assert_eq!(lines(&[caption(100, 200, TEXT)]), [(90, 10), (100, 2), (200, 2)]);
    }

    #[test]
    fn clearing_tears_a_loading_in_two() {
        let both = [caption(100, 200, TEXT), caption(206, 300, TEXT)];
        // The last command and both pairs of characters fit between.
        assert_eq!(lines(&both), [(90, 10), (100, 2), (194, 6), (200, 2), (202, 4), (206, 2), (300, 2)]);
    }

    #[test]
    fn a_caption_that_follows_at_once_clears_by_itself() {
        let both = [caption(100, 200, TEXT), caption(202, 300, TEXT)];
        assert_eq!(lines(&both), [(90, 10), (100, 2), (192, 10), (202, 2), (300, 2)]);
    }

    #[test]
    fn what_comes_too_fast_comes_late_and_stays() {
        let three = [caption(0, 5, TEXT), caption(5, 10, TEXT), caption(10, 40, TEXT)];
        assert_eq!(lines(&three), [(0, 10), (10, 2), (12, 10), (22, 2), (24, 10), (34, 2), (64, 2)]);
    }
}
