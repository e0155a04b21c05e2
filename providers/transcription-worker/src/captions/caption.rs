//! Cues as captions: one at a time on the screen, each small enough for it, by frames.

use super::Cue;
use super::layout::{ROWS, Row, rows};
use super::timecode::{PastMidnight, Timecode};

/// The rows of one caption and the frames at which it should come and go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Caption {
    pub start: u64,
    pub end: u64,
    pub rows: Vec<Row>,
}

/// The captions that cues make: in order, none over another. What begins at the same frame is shown together,
/// and otherwise the later cue takes the screen. A text that is too long for one caption becomes several, which
/// share its time by their length.
pub(super) fn captions(cues: &[Cue]) -> Result<Vec<Caption>, PastMidnight> {
    let mut cues: Vec<&Cue> = cues.iter().filter(|cue| cue.end > cue.start).collect();
    cues.sort_by_key(|cue| (cue.start, cue.end));
    let mut whole: Vec<Caption> = Vec::new();
    let mut speaking = None;
    for cue in cues {
        let rows = said(cue, &mut speaking);
        if rows.is_empty() {
            continue;
        }
        let (start, end) = (Timecode::at(cue.start)?.number(), Timecode::at(cue.end)?.number());
        match whole.last_mut() {
            Some(last) if last.start == start => {
                last.rows.extend(rows);
                last.end = last.end.max(end);
            }
            last => {
                if let Some(last) = last {
                    last.end = last.end.min(start);
                }
                whole.push(Caption { start, end, rows });
            }
        }
    }
    Ok(whole.iter().flat_map(parts).collect())
}

/// The rows of a cue. Where another one begins to speak it is told as captioners do: `>> NAME: …`.
fn said<'a>(cue: &'a Cue, speaking: &mut Option<&'a str>) -> Vec<Row> {
    let mut lines: Vec<String> = cue.lines().map(str::to_owned).collect();
    let before = std::mem::replace(speaking, cue.speaker());
    if let Some(first) = lines.first_mut().filter(|first| before != *speaking && !first.starts_with(">>")) {
        let name = speaking.map(|name| format!("{name}: ")).unwrap_or_default();
        *first = format!(">> {name}{first}");
    }
    lines.iter().flat_map(|line| rows(line)).collect()
}

/// As few parts as there can be, with about as many rows each.
fn parts(whole: &Caption) -> Vec<Caption> {
    let size = whole.rows.len().div_ceil(whole.rows.len().div_ceil(ROWS));
    let length = |rows: &[Row]| rows.iter().map(|row| row.len() as u64).sum::<u64>();
    let (all, frames) = (length(&whole.rows), whole.end - whole.start);
    let mut before = 0;
    let part = |rows: &[Row]| {
        let start = whole.start + frames * before / all;
        before += length(rows);
        Caption { start, end: whole.start + frames * before / all, rows: rows.to_vec() }
    };
    whole.rows.chunks(size).map(part).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn cue(start: u64, end: u64, text: &str) -> Cue {
        let [start, end] = [start, end].map(Duration::from_millis);
        Cue { start, end, text: text.to_owned(), speaker: None }
    }

    /// Starts, ends, numbers of rows.
    fn shown(cues: &[Cue]) -> Vec<(u64, u64, usize)> {
        captions(cues)
            .unwrap()
            .iter()
            .map(|caption| (caption.start, caption.end, caption.rows.len()))
            .collect()
    }

    #[test]
    fn the_later_cue_takes_the_screen() {
        let cues =
            [cue(3003, 9009, "b"), cue(1001, 5005, "a"), cue(3003, 4004, "c\nd"), cue(7007, 7007, "never")];
        assert_eq!(shown(&cues), [(30, 90, 1), (90, 270, 3)]);
    }

    #[test]
    fn a_long_text_shares_its_time_by_length() {
        let text = "aaaa\nbb\ncc\ndd\nee";
        assert_eq!(shown(&[cue(0, 12_012, text)]), [(0, 240, 3), (240, 360, 2)]);
        let many = vec![cue(0, 1001, text); 1000];
        assert_eq!(shown(&many).last(), Some(&(29, 30, 4)));
    }

    #[test]
    fn a_change_of_speaker_is_told_once() {
        let by = |speaker: Option<&str>, cue: Cue| Cue { speaker: speaker.map(str::to_owned), ..cue };
        let cues = [
            by(None, cue(0, 1, "")),
            by(Some("Ames"), cue(1000, 2000, "Yes.")),
            by(Some("Ames "), cue(2000, 3000, "No.")),
            by(Some("Bo"), cue(3000, 4000, "What?")),
            by(None, cue(4000, 5000, "Hm.")),
            by(None, cue(5000, 6000, "Ah.")),
        ];
        let rows: Vec<Row> = captions(&cues).unwrap().into_iter().flat_map(|caption| caption.rows).collect();
        let told = [">> Ames: Yes.", "No.", ">> Bo: What?", ">> Hm.", "Ah."];
        assert_eq!(rows, told.map(super::super::charset::glyphs));
    }

    #[test]
    fn there_are_no_captions_after_midnight() {
        assert_eq!(captions(&[cue(0, 86_400_000, "late")]), Err(PastMidnight));
    }
}
