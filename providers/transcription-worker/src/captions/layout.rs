//! Texts as they fit on the screen: rows of 32 characters.

use super::charset::{Glyph, glyphs};

pub(super) const COLUMNS: usize = 32;

/// Rows on the screen at once, at most.
pub(super) const ROWS: usize = 4;

/// Never empty, never longer than [`COLUMNS`], with no space at either end.
pub(super) type Row = Vec<Glyph>;

/// A line broken between words where it is too long, and within a word only where that is.
pub(super) fn rows(line: &str) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut row = Row::new();
    for word in line.split_whitespace().map(glyphs).filter(|word| !word.is_empty()) {
        if !row.is_empty() && row.len() + 1 + word.len() > COLUMNS {
            rows.push(std::mem::take(&mut row));
        }
        if !row.is_empty() {
            row.push(Glyph::Basic(b' '));
        }
        row.extend(&word);
        while row.len() > COLUMNS {
            let rest = row.split_off(COLUMNS);
            rows.push(std::mem::replace(&mut row, rest));
        }
    }
    if !row.is_empty() {
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_words() {
        let text = "The quick brown fox jumps over the lazy dog";
        assert_eq!(rows(text), [glyphs("The quick brown fox jumps over"), glyphs("the lazy dog")]);
        assert_eq!(rows(" \u{200b} "), Vec::<Row>::new());
    }

    #[test]
    fn a_word_is_broken_only_where_it_is_longer_than_a_row() {
        let lengths = |text: &str| rows(text).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(lengths(&"x".repeat(32)), [32]);
        assert_eq!(lengths(&format!("a {} b", "x".repeat(70))), [1, 32, 32, 8]);
        // What is spelled with more characters takes more columns.
        assert_eq!(lengths(&"€".repeat(11)), [32, 1]);
    }
}
