//! `SubRip` and `WebVTT`, read. Files come from people and from programs: whatever is no cue is passed over, and
//! what cannot be a cue is told with its line.

use std::time::Duration;

use super::Cue;

/// Cues of a file, at most: a day has 86,400 seconds.
const MAX_CUES: usize = 100_000;

/// Why a file is none of subtitles. Each completes "failed to read the subtitles: …".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubtitleError {
    #[error("it does not begin with WEBVTT")]
    NoHeader,
    #[error("line {0}: {1:?} is no time span such as 00:00:01,000 --> 00:00:02,500")]
    Time(usize, String),
    #[error("it has more than {MAX_CUES} cues")]
    TooMany,
}

/// Reads a `SubRip` file.
pub fn parse_srt(text: &str) -> Result<Vec<Cue>, SubtitleError> {
    cues(text, 0)
}

/// Reads a `WebVTT` file.
pub fn parse_vtt(text: &str) -> Result<Vec<Cue>, SubtitleError> {
    let header = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
    let rest = header.strip_prefix("WEBVTT").ok_or(SubtitleError::NoHeader)?;
    if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
        return Err(SubtitleError::NoHeader);
    }
    cues(text, 1)
}

fn cues(text: &str, skip: usize) -> Result<Vec<Cue>, SubtitleError> {
    let mut cues = Vec::new();
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate().skip(skip);
    while let Some((index, line)) = lines.next() {
        let Some((from, to)) = line.split_once("-->") else { continue };
        let wrong = || SubtitleError::Time(index + 1, line.trim().chars().take(80).collect());
        let start = time(from.trim()).ok_or_else(wrong)?;
        // Settings for the place of the cue may follow.
        let end = to.split_whitespace().next().and_then(time).ok_or_else(wrong)?;
        let spoken: Vec<&str> =
            lines.by_ref().map(|(_, line)| line.trim_end()).take_while(|it| !it.is_empty()).collect();
        let (speaker, text) = said(&spoken.join("\n"));
        if cues.len() == MAX_CUES {
            return Err(SubtitleError::TooMany);
        }
        if !text.is_empty() && end > start {
            cues.push(Cue { start, end, text, speaker });
        }
    }
    Ok(cues)
}

/// `[hours:]minutes:seconds[.,]fraction`.
fn time(text: &str) -> Option<Duration> {
    let (clock, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let mut seconds = 0_u64;
    let parts: Vec<&str> = clock.split(':').collect();
    if !(2..=3).contains(&parts.len()) || fraction.len() > 9 {
        return None;
    }
    for (place, part) in parts.iter().rev().enumerate() {
        let number: u64 = part.parse().ok().filter(|number| place == 2 || *number < 60)?;
        seconds = seconds.checked_add(number.checked_mul(60_u64.pow(u32::try_from(place).ok()?))?)?;
    }
    if seconds > 1000 * 3600 {
        return None;
    }
    let digits: u32 = fraction.parse().ok()?;
    let nanos = digits * 10_u32.pow(9 - u32::try_from(fraction.len()).ok()?);
    Some(Duration::new(seconds, nanos))
}

/// Who speaks, and the text without its tags.
fn said(marked: &str) -> (Option<String>, String) {
    let mut text = String::with_capacity(marked.len());
    let mut speaker = None;
    let mut rest = marked;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let Some((tag, after)) = tag.split_once('>') else {
            text.push('<');
            rest = tag;
            break;
        };
        if let Some((kind, name)) = tag.split_once([' ', '\t']) {
            let of_voice = kind == "v" || kind.starts_with("v.");
            speaker =
                speaker.or_else(|| of_voice.then(|| unescaped(name.trim())).filter(|name| !name.is_empty()));
        }
        rest = after;
    }
    text.push_str(rest);
    let lines: Vec<String> = unescaped(&text).lines().map(|line| line.trim().to_owned()).collect();
    let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    (speaker, lines.join("\n"))
}

fn unescaped(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{a0}");
    plain.replace("&lrm;", "\u{200e}").replace("&rlm;", "\u{200f}").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(start: u64, end: u64, text: &str, speaker: Option<&str>) -> Cue {
        let [start, end] = [start, end].map(Duration::from_millis);
        Cue { start, end, text: text.to_owned(), speaker: speaker.map(str::to_owned) }
    }

    #[test]
    fn subrip_is_read() {
        let text = "\u{feff}1\r\n00:00:01,500 --> 00:00:02,000 X1:1\r\n<i>Good</i> morning\r\nall\r\n\r\n2\r\n01:00:00,0 --> 01:00:01,25\r\nB\r\n";
        let expected = [cue(1500, 2000, "Good morning\nall", None), cue(3_600_000, 3_601_250, "B", None)];
        assert_eq!(parse_srt(text).unwrap(), expected);
    }

    #[test]
    fn webvtt_is_read() {
        let text = "WEBVTT - council\n\nNOTE nobody\nspeaks\n\nSTYLE\n::cue {}\n\nintro\n00:01.000 --> 00:02.000 align:start\n<v.loud Chair Ames>A &lt; B</v>\n\n00:02.000 --> 00:02.000\nnever\n";
        assert_eq!(parse_vtt(text).unwrap(), [cue(1000, 2000, "A < B", Some("Chair Ames"))]);
    }

    #[test]
    fn what_is_no_time_is_told_with_its_line() {
        let error = parse_srt("1\n00:00:61,000 --> 00:01:02,000\nA").unwrap_err();
        assert_eq!(error, SubtitleError::Time(2, "00:00:61,000 --> 00:01:02,000".to_owned()));
        assert_eq!(parse_vtt("1\n"), Err(SubtitleError::NoHeader));
    }
}
