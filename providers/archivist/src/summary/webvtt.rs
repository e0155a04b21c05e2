//! Reads captions in WebVTT, as far as a summary needs them: when, who and what. Lenient: what is no caption is
//! passed over.

/// Captions that are read, at most.
const MAX_CUES: usize = 100_000;

/// Bytes of a name before a colon that is taken for a speaker's.
const MAX_NAME: usize = 40;

/// One caption.
#[derive(Clone, Debug, PartialEq)]
pub struct Cue {
    /// Seconds from the beginning.
    pub start: f64,
    pub speaker: Option<String>,
    /// In one line.
    pub text: String,
}

/// The captions of a file; nothing where it is no WebVTT.
pub fn cues(text: &str) -> Option<Vec<Cue>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = text.strip_prefix("WEBVTT")?;
    if !(header.is_empty() || header.starts_with([' ', '\t', '\r', '\n'])) {
        return None;
    }
    let mut lines = text.lines();
    let mut cues = Vec::new();
    while let Some(line) = lines.next() {
        let Some(start) = start(line) else { continue };
        let words: Vec<&str> = lines.by_ref().take_while(|line| !line.trim().is_empty()).collect();
        cues.extend(cue(start, &words.join(" ")));
        if cues.len() == MAX_CUES {
            break;
        }
    }
    Some(cues)
}

/// The seconds before the arrow of `[hours:]minutes:seconds.milliseconds --> …`.
fn start(line: &str) -> Option<f64> {
    let (time, _) = line.split_once("-->")?;
    let (clock, milliseconds) = time.trim().split_once('.')?;
    let mut seconds: u32 = 0;
    for part in clock.split(':') {
        seconds = seconds.checked_mul(60)?.checked_add(digits(part)?)?;
    }
    (milliseconds.len() == 3 && clock.contains(':'))
        .then(|| Some(f64::from(seconds) + f64::from(digits(milliseconds)?) / 1000.0))?
}

/// `parse` alone would take a sign.
fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A caption without its tags. Of several voices the first one speaks.
fn cue(start: f64, marked: &str) -> Option<Cue> {
    let mut speaker = None;
    let mut text = String::new();
    let mut rest = marked;
    while let Some((before, inner)) = rest.split_once('<') {
        text.push_str(before);
        let Some((tag, after)) = inner.split_once('>') else {
            rest = inner;
            break;
        };
        if speaker.is_none() {
            speaker = voice(tag);
        }
        rest = after;
    }
    text.push_str(rest);
    let text = one_line(&text);
    let (speaker, text) = match (speaker, named(&text)) {
        (None, Some((name, said))) => (Some(name.to_owned()), said.to_owned()),
        (speaker, _) => (speaker, text),
    };
    (!text.is_empty()).then_some(Cue { start, speaker, text })
}

/// Who speaks from the tag `<v.loud Chair Ames>` on.
fn voice(tag: &str) -> Option<String> {
    let (kind, name) = tag.split_once(char::is_whitespace)?;
    let name = one_line(name);
    ((kind == "v" || kind.starts_with("v.")) && !name.is_empty()).then_some(name)
}

/// Without escapes, and with one space where there were several or a NUL, which no database takes.
fn one_line(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&");
    text.split(|c: char| c.is_whitespace() || c == '\0')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `CHAIR AMES: The meeting …`: how captions without voices say who speaks.
fn named(text: &str) -> Option<(&str, &str)> {
    let (name, said) = text.split_once(':')?;
    let upper = name.chars().all(|c| c.is_uppercase() || c.is_whitespace() || ".'-".contains(c));
    let said = said.trim();
    (upper && name.len() <= MAX_NAME && name.chars().any(char::is_alphabetic) && !said.is_empty())
        .then_some((name.trim(), said))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Cue {
        let cues = cues(&format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n")).unwrap();
        let [cue] = cues.try_into().unwrap();
        cue
    }

    #[test]
    fn captions_are_read() {
        let text = "\u{feff}WEBVTT council\r\n\r\nNOTE nothing\r\n\r\nintro\r\n01:00:01.500 --> 01:00:03.000 align:start\r\n\
                    <v.loud Chair  Ames>A &lt; <i>B</i>\r\nand &amp;lt; C</v>\r\n\r\n00:02.000 --> 00:03.000\r\nAye.";
        let first = Cue {
            start: 3601.5,
            speaker: Some("Chair Ames".to_owned()),
            text: "A < B and &lt; C".to_owned(),
        };
        let second = Cue { start: 2.0, speaker: None, text: "Aye.".to_owned() };
        assert_eq!(cues(text), Some(vec![first, second]));
    }

    #[test]
    fn who_speaks_may_stand_before_a_colon() {
        for (text, speaker, said) in [
            ("CHAIR AMES: Order.", Some("CHAIR AMES"), "Order."),
            ("<v Bo>CLERK: Noted.", Some("Bo"), "CLERK: Noted."),
            ("Note: this is no name", None, "Note: this is no name"),
            ("AMES:", None, "AMES:"),
            ("7: items", None, "7: items"),
        ] {
            let cue = only(text);
            assert_eq!((cue.speaker.as_deref(), cue.text.as_str()), (speaker, said), "{text}");
        }
    }

    #[test]
    fn what_is_no_caption_is_passed_over() {
        for line in [
            "-->",
            "a:b.c --> d",
            "1 --> 2",
            "00:01 --> 00:02",
            "+0:01.000 -->",
            "00:01.0 -->",
            "99999999:00:00.000 -->",
        ] {
            assert_eq!(cues(&format!("WEBVTT\n\n{line}\ntext\n")), Some(Vec::new()), "{line}");
        }
        assert_eq!(cues("WEBVTT\n\n00:01.000 --> 00:02.000\n<b> </b>\n"), Some(Vec::new()));
        for text in ["", "1\n", "WEBVTTX\n"] {
            assert_eq!(cues(text), None, "{text}");
        }
    }

    #[test]
    fn no_text_breaks_it() {
        for text in ["<", "a < b", "<v", "<v>x", "a\0b", "&", "\u{a0}x"] {
            let cue = only(&format!("{text} end"));
            assert!(cue.text.ends_with("end") && !cue.text.contains('\0'), "{text}: {cue:?}");
        }
    }
}
