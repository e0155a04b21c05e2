//! What a finding says: a sentence with gaps, which a change fills.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value;

use crate::diff::{Change, Kind, Part, Use};
use crate::pointer::JsonPointer;

/// A sentence with gaps such as `{operation}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Message {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Gap(Gap),
}

/// What fills a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// `GET /shows/{id}`.
    Operation,
    /// `the request body`, `the query parameter "limit"`.
    Part,
    /// `"items[].title" in the response 200`, or the part where the change is about all of it.
    Value,
    /// The name of what the change is about, in quotes.
    Name,
    Before,
    After,
}

const GAPS: [(&str, Gap); 6] = [
    ("operation", Gap::Operation),
    ("part", Gap::Part),
    ("value", Gap::Value),
    ("name", Gap::Name),
    ("before", Gap::Before),
    ("after", Gap::After),
];

impl TryFrom<String> for Message {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or("a brace is not closed")?;
            let gap = GAPS.into_iter().find(|(known, _)| *known == name);
            let (_, gap) = gap.ok_or_else(|| {
                let known: Vec<&str> = GAPS.iter().map(|(known, _)| *known).collect();
                format!("{{{name}}} is filled by nothing: there are {}", known.join(", "))
            })?;
            pieces.extend([Piece::Text(before.to_owned()), Piece::Gap(gap)]);
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self { text, pieces })
    }
}

impl Message {
    /// The sentence with its gaps.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The sentence about `change` at one of its uses.
    #[must_use]
    pub fn about(&self, change: &Change, at: &Use) -> String {
        let mut text = String::new();
        let outgoing = at.operation.as_ref().is_some_and(|operation| operation.is_outgoing());
        for piece in &self.pieces {
            match piece {
                Piece::Text(fixed) if outgoing => text.push_str(&outgoing_words(fixed)),
                Piece::Text(fixed) => text.push_str(fixed),
                Piece::Gap(gap) => gap.fill(change, at, &mut text),
            }
        }
        text
    }
}

impl Gap {
    fn fill(self, change: &Change, at: &Use, text: &mut String) {
        let written = match self {
            Self::Operation => match &at.operation {
                Some(operation) => write!(text, "{operation}"),
                None => write!(text, "the document"),
            },
            Self::Part => write!(text, "{}", part(at)),
            Self::Value => {
                let place = change.place(at);
                if place.as_str().is_empty() {
                    write!(text, "{}", part(at))
                } else {
                    write!(text, "\"{}\" in {}", readable_place(&place), part(at))
                }
            }
            Self::Name => match &change.name {
                // A member is known by the whole way to it.
                Some(name) if change.member.is_some() => {
                    let place = readable_place(&change.place(at));
                    write!(text, "\"{}\"", if place.is_empty() { name } else { &place })
                }
                Some(name) => write!(text, "\"{name}\""),
                None => write!(text, "it"),
            },
            Self::Before => write!(text, "{}", shown(change.kind, &change.before)),
            Self::After => write!(text, "{}", shown(change.kind, &change.after)),
        };
        written.expect("a string can be written to");
    }
}

/// Nobody asked for what a webhook or a callback sends, so that it is no answer.
fn outgoing_words(fixed: &str) -> String {
    const WORDS: [(&str, &str); 7] = [
        ("answers without", "goes without"),
        ("answer without", "go without"),
        ("answers with", "sends"),
        ("answer with", "send"),
        ("answered with", "sent"),
        ("returns", "sends"),
        ("return ", "send "),
    ];
    WORDS.iter().fold(fixed.to_owned(), |text, (word, other)| text.replace(word, other))
}

fn part(at: &Use) -> String {
    match (&at.part, &at.operation) {
        (Part::Whole, None) => "the document".to_owned(),
        (part, _) => part.to_string(),
    }
}

/// `/items/*/title` as `items[].title`.
pub(crate) fn readable_place(place: &JsonPointer) -> String {
    let mut text = String::new();
    for token in place.tokens() {
        match token.as_str() {
            "*" => text.push_str("[]"),
            index if !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit()) => {
                text.push('[');
                text.push_str(index);
                text.push(']');
            }
            name => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
        }
    }
    text
}

/// A value as a sentence has it: in quotes where it is a text, unless that is a name of the
/// specification.
fn shown(kind: Kind, value: &Value) -> String {
    match (kind, value) {
        (_, Value::Null) => "nothing".to_owned(),
        (Kind::Type | Kind::TypeList | Kind::Style | Kind::Stability, Value::String(name)) => name.clone(),
        (_, Value::Array(values)) => values.iter().map(Value::to_string).collect::<Vec<_>>().join(", "),
        (_, value) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_shown_as_people_write_them() {
        for (pointer, shown) in [
            ("", ""),
            ("/title", "title"),
            ("/shows/*/title", "shows[].title"),
            ("/*/0/x", "[][0].x"),
            ("/a~1b/c", "a/b.c"),
        ] {
            assert_eq!(readable_place(&JsonPointer::parse(pointer).unwrap()), shown);
        }
    }

    #[test]
    fn a_gap_that_nothing_fills_is_refused() {
        let refused = |text: &str| Message::try_from(text.to_owned()).unwrap_err();
        assert!(refused("{operatoin} went").starts_with("{operatoin} is filled by nothing"));
        assert_eq!(refused("{operation"), "a brace is not closed");
        assert_eq!(Message::try_from("{value} went".to_owned()).unwrap().text(), "{value} went");
    }
}
