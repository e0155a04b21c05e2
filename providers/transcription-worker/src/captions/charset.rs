//! The characters of CEA-608 (47 CFR 15.119 and CEA-608-E, tables of special and extended characters).

use unicode_normalization::UnicodeNormalization as _;

/// A character as it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    /// One byte.
    Basic(u8),
    /// Two bytes.
    Special(u8, u8),
    /// One byte for decoders that know no more, and two that replace it.
    Extended(u8, u8, u8),
}

/// In place of nine ASCII characters.
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

/// 0x11 0x30 and on; one of them is a transparent space.
const SPECIAL: &str = "®°½¿™¢£♪à\0èâêîôû";

/// 0x12 0x20 and on: Spanish, punctuation, French; and what stands for each in simpler decoders.
const EXTENDED_12: (&str, &str) =
    ("ÁÉÓÚÜü‘¡*’—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»", "AEOUUu'!x'-cso\"\"AACEEEeIIiOUuU\"\"");

/// 0x13 0x20 and on: Portuguese, German, Danish.
const EXTENDED_13: (&str, &str) = ("ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤¦ÅåØø┌┐└┘", "AaIIiOoOo()/x-!-AaOosYo!AaOo++++");

/// What is written otherwise, as people who type would.
const SPELLED: [(char, &str); 17] = [
    ('`', "'"),
    ('–', "—"),
    ('―', "—"),
    ('‐', "-"),
    ('‑', "-"),
    ('−', "-"),
    ('…', "..."),
    ('‚', ","),
    ('„', "\""),
    ('‹', "'"),
    ('›', "'"),
    ('♫', "♪"),
    ('♩', "♪"),
    ('♬', "♪"),
    ('€', "EUR"),
    ('\t', " "),
    ('×', "x"),
];

/// A text in glyphs. What has none is written without its marks, and what then has none as `?`.
pub(super) fn glyphs(text: &str) -> Vec<Glyph> {
    text.nfc().flat_map(of_char).collect()
}

fn of_char(c: char) -> Vec<Glyph> {
    if let Some(glyph) = glyph(c) {
        return vec![glyph];
    }
    if let Some((_, spelled)) = SPELLED.iter().find(|(known, _)| *known == c) {
        return spelled.chars().filter_map(glyph).collect();
    }
    if c.is_whitespace() {
        return vec![Glyph::Basic(b' ')];
    }
    let plain: Vec<Glyph> = std::iter::once(c).nfkd().filter_map(glyph).collect();
    let invisible = c.is_control() || unicode_normalization::char::is_combining_mark(c) || is_format(c);
    if plain.is_empty() && !invisible { vec![Glyph::Basic(b'?')] } else { plain }
}

/// Characters that are not seen: joiners, marks of direction and order.
fn is_format(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn glyph(c: char) -> Option<Glyph> {
    if let Some((_, code)) = BASIC.iter().find(|(known, _)| *known == c) {
        return Some(Glyph::Basic(*code));
    }
    let place = |table: &str| table.chars().position(|known| known == c).and_then(|it| u8::try_from(it).ok());
    if let Some(place) = place(SPECIAL).filter(|_| c != '\0') {
        return Some(Glyph::Special(0x11, 0x30 + place));
    }
    for (high, (table, plain)) in [(0x12, EXTENDED_12), (0x13, EXTENDED_13)] {
        if let Some(place) = place(table) {
            let plain = plain.as_bytes()[usize::from(place)];
            return Some(Glyph::Extended(plain, high, 0x20 + place));
        }
    }
    let code = u8::try_from(c).ok().filter(|code| (0x20..0x7b).contains(code))?;
    let replaced = BASIC.iter().any(|(_, other)| *other == code);
    (!replaced && code != b'`').then_some(Glyph::Basic(code))
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
    fn every_text_has_glyphs() {
        for (text, glyphs_of) in
            [("ő", "o"), ("ﬁ", "fi"), ("e\u{301}", "é"), ("…", "..."), ("漢", "?"), ("a\u{200b}", "a")]
        {
            assert_eq!(glyphs(text), glyphs(glyphs_of), "{text}");
        }
    }
}
