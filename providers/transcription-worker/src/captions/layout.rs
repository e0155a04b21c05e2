//! Texts as they fit on the screen: rows of 32 characters, and four rows at most.

use std::time::Duration;

use super::Cue;

pub(super) const COLUMNS: usize = 32;
pub(super) const ROWS: usize = 4;

/// The rows of one caption, and when it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub start: Duration,
    pub end: Duration,
    pub rows: Vec<String>,
}

/// The captions that cues make: in order, none over another, each small enough. A text that is too long for
/// one caption becomes several, which share its time by their length.
pub(super) fn captions(cues: &[Cue]) -> Vec<Shown> {
    let mut cues: Vec<&Cue> =
        cues.iter().filter(|cue| !cue.text.trim().is_empty() && cue.end > cue.start).collect();
    cues.sort_by_key(|cue| (cue.start, cue.end));
    let mut captions: Vec<Shown> = Vec::new();
    for (index, cue) in cues.iter().enumerate() {
        // The next one takes the screen; what begins at the same moment is said together.
        let end = cues[index + 1..].iter().map(|next| next.start).find(|start| *start > cue.start);
        let end = end.map_or(cue.end, |start| start.min(cue.end));
        let mut rows = rows(&cue.text);
        let together = |last: &&mut Shown| last.start == cue.start && last.rows.len() + rows.len() <= ROWS;
        if let Some(last) = captions.last_mut().filter(together) {
            last.rows.append(&mut rows);
            last.end = last.end.max(end);
            continue;
        }
        let start = captions.last().map_or(cue.start, |last| last.end.max(cue.start));
        captions.extend(shared(start, end, &rows));
    }
    captions
}

fn shared(start: Duration, end: Duration, rows: &[String]) -> Vec<Shown> {
    let length = |rows: &[String]| {
        rows.iter().map(|row| u32::try_from(row.chars().count()).unwrap_or(u32::MAX)).sum::<u32>()
    };
    let (whole, time) = (length(rows).max(1), end.saturating_sub(start));
    let mut before = 0;
    let mut captions = Vec::new();
    for part in rows.chunks(ROWS) {
        let from = start + time * before / whole;
        before += length(part);
        captions.push(Shown { start: from, end: start + time * before / whole, rows: part.to_vec() });
    }
    captions
}

/// Lines broken between words where they are too long, and within a word only where that is.
fn rows(text: &str) -> Vec<String> {
    let mut rows = Vec::new();
    for line in text.lines() {
        let mut row = String::new();
        let mut length = 0;
        for word in line.split_whitespace().flat_map(pieces) {
            let more = width(&word);
            if length > 0 && length + 1 + more > COLUMNS {
                rows.push(std::mem::take(&mut row));
                length = 0;
            }
            if length > 0 {
                row.push(' ');
                length += 1;
            }
            row.push_str(&word);
            length += more;
        }
        if length > 0 {
            rows.push(row);
        }
    }
    rows
}

/// A word in pieces that fit on a row.
fn pieces(word: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut length = 0;
    for c in word.chars() {
        let more = width(c.encode_utf8(&mut [0; 4]));
        if length + more > COLUMNS {
            pieces.push(String::new());
            length = 0;
        }
        pieces.last_mut().expect("there is one").push(c);
        length += more;
    }
    pieces
}

/// Columns that a text takes.
fn width(text: &str) -> usize {
    super::charset::glyphs(text).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_words() {
        let text = "The quick brown fox jumps over the lazy dog\nand again";
        assert_eq!(rows(text), ["The quick brown fox jumps over", "the lazy dog", "and again"]);
        assert_eq!(rows(&"x".repeat(70)).iter().map(String::len).collect::<Vec<_>>(), [32, 32, 6]);
    }

    #[test]
    fn no_caption_is_over_another() {
        let cue = |start, end, text: &str| Cue {
            start: Duration::from_secs(start),
            end: Duration::from_secs(end),
            text: text.to_owned(),
            speaker: None,
        };
        let shown = captions(&[cue(3, 9, "b"), cue(1, 5, "a"), cue(3, 4, "c"), cue(7, 7, "never")]);
        let times: Vec<_> =
            shown.iter().map(|it| (it.start.as_secs(), it.end.as_secs(), it.rows.join("/"))).collect();
        assert_eq!(times, [(1, 3, "a".to_owned()), (3, 9, "c/b".to_owned())]);
    }
}
