//! `SubRip`, read.

use super::Cue;
use super::subtitles::{SubtitleError, blocks, unified};

/// What players know; whatever else stands between angle brackets is text.
const TAGS: [&str; 6] = ["b", "c", "font", "i", "s", "u"];

/// Reads a `SubRip` file. A cue that ends before it begins is never shown by players, and is left out.
pub fn parse_srt(text: &str) -> Result<Vec<Cue>, SubtitleError> {
    let text = unified(text);
    let mut cues = Vec::new();
    for block in blocks(&text, 0, |_| false) {
        let block = block?;
        let mut cue =
            Cue { start: block.start, end: block.end, text: plain(&block.lines.join("\n")), speaker: None };
        cue.text = cue.lines().collect::<Vec<_>>().join("\n");
        if !cue.text.is_empty() && cue.end > cue.start {
            cues.push(cue);
        }
    }
    Ok(cues)
}

/// Without tags (`<i>`) and without what places a cue (`{\an8}`).
fn plain(marked: &str) -> String {
    let mut text = String::with_capacity(marked.len());
    let mut rest = marked;
    while let Some(at) = rest.find(['<', '{']) {
        let (before, mark) = rest.split_at(at);
        text.push_str(before);
        let inner = &mark[1..];
        let close = if mark.starts_with('<') { '>' } else { '}' };
        // A mark has no other in it, which keeps this linear.
        let marked = inner.find(['<', '{', '>', '}']).filter(|end| inner[*end..].starts_with(close));
        if let Some(end) = marked.filter(|end| is_mark(close, &inner[..*end])) {
            rest = &inner[end + 1..];
        } else {
            text.push_str(&mark[..1]);
            rest = inner;
        }
    }
    text + rest
}

fn is_mark(close: char, inner: &str) -> bool {
    if close == '}' {
        return inner.starts_with('\\');
    }
    let name = inner.trim_start_matches('/').split([' ', '.']).next().unwrap_or_default();
    TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn cue(start: u64, end: u64, text: &str) -> Cue {
        let [start, end] = [start, end].map(Duration::from_millis);
        Cue { start, end, text: text.to_owned(), speaker: None }
    }

    #[test]
    fn subrip_is_read() {
        let text = "\u{feff}1\r\n00:00:01,500 --> 00:00:02,000 X1:1\r\n<i>Good</i> morning\r\n all \r\n\r\n\
                    2\r\n01:00:00,0 --> 01:00:01,25\r\nB\r\n";
        assert_eq!(
            parse_srt(text).unwrap(),
            [cue(1500, 2000, "Good morning\nall"), cue(3_600_000, 3_601_250, "B")]
        );
        let old_mac = "1\r00:01,0 --> 00:02,0\rA\r\r";
        assert_eq!(parse_srt(old_mac).unwrap(), [cue(1000, 2000, "A")]);
    }

    #[test]
    fn cues_without_a_blank_line_between_are_two() {
        let text = "1\n00:01,0 --> 00:02,0\nA --> 12\n2\n00:03,0 --> 00:04,0\nB\n5\n";
        assert_eq!(parse_srt(text).unwrap(), [cue(1000, 2000, "A --> 12"), cue(3000, 4000, "B\n5")]);
    }

    #[test]
    fn tags_and_places_are_left_out_and_texts_are_not() {
        for (marked, text) in [
            ("{\\an8}<font color=\"red\">A</font>", "A"),
            ("<B>x</B> < 2 and 3 > 2", "x < 2 and 3 > 2"),
            ("{a} <<i>b", "{a} <b"),
            ("AT&amp;T <inaudible> <i", "AT&amp;T <inaudible> <i"),
        ] {
            assert_eq!(plain(marked), text);
        }
    }

    #[test]
    fn what_is_no_time_is_told_with_its_line() {
        let found = "00:00:61,000 --> 00:01:02,000".to_owned();
        assert_eq!(parse_srt(&format!("1\n{found}\nA")), Err(SubtitleError::Time { line: 2, found }));
    }

    #[test]
    fn there_are_not_too_many_cues() {
        let text = "00:01,0 --> 00:02,0\nA\n\n".repeat(100_001);
        assert_eq!(parse_srt(&text), Err(SubtitleError::TooMany { line: 300_001 }));
    }
}
