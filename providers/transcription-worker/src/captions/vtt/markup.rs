//! The text of a WebVTT cue: its tags, voices and escapes.

/// Voices of one cue that are told apart, at most.
const VOICES: usize = 16;

/// Longest name of an escape, such as `#x10ffff`.
const ESCAPE: usize = 8;

/// What is said and by whom, without other tags.
pub(super) fn voices(marked: &str) -> Vec<(Option<String>, String)> {
    let mut voices = Vec::new();
    let (mut speaker, mut text) = (None, String::new());
    let mut rest = marked;
    while let Some((before, inner)) = rest.split_once('<') {
        text.push_str(before);
        let Some((tag, after)) = tag(inner) else {
            // Programs forget to escape it.
            text.push('<');
            rest = inner;
            continue;
        };
        rest = after;
        if let Some(next) = voice(tag).filter(|_| voices.len() < VOICES) {
            voices.push((std::mem::replace(&mut speaker, next), std::mem::take(&mut text)));
        }
    }
    text.push_str(rest);
    voices.push((speaker, text));
    let tidied = voices.into_iter().map(|(speaker, text)| (speaker, tidied(&unescaped(&text))));
    tidied.filter(|(_, text)| !text.is_empty()).collect()
}

/// What stands before the `>`, if it can be a tag. A tag has no other in it, which keeps this linear.
fn tag(inner: &str) -> Option<(&str, &str)> {
    let end = inner.find(['<', '>']).filter(|end| inner[*end..].starts_with('>'))?;
    let is_tag = inner.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
    is_tag.then(|| (&inner[..end], &inner[end + 1..]))
}

/// Who speaks from this tag on, if it says so: `v.loud Chair Ames` or `/v`.
#[expect(clippy::option_option, reason = "a tag may say nothing of voices, or that nobody speaks")]
fn voice(tag: &str) -> Option<Option<String>> {
    if tag == "/v" {
        return Some(None);
    }
    let (kind, name) = tag.split_once(char::is_whitespace)?;
    let name = unescaped(name).split_whitespace().collect::<Vec<_>>().join(" ");
    (kind == "v" || kind.starts_with("v.")).then_some(Some(name).filter(|name| !name.is_empty()))
}

fn tidied(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// With what `&lt;` and its like stand for. What is no escape stays.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let name = after.bytes().take(ESCAPE + 1).position(|byte| byte == b';').map(|end| &after[..end]);
        if let Some((name, c)) = name.and_then(|name| Some((name, character(name)?))) {
            plain.push(c);
            rest = &after[name.len() + 1..];
        } else {
            plain.push('&');
            rest = after;
        }
    }
    plain + rest
}

fn character(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "lrm" => '\u{200e}',
        "rlm" => '\u{200f}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    })
}

/// So that no part of the text is a tag, an escape or the arrow of a time span.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_once() {
        for (text, plain) in [
            ("&amp;lt; &lt;b&gt;", "&lt; <b>"),
            ("&#39;&#x2019;&#xD800;", "'’&#xD800;"),
            ("R&D; AT&T &", "R&D; AT&T &"),
            ("&é;", "&é;"),
        ] {
            assert_eq!(unescaped(text), plain);
        }
    }

    #[test]
    fn what_is_no_tag_stays() {
        let alone = |text: &str| vec![(None, text.to_owned())];
        assert_eq!(voices("1 < 2 <c.red>and</c> <00:01.000>2 > 1 <b"), alone("1 < 2 and 2 > 1 <b"));
        assert_eq!(voices("<v ><i>\n</i>"), []);
        assert_eq!(voices(&"<v a>b".repeat(1000)).len(), VOICES);
    }
}
