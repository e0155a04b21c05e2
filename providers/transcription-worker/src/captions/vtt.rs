//! WebVTT, read and written.

mod markup;

use std::fmt::Write as _;
use std::time::Duration;

use super::Cue;
use super::subtitles::{MAX_CUES, SubtitleError, blocks, unified};
use markup::{escaped, voices};

const HEADER: &str = "WEBVTT";

/// Reads a WebVTT file. A cue in which several voices speak becomes one for each, at the same time. A cue that ends
/// before it begins is never shown by players, and is left out.
pub fn parse_vtt(text: &str) -> Result<Vec<Cue>, SubtitleError> {
    let text = unified(text);
    let after = text.strip_prefix(HEADER).ok_or(SubtitleError::NoHeader)?;
    if !after.is_empty() && !after.starts_with([' ', '\t', '\n']) {
        return Err(SubtitleError::NoHeader);
    }
    let mut cues = Vec::new();
    for block in blocks(&text, 1, is_comment) {
        let block = block?;
        if block.end <= block.start {
            continue;
        }
        for (speaker, text) in voices(&block.lines.join("\n")) {
            cues.push(Cue { start: block.start, end: block.end, text, speaker });
        }
        if cues.len() > MAX_CUES {
            return Err(SubtitleError::TooMany { line: block.line });
        }
    }
    Ok(cues)
}

/// Comments, style sheets and regions.
fn is_comment(line: &str) -> bool {
    ["NOTE", "STYLE", "REGION"].iter().any(|kind| {
        line.strip_prefix(kind).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    })
}

/// The cues as a WebVTT file, in the order of their times. What has no text, or would be seen for no millisecond,
/// is left out.
#[must_use]
pub fn to_vtt(cues: &[Cue]) -> String {
    let mut cues: Vec<&Cue> = cues.iter().collect();
    cues.sort_by_key(|cue| cue.start);
    let mut text = format!("{HEADER}\n");
    for cue in cues {
        // A blank line would end the cue.
        let lines: Vec<String> = cue.lines().map(escaped).collect();
        if lines.is_empty() || cue.end.as_millis() <= cue.start.as_millis() {
            continue;
        }
        let name = cue.speaker().map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "));
        let voice = name.map(|name| format!("<v {}>", escaped(&name))).unwrap_or_default();
        // Writing to a text cannot fail.
        let _ = writeln!(text, "\n{} --> {}\n{voice}{}", time(cue.start), time(cue.end), lines.join("\n"));
    }
    text
}

fn time(time: Duration) -> String {
    let (seconds, millis) = (time.as_secs(), time.subsec_millis());
    format!("{:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(start: u64, end: u64, text: &str, speaker: Option<&str>) -> Cue {
        let [start, end] = [start, end].map(Duration::from_millis);
        Cue { start, end, text: text.to_owned(), speaker: speaker.map(str::to_owned) }
    }

    #[test]
    fn webvtt_is_read() {
        let text = "\u{feff}WEBVTT - council --> minutes\r\n\r\nNOTE nobody\r\nspeaks --> here\r\n\r\nSTYLE\r\n::cue {}\r\n\r\n\
                    intro\r\n00:01.000 --> 00:02.000 align:start\r\n<v.loud Chair Ames>A &lt; B</v>\r\n\r\n\
                    00:02.000 --> 00:02.000\r\nnever\r\n\r\n00:03.000 --> 00:04.000\r\nNOTE well\r\n";
        assert_eq!(
            parse_vtt(text).unwrap(),
            [cue(1000, 2000, "A < B", Some("Chair Ames")), cue(3000, 4000, "NOTE well", None)]
        );
    }

    #[test]
    fn each_voice_is_a_cue() {
        let text =
            "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ames>All <b>in\nfavour?</b>\n<v Bo>Aye.</v> (applause)";
        let expected = [("All in\nfavour?", Some("Ames")), ("Aye.", Some("Bo")), ("(applause)", None)];
        let expected = expected.map(|(text, speaker)| cue(1000, 2000, text, speaker));
        assert_eq!(parse_vtt(text).unwrap(), expected);
    }

    #[test]
    fn only_webvtt_is_read() {
        for text in ["", "1\n", "WEBVTTX", "\nWEBVTT"] {
            assert_eq!(parse_vtt(text), Err(SubtitleError::NoHeader), "{text}");
        }
        let voices = format!("WEBVTT\n\n{}", "00:01.000 --> 00:02.000\n<v A>a<v B>b\n\n".repeat(50_001));
        assert_eq!(parse_vtt(&voices), Err(SubtitleError::TooMany { line: 150_003 }));
        let time = "00:01.000 -> x --> 00:02.000".to_owned();
        let error = SubtitleError::Time { line: 3, found: time.clone() };
        assert_eq!(parse_vtt(&format!("WEBVTT\n\n{time}")), Err(error));
    }

    #[test]
    fn webvtt_is_written() {
        let cues = [
            cue(3_600_000, 3_601_000, "B --> C\n\n& D", Some("Chair\nAmes <3>")),
            cue(1000, 2000, " A ", None),
            cue(1000, 2000, " \n ", None),
            cue(5000, 5000, "never", None),
        ];
        assert_eq!(
            to_vtt(&cues),
            "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nA\n\n\
             01:00:00.000 --> 01:00:01.000\n<v Chair Ames &lt;3&gt;>B --&gt; C\n&amp; D\n"
        );
    }
}
