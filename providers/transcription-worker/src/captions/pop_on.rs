//! A pop-on caption as it is sent: loaded out of sight, and shown by one command.

use super::charset::{Glyph, glyphs};
use super::layout::{COLUMNS, ROWS};

/// What must not be torn apart: a pair of bytes, or a command sent twice.
pub(super) type Unit = Vec<[u8; 2]>;

/// Resume caption loading.
const LOAD: [u8; 2] = [0x14, 0x20];
/// Erase what is loaded.
const ERASE_LOADED: [u8; 2] = [0x14, 0x2e];
/// Show what is loaded.
pub(super) const SHOW: [u8; 2] = [0x14, 0x2f];
/// Erase what is shown.
pub(super) const CLEAR: [u8; 2] = [0x14, 0x2c];

/// Preamble address codes of rows 12 to 15 on channel 1, for an indent of 0.
const ADDRESSES: [[u8; 2]; ROWS] = [[0x13, 0x50], [0x13, 0x70], [0x14, 0x50], [0x14, 0x70]];

/// A command goes out twice, as one alone may be lost.
pub(super) fn command(code: [u8; 2]) -> Unit {
    vec![code, code]
}

/// Loads these rows: at the bottom of the screen, each in its middle.
pub(super) fn load(rows: &[String]) -> Vec<Unit> {
    let mut units = vec![command(LOAD), command(ERASE_LOADED)];
    for (row, address) in rows.iter().zip(&ADDRESSES[ROWS - rows.len()..]) {
        let glyphs = glyphs(row);
        let column = COLUMNS.saturating_sub(glyphs.len()) / 2;
        let indent = u8::try_from(column / 4).unwrap_or(0);
        units.push(command([address[0], address[1] + 2 * indent]));
        let tabs = u8::try_from(column % 4).unwrap_or(0);
        if tabs > 0 {
            units.push(command([0x17, 0x20 + tabs]));
        }
        units.extend(text(&glyphs));
    }
    units
}

fn text(glyphs: &[Glyph]) -> Vec<Unit> {
    let mut units = Vec::new();
    // A byte that waits for another one; a command needs a pair of its own.
    let mut waiting = None;
    let basic = |code: u8, waiting: &mut Option<u8>, units: &mut Vec<Unit>| match waiting.take() {
        Some(first) => units.push(vec![[first, code]]),
        None => *waiting = Some(code),
    };
    for glyph in glyphs {
        let pair = match *glyph {
            Glyph::Basic(code) => {
                basic(code, &mut waiting, &mut units);
                continue;
            }
            Glyph::Special(high, low) => [high, low],
            Glyph::Extended(plain, high, low) => {
                basic(plain, &mut waiting, &mut units);
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
    units
}
