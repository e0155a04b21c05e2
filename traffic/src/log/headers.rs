//! Headers of a log, in every shape in which logs write them.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

/// Names and values, in the order of the log.
pub(super) struct Headers(Vec<(String, String)>);

impl Headers {
    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }
}

/// What stands at a name.
#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    One(Scalar),
    Several(Vec<Scalar>),
}

/// A value. Some loggers make a number of `Content-Length`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(serde_json::Number),
    Truth(bool),
    Nothing(()),
}

/// One header in a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Pair(String, Scalar),
    Named { name: String, value: Scalar },
}

impl Scalar {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
            Self::Truth(truth) => truth.to_string(),
            Self::Nothing(()) => String::new(),
        }
    }
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HeadersVisitor)
    }
}

struct HeadersVisitor;

impl<'de> Visitor<'de> for HeadersVisitor {
    type Value = Headers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("headers, as an object or a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
        let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or(8));
        while let Some(name) = map.next_key::<String>()? {
            match map.next_value()? {
                Values::One(value) => pairs.push((name, value.into_text())),
                Values::Several(values) => {
                    pairs.extend(values.into_iter().map(|value| (name.clone(), value.into_text())));
                }
            }
        }
        Ok(Headers(pairs))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Headers, A::Error> {
        let mut pairs = Vec::new();
        while let Some(entry) = seq.next_element()? {
            let (Entry::Pair(name, value) | Entry::Named { name, value }) = entry;
            pairs.push((name, value.into_text()));
        }
        Ok(Headers(pairs))
    }
}
