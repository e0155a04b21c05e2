//! Captions as a page shows them: WebVTT (W3C) taken apart into times, speakers and words.

/// One caption.
#[derive(Debug, Clone, PartialEq)]
pub struct Cue {
    /// Seconds.
    pub start: f64,
    pub end: f64,
    pub speaker: Option<String>,
    /// Without markup; lines stay lines.
    pub text: String,
}

/// The captions of a file. What is no caption is passed over, as a browser would.
pub fn cues(file: &str) -> Vec<Cue> {
    let file = file.replace("\r\n", "\n").replace('\r', "\n");
    file.split("\n\n").filter_map(cue).collect()
}

fn cue(block: &str) -> Option<Cue> {
    // The first line may be the cue's name.
    let mut lines = block.lines().skip_while(|line| !line.contains("-->"));
    let (start, rest) = lines.next()?.split_once("-->")?;
    let start = seconds(start.trim())?;
    let end = seconds(rest.split_whitespace().next()?)?;
    let (speaker, text) = plain(&lines.collect::<Vec<_>>().join("\n"));
    (!text.is_empty()).then_some(Cue { start, end, speaker, text })
}

/// `[hours:]minutes:seconds.thousandths`.
fn seconds(time: &str) -> Option<f64> {
    let mut whole = 0.0;
    let mut parts = 0;
    for part in time.split(':') {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        whole = whole * 60.0 + part.parse::<f64>().ok().filter(|_| digits)?;
        parts += 1;
    }
    (2..=3).contains(&parts).then_some(whole)
}

/// Who is named as speaking, and the words without markup.
fn plain(payload: &str) -> (Option<String>, String) {
    let mut speaker = None;
    let mut text = String::with_capacity(payload.len());
    let mut rest = payload;
    while let Some((before, tagged)) = rest.split_once('<') {
        text.push_str(before);
        let Some((tag, after)) = tagged.split_once('>') else {
            rest = "";
            break;
        };
        if let Some((kind, name)) = tag.split_once(char::is_whitespace)
            && (kind == "v" || kind.starts_with("v."))
        {
            speaker.get_or_insert_with(|| unescape(name.trim()));
        }
        rest = after;
    }
    text.push_str(rest);
    (speaker, unescape(text.trim()))
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", "\u{a0}")
        .replace("&lrm;", "")
        .replace("&rlm;", "")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_read_with_their_times_and_speakers() {
        let file = "WEBVTT\n\nNOTE\nnot for you\n\n1\n00:00:01.000 --> 00:00:03.500 line:0\n\
                    <v Chair Ames>La r\u{e9}union\nest <i>ouverte</i> &amp; &lt;calme&gt;.</v>\n\n\
                    01:02.25 --> 01:03.00\r\nAye.\r\n\r\n00:00 --> x\nno\n\n00:09.000 --> 00:10.000\n";
        let [first, second] = cues(file).try_into().unwrap();
        assert_eq!((first.start, first.end), (1.0, 3.5));
        assert_eq!(first.speaker.as_deref(), Some("Chair Ames"));
        assert_eq!(first.text, "La r\u{e9}union\nest ouverte & <calme>.");
        assert_eq!((second.start, second.end, second.text.as_str()), (62.25, 63.0, "Aye."));
        assert_eq!(second.speaker, None);
    }

    #[test]
    fn what_is_no_caption_is_passed_over() {
        for block in ["", "-->", "a --> b\nc", "1 --> 2\nc", "00:-1.0 --> 00:02.0\nc", "00:01.0 -->\nc"] {
            assert_eq!(cues(block), [], "{block}");
        }
        assert_eq!(cues("00:01.0 --> 00:02.0\nbroken <tag")[0].text, "broken");
    }
}
