//! A strict decoder of pop-on captions on channel 1, written from CEA-608 and sharing nothing with the encoder: what
//! a receiver would guess at, it refuses.

use std::collections::BTreeMap;

/// A caption as it was seen.
#[derive(Debug)]
pub struct Seen {
    /// The frame at which it came, and the first one at which it was gone.
    pub start: u64,
    pub end: u64,
    /// By their number on the screen, from 1 to 15.
    pub rows: BTreeMap<u8, String>,
}

impl Seen {
    pub fn text(&self) -> String {
        self.rows.values().map(|row| row.trim()).collect::<Vec<_>>().join("\n")
    }
}

/// A line of the file: the frame at which its first pair goes out, and the pairs without their parity.
pub type Line = (u64, Vec<[u8; 2]>);

pub fn lines(scc: &str) -> Vec<Line> {
    let mut entries = scc.split("\n\n");
    let header = entries.next().unwrap();
    assert_eq!(header.trim_end_matches('\n'), "Scenarist_SCC V1.0");
    entries.map(line).collect()
}

fn line(entry: &str) -> Line {
    let (code, pairs) = entry.trim_end_matches('\n').split_once('\t').unwrap();
    let pair = |text: &str| {
        assert_eq!(text.len(), 4, "{entry}");
        [0, 2].map(|at| {
            let byte = u8::from_str_radix(&text[at..at + 2], 16).unwrap();
            assert_eq!(byte.count_ones() % 2, 1, "{byte:02x} has even parity");
            byte & 0x7f
        })
    };
    (frame(code), pairs.split(' ').map(pair).collect())
}

/// The number of the frame of a drop-frame code, which has to be one that exists.
pub fn frame(code: &str) -> u64 {
    assert!(code.len() == 11 && code.as_bytes()[8] == b';', "{code}");
    let [hours, minutes, seconds, frames] = [0, 3, 6, 9].map(|at| code[at..at + 2].parse::<u64>().unwrap());
    assert!(hours < 24 && minutes < 60 && seconds < 60 && frames < 30, "{code}");
    assert!(seconds > 0 || frames > 1 || minutes % 10 == 0, "{code} does not exist");
    let all_minutes = hours * 60 + minutes;
    (all_minutes * 60 + seconds) * 30 + frames - 2 * (all_minutes - all_minutes / 10)
}

pub fn decode(scc: &str) -> Vec<Seen> {
    let mut decoder = Decoder::default();
    for (frame, pairs) in lines(scc) {
        assert!(frame >= decoder.now, "frame {frame} goes out when {} is due", decoder.now);
        decoder.now = frame;
        for pair in pairs {
            decoder.pair(pair);
            decoder.now += 1;
        }
    }
    assert!(decoder.shown.is_none(), "the last caption is never cleared");
    decoder.seen
}

#[derive(Default)]
struct Decoder {
    now: u64,
    /// The control code that was heard just now, and may come once more.
    heard: Option<[u8; 2]>,
    loading: bool,
    row: u8,
    column: usize,
    loaded: BTreeMap<u8, String>,
    shown: Option<Seen>,
    seen: Vec<Seen>,
}

impl Decoder {
    fn pair(&mut self, pair: [u8; 2]) {
        if pair[0] >= 0x20 {
            self.heard = None;
            self.write(basic(pair[0]));
            // Padding.
            if pair[1] != 0 {
                self.write(basic(pair[1]));
            }
        } else if self.heard.take() != Some(pair) {
            self.heard = Some(pair);
            self.control(pair);
        }
    }

    fn control(&mut self, pair: [u8; 2]) {
        match pair {
            [0x14, 0x20] => self.loading = true,
            [0x14, 0x2e] => self.loaded.clear(),
            [0x14, 0x2c] => self.clear(),
            [0x14, 0x2f] => {
                self.clear();
                let rows = std::mem::take(&mut self.loaded);
                self.shown = Some(Seen { start: self.now, end: self.now, rows });
            }
            [0x17, tabs @ 0x21..=0x23] => self.indent(usize::from(tabs - 0x20)),
            [0x11, code @ 0x30..=0x3f] => self.write(SPECIAL[usize::from(code - 0x30)]),
            [set @ (0x12 | 0x13), code @ 0x20..=0x3f] => {
                let sets = [SPANISH_AND_FRENCH, PORTUGUESE_GERMAN_AND_DANISH];
                self.rewrite(sets[usize::from(set - 0x12)][usize::from(code - 0x20)]);
            }
            [0x10..=0x17, 0x40..=0x7f] => self.address(pair),
            _ => panic!("{pair:02x?} is no command of a pop-on caption"),
        }
    }

