//! Path templates, such as `/shows/{id}.json`, split into segments that match.

use std::cmp::Reverse;

use crate::percent::{Segment, decode};

/// The path of an operation, as the document writes it.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub segments: Vec<Pattern>,
    /// Names between braces, in the order they stand in.
    pub names: Vec<String>,
}

/// One segment of a template. Two patterns that match the same segments are equal: the names of
/// parameters are no part of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Pattern {
    /// The text before the first parameter.
    head: Vec<u8>,
    /// For each parameter the text behind it, up to the next one.
    tails: Vec<Vec<u8>>,
}

impl Template {
    /// Reads a path. A brace that nothing closes stands for itself.
    pub fn parse(path: &str) -> Self {
        let mut names = Vec::new();
        let text = path.strip_prefix('/').unwrap_or(path);
        let segments = text.split('/').map(|segment| Pattern::parse(segment, &mut names)).collect();
        Self { segments, names }
    }
}

impl Pattern {
    fn parse(segment: &str, names: &mut Vec<String>) -> Self {
        let literal = |text: &str| Segment::new(text).bytes().to_vec();
        let mut texts = Vec::new();
        let mut rest = segment;
        while let Some((before, name, after)) = next_parameter(rest) {
            texts.push(literal(before));
            names.push(decode(name).into_owned());
            rest = after;
        }
        texts.push(literal(rest));
        let tails = texts.split_off(1);
        Self { head: texts.remove(0), tails }
    }

    /// The text of a segment without parameters.
    pub fn literal(&self) -> Option<&[u8]> {
        self.tails.is_empty().then_some(&self.head)
    }

    /// Sorts the more specific of two patterns first: more literal text, then fewer parameters.
    pub fn rank(&self) -> (Reverse<usize>, usize) {
        let literal = self.head.len() + self.tails.iter().map(Vec::len).sum::<usize>();
        (Reverse(literal), self.tails.len())
    }

    /// What each parameter holds if the segment matches; none may be empty.
    ///
    /// Each parameter takes as little as lets the text behind it match, and the text at the end is
    /// held to the end of the segment: if there is any match, this finds one.
    pub fn capture<'a>(&self, segment: &Segment<'a>) -> Option<Vec<&'a str>> {
        let bytes = segment.bytes();
        let mut start = bytes.starts_with(&self.head).then_some(self.head.len())?;
        let mut captures = Vec::with_capacity(self.tails.len());
        for (index, tail) in self.tails.iter().enumerate() {
            let end = if index + 1 == self.tails.len() {
                let end = bytes.len().checked_sub(tail.len())?;
                (end > start && bytes.ends_with(tail)).then_some(end)?
            } else {
                find(bytes, tail, start + 1)?
            };
            captures.push(segment.raw(start, end));
            start = end + tail.len();
        }
        (start == bytes.len()).then_some(captures)
    }
}

/// Splits `text` around its first `{name}`.
fn next_parameter(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('{')?;
    let close = open + text[open..].find('}')?;
    Some((&text[..open], &text[open + 1..close], &text[close + 1..]))
}

fn find(bytes: &[u8], text: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    if text.is_empty() {
        return Some(from);
    }
    rest.windows(text.len()).position(|window| window == text).map(|found| from + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captures(template: &str, segment: &'static str) -> Option<Vec<&'static str>> {
        Template::parse(template).segments[0].capture(&Segment::new(segment))
    }

    #[test]
    fn segments_match_their_templates() {
        let cases: &[(&str, &'static str, Option<&[&str]>)] = &[
            ("/shows", "shows", Some(&[])),
            ("/shows", "show", None),
            ("/shows", "showss", None),
            ("/{id}", "7", Some(&["7"])),
            ("/{id}", "", None),
            ("/{id}.json", "7.json", Some(&["7"])),
            ("/{id}.json", "a.json.json", Some(&["a.json"])),
            ("/{id}.json", ".json", None),
            ("/{id}.json", "7.xml", None),
            ("/{from}..{to}", "1..2", Some(&["1", "2"])),
            ("/{from}..{to}", "1..", None),
            ("/{a}{b}", "xyz", Some(&["x", "yz"])),
            ("/{a}{b}", "x", None),
            ("/v{n}-{m}!", "v1-2-3!", Some(&["1", "2-3"])),
            ("/a b", "a%20b", Some(&[])),
            ("/a%20b", "a%20b", Some(&[])),
            ("/{id}", "a%2Fb", Some(&["a%2Fb"])),
            ("/{open", "{open", Some(&[])),
            ("/rooms({id})", "rooms%28%C3%A9%29", Some(&["%C3%A9"])),
        ];
        for (template, segment, expected) in cases {
            assert_eq!(captures(template, segment).as_deref(), *expected, "{template} {segment}");
        }
    }

    #[test]
    fn names_are_no_part_of_a_pattern() {
        let (one, other) = (Template::parse("/a/{x}.json"), Template::parse("/a/{y}.json"));
        assert_eq!(one.segments, other.segments);
        assert_eq!(one.names, ["x"]);
    }
}
