//! RFC 6901 pointers, the one way to name a place inside a JSON or YAML value.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A JSON pointer (RFC 6901), such as `/paths/~1shows/get`. The empty pointer names the whole value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonPointer(String);

impl JsonPointer {
    /// The pointer to the whole value.
    #[must_use]
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// Takes text that already is a pointer: empty, or beginning with `/`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.is_empty() || text.starts_with('/')).then(|| Self(text.to_owned()))
    }

    /// The pointer to the member `token` of what this one names; escapes `~` and `/`.
    #[must_use]
    pub fn join(&self, token: impl AsRef<str>) -> Self {
        let token = token.as_ref();
        let mut text = String::with_capacity(self.0.len() + 1 + token.len());
        text.push_str(&self.0);
        push(&mut text, token);
        Self(text)
    }

    /// The pointer to the element `index` of the array that this one names.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// This pointer followed by all of `rest`.
    #[must_use]
    pub fn append(&self, rest: &Self) -> Self {
        Self(format!("{}{}", self.0, rest.0))
    }

    /// The pointer's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What this names inside of `value`: as `serde_json` does, without a text for each token.
    pub(crate) fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        let mut here = value;
        for token in self.0.split('/').skip(1) {
            here = match here {
                Value::Object(members) => members.get(&*unescaped(token))?,
                Value::Array(elements) => elements.get(index(token)?)?,
                _ => return None,
            };
        }
        Some(here)
    }

    /// The unescaped last reference token; none of the root.
    #[must_use]
    pub fn last(&self) -> Option<Cow<'_, str>> {
        let (_, last) = self.0.rsplit_once('/')?;
        Some(unescaped(last))
    }

    /// The unescaped reference tokens, from the root down, each with the length of the pointer that ends
    /// with it.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (Cow<'_, str>, usize)> + '_ {
        let mut end = 0;
        self.0.split('/').skip(1).map(move |token| {
            end += 1 + token.len();
            (unescaped(token), end)
        })
    }

    /// The pointer that is the first `length` bytes of this one, as [`Self::steps`] gives them.
    pub(crate) fn up_to(&self, length: usize) -> Self {
        Self(self.0[..length].to_owned())
    }

    /// The unescaped reference tokens, from the root down.
    pub fn tokens(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(|token| unescaped(token).into_owned())
    }
}

fn unescaped(token: &str) -> Cow<'_, str> {
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}

/// An index as RFC 6901 writes it: digits, without a nought in front.
fn index(token: &str) -> Option<usize> {
    let plain = token == "0" || token.starts_with(|first: char| matches!(first, '1'..='9'));
    token.parse().ok().filter(|_| plain)
}

fn push(text: &mut String, token: &str) {
    text.push('/');
    if !token.contains(['~', '/']) {
        return text.push_str(token);
    }
    for character in token.chars() {
        match character {
            '~' => text.push_str("~0"),
            '/' => text.push_str("~1"),
            other => text.push(other),
        }
    }
}

/// The way from a whole value to a part, as a list on the stack: who walks a value builds a pointer
/// only where there is something to tell.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Path<'p> {
    Root,
    Member(&'p Path<'p>, &'p str),
    Element(&'p Path<'p>, usize),
}

impl Path<'_> {
    pub(crate) fn pointer(&self) -> JsonPointer {
        let mut text = String::new();
        self.write(&mut text);
        JsonPointer(text)
    }

    fn write(&self, text: &mut String) {
        match self {
            Self::Root => {}
            Self::Member(parent, key) => {
                parent.write(text);
                push(text, key);
            }
            Self::Element(parent, index) => {
                parent.write(text);
                push(text, &index.to_string());
            }
        }
    }
}

impl fmt::Display for JsonPointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_place_is_found_as_serde_json_finds_it() {
        let value = json!({"a/b": {"m~n": [1, {"": 2}]}, "~1": 3, "0": {"01": 4}, "": 5, "list": [[6]]});
        let pointers = [
            "",
            "/",
            "/a~1b",
            "/a~1b/m~0n",
            "/a~1b/m~0n/0",
            "/a~1b/m~0n/1/",
            "/~01",
            "/0/01",
            "/list/0/0",
            "/list/00",
            "/list/+0",
            "/list/-",
            "/list/1",
            "/list/",
            "/list/0/0/0",
            "/a~1b/none",
        ];
        for text in pointers {
            let pointer = JsonPointer::parse(text).unwrap();
            assert_eq!(pointer.find(&value), value.pointer(text), "{text}");
        }
    }
}
