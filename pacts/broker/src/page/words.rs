//! The words that every part of the page uses: verdicts, times, counts, and what others wrote.

use maud::{Markup, Render, html};

use crate::Moment;

/// How it stands, in words and colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    Broken,
    Unknown,
    Kept,
}

impl From<Option<bool>> for Word {
    fn from(success: Option<bool>) -> Self {
        match success {
            Some(true) => Self::Kept,
            Some(false) => Self::Broken,
            None => Self::Unknown,
        }
    }
}

impl Word {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Broken => "broken",
            Self::Unknown => "unknown",
        }
    }

    pub const fn sign(self) -> &'static str {
        match self {
            Self::Kept => "✓",
            Self::Broken => "✗",
            Self::Unknown => "?",
        }
    }
}

impl Render for Word {
    fn render(&self) -> Markup {
        self.says(self.as_str())
    }
}

impl Word {
    /// In the verdict's colour and with its sign, but in other words.
    pub fn says(self, words: &str) -> Markup {
        html! {
            span.verdict.(self.as_str()) { span aria-hidden="true" { (self.sign()) " " } (words) }
        }
    }
}

impl Render for Moment {
    fn render(&self) -> Markup {
        let written = self.to_string();
        let (day, rest) = written.split_once('T').unwrap_or((&written, ""));
        html! { time datetime=(written) { (day) " " (rest.get(..5).unwrap_or(rest)) " UTC" } }
    }
}

/// Text of somebody else's. Characters that would turn its line around or hide in it are written out; the
/// rest is for the renderer to escape.
pub fn said(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if hides(c) { safe.extend(c.escape_default()) } else { safe.push(c) }
    }
    safe
}

fn hides(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The start of a long text, and how much is left out.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => said(text),
        Some((at, _)) => format!("{} … ({} more bytes)", said(&text[..at]), text.len() - at),
    }
}

pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_verified_is_unknown() {
        assert_eq!(Word::from(None), Word::Unknown);
        assert_eq!(
            Word::from(Some(false)).render().into_string(),
            "<span class=\"verdict broken\"><span aria-hidden=\"true\">✗ </span>broken</span>"
        );
    }

    #[test]
    fn a_name_that_turns_its_line_around_is_written_out() {
        assert_eq!(said("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(cut("äöü", 2), "äö … (2 more bytes)");
    }

    #[test]
    fn a_moment_is_said_to_the_minute() {
        let moment = Moment::parse("2026-11-22T20:00:39Z").unwrap();
        assert!(moment.render().into_string().ends_with(">2026-11-22 20:00 UTC</time>"));
    }
}