    fn clear(&mut self) {
        if let Some(shown) = self.shown.take() {
            assert!(shown.start < self.now, "{shown:?} is never seen");
            self.seen.push(Seen { end: self.now, ..shown });
        }
    }

    fn address(&mut self, [high, low]: [u8; 2]) {
        let row = match (high, low & 0x20 != 0) {
            (0x11, false) => 1,
            (0x11, true) => 2,
            (0x12, false) => 3,
            (0x12, true) => 4,
            (0x15, false) => 5,
            (0x15, true) => 6,
            (0x16, false) => 7,
            (0x16, true) => 8,
            (0x17, false) => 9,
            (0x17, true) => 10,
            (0x10, false) => 11,
            (0x13, false) => 12,
            (0x13, true) => 13,
            (0x14, false) => 14,
            (0x14, true) => 15,
            _ => panic!("{high:02x}{low:02x} is the address of no row"),
        };
        assert!(low & 0x10 != 0 && low & 1 == 0, "{high:02x}{low:02x} sets a colour or underlines");
        assert!(!self.loaded.contains_key(&row), "row {row} is written twice");
        (self.row, self.column) = (row, 0);
        self.loaded.insert(row, String::new());
        self.indent(usize::from(low & 0x0e) * 2);
    }

    fn indent(&mut self, columns: usize) {
        for _ in 0..columns {
            self.write(' ');
        }
    }

    fn write(&mut self, c: char) {
        assert!(self.loading, "{c:?} is not of a pop-on caption");
        assert!(self.column < 32, "{c:?} is beyond the last column");
        self.column += 1;
        self.loaded.get_mut(&self.row).expect("text follows an address").push(c);
    }

    /// An extended character takes the place of the one before it.
    fn rewrite(&mut self, c: char) {
        let before = self.loaded.get_mut(&self.row).and_then(String::pop);
        assert!(before.is_some_and(|before| before.is_ascii_graphic()), "nothing stands for {c:?}");
        self.column -= 1;
        self.write(c);
    }
}

fn basic(code: u8) -> char {
    match code {
        0x2a => 'á',
        0x5c => 'é',
        0x5e => 'í',
        0x5f => 'ó',
        0x60 => 'ú',
        0x7b => 'ç',
        0x7c => '÷',
        0x7d => 'Ñ',
        0x7e => 'ñ',
        0x7f => '█',
        0x20..=0x7a => char::from(code),
        _ => panic!("{code:02x} is no character"),
    }
}

const SPECIAL: [char; 16] =
    ['®', '°', '½', '¿', '™', '¢', '£', '♪', 'à', '\u{a0}', 'è', 'â', 'ê', 'î', 'ô', 'û'];

const SPANISH_AND_FRENCH: [char; 32] = [
    'Á', 'É', 'Ó', 'Ú', 'Ü', 'ü', '‘', '¡', '*', '’', '—', '©', '℠', '•', '“', '”', // 0x20
    'À', 'Â', 'Ç', 'È', 'Ê', 'Ë', 'ë', 'Î', 'Ï', 'ï', 'Ô', 'Ù', 'ù', 'Û', '«', '»', // 0x30
];

const PORTUGUESE_GERMAN_AND_DANISH: [char; 32] = [
    'Ã', 'ã', 'Í', 'Ì', 'ì', 'Ò', 'ò', 'Õ', 'õ', '{', '}', '\\', '^', '_', '|', '~', // 0x20
    'Ä', 'ä', 'Ö', 'ö', 'ß', '¥', '¤', '¦', 'Å', 'å', 'Ø', 'ø', '┌', '┐', '└', '┘', // 0x30
];
