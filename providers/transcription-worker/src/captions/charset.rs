//! The characters of CEA-608 (47 CFR 15.119 and CEA-608-E, tables of special and extended characters), and how
//! what is none of them is written.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A character as it is sent; each takes one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    /// One byte.
    Basic(u8),
    /// Two bytes.
    Special(u8, u8),
    /// One byte for decoders that know no more, and two that replace it.
    Extended(u8, u8, u8),
}

/// What stands for a character that there is no way to write.
const UNKNOWN: Glyph = Glyph::Basic(b'?');

/// In place of nine ASCII characters and of delete.
const BASIC: [(char, u8); 10] = [
    ('á', 0x2a),
    ('é', 0x5c),
    ('í', 0x5e),
    ('ó', 0x5f),
    ('ú', 0x60),
    ('ç', 0x7b),
    ('÷', 0x7c),
    ('Ñ', 0x7d),
    ('ñ', 0x7e),
    ('█', 0x7f),
];

/// A place in a table that is not used.
const UNUSED: char = '\0';

/// 0x11 0x30 and on. The transparent space is not used: it would be a hole in the box behind the text.
const SPECIAL: &str = "®°½¿™¢£♪à\0èâêîôû";

/// 0x12 0x20 and on: Spanish, punctuation, French; and what stands for each in simpler decoders. The single
/// quotes at 0x26 and 0x29 are not used: ffmpeg reads them as ´ and ‘, pycaption as ‘ and ’. The apostrophe of
/// the basic set is a single quote to both.
const EXTENDED_12: (&str, &str) =
    ("ÁÉÓÚÜü\0¡*\0—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»", "AEOUUu'!x'-cso\"\"AACEEEeIIiOUuU\"\"");

/// 0x13 0x20 and on: Portuguese, German, Danish.
const EXTENDED_13: (&str, &str) = ("ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤¦ÅåØø┌┐└┘", "AaIIiOoOo()/x-!-AaOosYo!AaOo++++");

/// What is written otherwise, as people do who have no such key.
const SPELLED: [(char, &str); 40] = [
    ('`', "'"),
    ('‘', "'"),
    ('’', "'"),
    ('‚', "'"),
    ('‛', "'"),
    ('′', "'"),
    ('´', "'"),
    ('‹', "'"),
    ('›', "'"),
    ('„', "“"),
    ('‟', "“"),
    ('″', "\""),
    ('‐', "-"),
    ('‑', "-"),
    ('‒', "-"),
    ('–', "-"),
    ('−', "-"),
    ('―', "—"),
    ('·', "•"),
    ('‣', "•"),
    ('×', "x"),
    ('⁄', "/"),
    ('€', "EUR"),
    ('♩', "♪"),
    ('♫', "♪"),
    ('♬', "♪"),
    ('æ', "ae"),
    ('Æ', "AE"),
    ('œ', "oe"),
    ('Œ', "OE"),
    ('ð', "d"),
    ('Ð', "D"),
    ('đ', "d"),
    ('Đ', "D"),
    ('þ', "th"),
    ('Þ', "Th"),
    ('ł', "l"),
    ('Ł', "L"),
    ('ı', "i"),
    ('ẞ', "SS"),
];

/// A text in glyphs. What has none is written without its marks, and what then has none as `?`.
pub(super) fn glyphs(text: &str) -> Vec<Glyph> {
    text.nfc().flat_map(of_char).collect()
}

fn of_char(c: char) -> Vec<Glyph> {
    let known = known(c);
    if !known.is_empty() {
        return known;
    }
    if c.is_whitespace() {
        return vec![Glyph::Basic(b' ')];
    }
    let plain: Vec<Glyph> = std::iter::once(c).nfkd().flat_map(self::known).collect();
    if plain.is_empty() && !is_invisible(c) { vec![UNKNOWN] } else { plain }
}

/// Nothing where it is neither in the tables nor spelled otherwise.
fn known(c: char) -> Vec<Glyph> {
    if let Some(glyph) = glyph(c) {
        return vec![glyph];
    }
    let spelled = SPELLED.iter().find(|(known, _)| *known == c);
    spelled.map(|(_, spelled)| spelled.chars().filter_map(glyph).collect()).unwrap_or_default()
}

/// Control characters, marks that found no letter, joiners, marks of direction and order, variation selectors.
fn is_invisible(c: char) -> bool {
    let of_format = matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    );
    c.is_control() || is_combining_mark(c) || of_format
}

fn glyph(c: char) -> Option<Glyph> {
    if c == UNUSED {
        return None;
    }
    if let Some((_, code)) = BASIC.iter().find(|(known, _)| *known == c) {
        return Some(Glyph::Basic(*code));
    }
    let place = |table: &str| table.chars().position(|known| known == c).and_then(|it| u8::try_from(it).ok());
    if let Some(place) = place(SPECIAL) {
        return Some(Glyph::Special(0x11, 0x30 + place));
    }
    for (high, (table, plain)) in [(0x12, EXTENDED_12), (0x13, EXTENDED_13)] {
        if let Some(place) = place(table) {
            let plain = plain.as_bytes()[usize::from(place)];
            return Some(Glyph::Extended(plain, high, 0x20 + place));
        }
    }
    let code = u8::try_from(c).ok().filter(|code| (0x20..0x7b).contains(code))?;
    let taken = BASIC.iter().any(|(_, other)| *other == code);
    (!taken).then_some(Glyph::Basic(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_has_its_size() {
        assert_eq!(SPECIAL.chars().count(), 16);
        for (table, plain) in [EXTENDED_12, EXTENDED_13] {
            assert_eq!((table.chars().count(), plain.len()), (32, 32));
        }
    }

    #[test]
    fn what_stands_for_a_character_is_in_the_tables() {
        for (_, spelled) in SPELLED {
            assert!(spelled.chars().all(|c| glyph(c).is_some()), "{spelled}");
        }
        for plain in [EXTENDED_12.1, EXTENDED_13.1] {
            assert!(
                plain.chars().all(|c| matches!(glyph(c), Some(Glyph::Basic(code)) if char::from(code) == c))
            );
        }
    }

    #[test]
    fn every_text_has_glyphs() {
        for (text, plain) in [
            ("ő", "o"),
            ("ﬁ", "fi"),
            ("e\u{301}", "é"),
            ("…", "..."),
            ("3¼", "31/4"),
            ("‘don’t’", "'don't'"),
            ("œuvre", "oeuvre"),
            ("漢字", "??"),
            ("한", "?"),
            ("a\u{200b}\u{fe0f}", "a"),
            ("a\u{a0}b", "a b"),
        ] {
            assert_eq!(glyphs(text), glyphs(plain), "{text}");
        }
    }
}
