//! A pact's text taken apart: the elements of its lists each alone, since the value of a large pact
//! weighs twenty times its text and one interaction at a time is all that is needed.

use std::ops::Range;

/// The lists whose elements are taken apart, as members of a pact.
pub(super) const LISTS: [&str; 2] = ["interactions", "messages"];

/// Where the parts of a text stand that is JSON.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// The text with the lists emptied.
    pub shell: String,
    /// Each element of each list; `None` where the pact has no such list.
    pub lists: [Option<Vec<Range<usize>>>; LISTS.len()],
}

impl Parts {
    /// Takes apart what `serde_json` has found to be JSON.
    pub fn of(text: &str) -> Self {
        let mut parts = Self::default();
        let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
        let mut copied = 0;
        if scanner.next_token() == Some(b'{') {
            scanner.at += 1;
            while let Some(key) = scanner.key(text) {
                let list = LISTS.iter().position(|list| *list == key);
                match list {
                    Some(list) if scanner.next_token() == Some(b'[') => {
                        parts.shell.push_str(text.get(copied..=scanner.at).unwrap_or_default());
                        parts.lists[list] = Some(scanner.elements());
                        copied = scanner.at - 1;
                    }
                    _ => scanner.skip_value(),
                }
            }
        }
        parts.shell.push_str(text.get(copied..).unwrap_or_default());
        parts
    }
}

/// Goes through JSON byte by byte. What is not JSON only ever makes it stop early.
struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Scanner<'_> {
    /// The byte that the next token begins with.
    fn next_token(&mut self) -> Option<u8> {
        while self
            .bytes
            .get(self.at)
            .is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b':'))
        {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    /// The key of the next member of an object.
    fn key<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        if self.next_token()? != b'"' {
            return None;
        }
        let begin = self.at + 1;
        self.skip_string();
        text.get(begin..self.at.checked_sub(1)?)
    }

    /// The elements of the array that begins here.
    fn elements(&mut self) -> Vec<Range<usize>> {
        self.at += 1;
        let mut elements = Vec::new();
        while let Some(byte) = self.next_token() {
            if byte == b']' {
                self.at += 1;
                break;
            }
            let begin = self.at;
            self.skip_value();
            elements.push(begin..self.at);
        }
        elements
    }

    fn skip_string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at = (self.at + 1).min(self.bytes.len());
    }

    fn skip_value(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.next_token() {
            match byte {
                b'"' => self.skip_string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                _ => self.skip_word(),
            }
            if depth == 0 {
                break;
            }
        }
    }

    /// A number, `true`, `false` or `null`.
    fn skip_word(&mut self) {
        while self
            .bytes
            .get(self.at)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
        {
            self.at += 1;
        }
        // Nothing that is JSON has another byte here; it is passed all the same, so that this ends.
        if self.bytes.get(self.at).is_some_and(|byte| !byte.is_ascii_whitespace() && !b",:]}".contains(byte))
        {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(text: &str) -> [Option<Vec<&str>>; 2] {
        Parts::of(text).lists.map(|list| Some(list?.into_iter().map(|range| &text[range]).collect()))
    }

    #[test]
    fn elements_stand_apart_from_the_shell() {
        let text = r#"{"a":{"interactions":[9]},"interactions": [ {"b":[1,{"c":"]}\"\\"}]}, 2 ,"x,",-1.5e+3,null],"messages":[],"z":1}"#;
        let whole =
            [Some(vec![r#"{"b":[1,{"c":"]}\"\\"}]}"#, "2", "\"x,\"", "-1.5e+3", "null"]), Some(vec![])];
        assert_eq!(elements(text), whole);
        assert_eq!(
            Parts::of(text).shell,
            r#"{"a":{"interactions":[9]},"interactions": [],"messages":[],"z":1}"#
        );
    }

    #[test]
    fn what_is_no_list_stays() {
        for text in
            [r#"{"interactions":{"a":[1]},"b":[2]}"#, r#"{"x":"interactions","b":[2]}"#, "[1]", "7", "{}"]
        {
            assert_eq!((Parts::of(text).shell.as_str(), elements(text)), (text, [None, None]));
        }
    }

    #[test]
    fn what_is_not_json_comes_to_an_end() {
        for text in [
            "{",
            "{\"interactions\":[",
            "{\"interactions\":[\"",
            "{\"interactions\":[§§",
            "{\"a\\",
            "{\"interactions\":[{]}",
        ] {
            Parts::of(text);
        }
    }
}
