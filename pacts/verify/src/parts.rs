//! A pact's text in parts: each interaction apart, and what is left around them. The value of a large
//! pact weighs twenty times its text, so that only one interaction at a time is held as a value.

use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

/// The lists whose elements are taken apart, as members of a pact.
const LISTS: [&str; 2] = ["interactions", "messages"];

/// The parts of a text that is JSON.
#[derive(Debug, Default)]
pub(crate) struct Parts<'t> {
    /// The text with the lists of interactions and messages emptied.
    pub shell: String,
    /// Each element of each list, as the text has it: interactions, then messages.
    pub lists: [Vec<&'t str>; LISTS.len()],
}

impl<'t> Parts<'t> {
    pub fn of(text: &'t str) -> Self {
        let mut reader = Reader { text, parts: Parts::default(), depth: 0, key: None, list: None, copied: 0 };
        let mut scanner = Scanner::new(text, &ScannerOptions::default());
        let mut element = None;
        while let Ok(Some(token)) = scanner.scan() {
            let (start, end) = (scanner.token_start(), scanner.token_end());
            if reader.at_element(&token) {
                element.get_or_insert(start);
            }
            reader.token(&token, start, end);
            if let (Some(list), 2, Some(start)) = (reader.list, reader.depth, element) {
                reader.parts.lists[list].push(&text[start..end]);
                element = None;
            }
        }
        reader.parts.shell.push_str(&text[reader.copied..]);
        reader.parts
    }
}

struct Reader<'t> {
    text: &'t str,
    parts: Parts<'t>,
    depth: usize,
    /// Which list a member of the pact is, by its key.
    key: Option<usize>,
    /// The list that is being read; its elements stand at depth 2.
    list: Option<usize>,
    /// How far the text has been copied into the shell.
    copied: usize,
}

impl Reader<'_> {
    /// Whether an element of a list may begin with this token.
    fn at_element(&self, token: &Token<'_>) -> bool {
        self.list.is_some() && self.depth == 2 && !matches!(token, Token::Comma | Token::CloseBracket)
    }

    fn token(&mut self, token: &Token<'_>, start: usize, end: usize) {
        match token {
            Token::OpenBracket if self.depth == 1 && self.key.is_some() => {
                self.list = self.key.take();
                self.parts.shell.push_str(&self.text[self.copied..end]);
                self.depth += 1;
            }
            Token::OpenBrace | Token::OpenBracket => self.depth += 1,
            Token::CloseBrace | Token::CloseBracket => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 1 && self.list.take().is_some() {
                    self.copied = start;
                }
            }
            Token::String(key) if self.depth == 1 => {
                self.key = LISTS.iter().position(|list| *list == key.as_ref());
            }
            Token::Colon => {}
            _ => self.key = self.key.filter(|_| self.depth > 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_stand_apart_from_the_shell() {
        let text =
            r#"{"a":{"interactions":[9]},"interactions": [ {"b":[1,{}]}, 2,"x" ],"messages":[],"z":1}"#;
        let parts = Parts::of(text);
        assert_eq!(parts.lists, [vec![r#"{"b":[1,{}]}"#, "2", "\"x\""], vec![]]);
        assert_eq!(parts.shell, r#"{"a":{"interactions":[9]},"interactions": [],"messages":[],"z":1}"#);
    }

    #[test]
    fn what_is_no_list_stays() {
        for text in [r#"{"interactions":{"a":[1]},"b":[2]}"#, r#"{"x":"interactions","b":[2]}"#, "[1]", "7"] {
            let parts = Parts::of(text);
            assert_eq!((parts.shell.as_str(), parts.lists.concat().len()), (text, 0));
        }
    }
}
