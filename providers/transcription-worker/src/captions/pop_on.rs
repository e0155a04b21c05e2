//! A pop-on caption as it is sent: loaded out of sight, and shown by one command.

use super::charset::Glyph;
use super::layout::{COLUMNS, ROWS, Row};

/// What must not be torn apart: a pair of bytes, or a command sent twice.
pub(super) type Unit = Vec<[u8; 2]>;

/// RCL, resume caption loading.
const LOAD: [u8; 2] = [0x14, 0x20];
/// ENM, erase non-displayed memory.
const ERASE_LOADED: [u8; 2] = [0x14, 0x2e];
/// EOC, end of caption: show what is loaded.
pub(super) const SHOW: [u8; 2] = [0x14, 0x2f];
/// EDM, erase displayed memory.
pub(super) const CLEAR: [u8; 2] = [0x14, 0x2c];

/// Preamble address codes of rows 12 to 15 on channel 1, for an indent of 0.
const ADDRESSES: [[u8; 2]; ROWS] = [[0x13, 0x50], [0x13, 0x70], [0x14, 0x50], [0x14, 0x70]];

/// A command goes out twice, as one alone may be lost.
pub(super) fn command(code: [u8; 2]) -> Unit {
    vec![code, code]
}

/// Loads these rows: at the bottom of the screen, each in its middle.
pub(super) fn load(rows: &[Row]) -> Vec<Unit> {
    let mut units = vec![command(LOAD), command(ERASE_LOADED)];
    for (row, [high, low]) in rows.iter().zip(&ADDRESSES[ROWS - rows.len()..]) {
        let column = u8::try_from((COLUMNS - row.len()) / 2).expect("a screen has 32 columns");
        // An address has every fourth column; a tab offset leads to those between.
        units.push(command([*high, low + column / 4 * 2]));
        if column % 4 > 0 {
            units.push(command([0x17, 0x20 + column % 4]));
        }
        characters(row, &mut units);
    }
    units
}

fn characters(row: &Row, units: &mut Vec<Unit>) {
    // A byte that waits for another one; a command needs a pair of its own.
    let mut waiting = None;
    for glyph in row {
        let pair = match *glyph {
            Glyph::Basic(code) => {
                basic(code, &mut waiting, units);
                continue;
            }
            Glyph::Special(high, low) => [high, low],
            Glyph::Extended(plain, high, low) => {
                basic(plain, &mut waiting, units);
                [high, low]
            }
        };
        units.extend(waiting.take().map(|last| vec![[last, 0]]));
        // The same twice is once, for a decoder. Another command has to be in between, and this one
        // changes nothing; not every decoder sees padding, or takes characters back.
        if units.last().is_some_and(|last| *last == command(pair)) {
            units.push(command(LOAD));
        }
        units.push(command(pair));
    }
    units.extend(waiting.map(|last| vec![[last, 0]]));
}

fn basic(code: u8, waiting: &mut Option<u8>, units: &mut Vec<Unit>) {
    match waiting.take() {
        Some(first) => units.push(vec![[first, code]]),
        None => *waiting = Some(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::captions::layout::rows;

    #[test]
    fn a_row_is_addressed_in_its_middle() {
        let units = load(&rows("Hello, world!"));
        // 13 characters from column 9 on: an indent of 8 and a tab of 1.
        let expected: Vec<[u8; 2]> =
            [LOAD, ERASE_LOADED, [0x14, 0x74], [0x17, 0x21]].map(|it| [it, it]).concat();
        assert_eq!(units.concat()[..8], expected);
        let text: Vec<u8> = units.concat()[8..].concat();
        assert_eq!(text, b"Hello, world!\0");
    }

    #[test]
    fn what_is_doubled_can_be_seen_twice() {
        let text = load(&rows("♪♪é♪"))[4..].to_vec();
        let note = command([0x11, 0x37]);
        assert_eq!(text, [note.clone(), command(LOAD), note.clone(), vec![[0x5c, 0]], note]);
    }
}
