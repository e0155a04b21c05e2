//! JSON: its value by `serde_json`, with limits and without duplicate keys, and its lines by the
//! tokens of `jsonc-parser`.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::Arc;

use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use super::lines::{Lines, Open};
use crate::load::{LoadError, LoadOptions, OBJECT};

/// The value of a JSON text.
pub(super) fn read(file: &Arc<str>, text: &str, limits: &LoadOptions) -> Result<Value, LoadError> {
    let reader = Reader { limits, values: Cell::new(0), problem: RefCell::new(None) };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = Seed { reader: &reader, depth: 0 };
    let read = seed.deserialize(&mut deserializer);
    read.and_then(|value| deserializer.end().map(|()| value)).map_err(|error| reader.explain(file, &error))
}

struct Reader<'l> {
    limits: &'l LoadOptions,
    values: Cell<usize>,
    /// What `serde_json` was stopped for, where it was not its own reason.
    problem: RefCell<Option<Problem>>,
}

enum Problem {
    DuplicateKey(String),
    TooDeep,
    TooManyValues,
}

impl Reader<'_> {
    fn stop<E: serde::de::Error>(&self, problem: Problem) -> E {
        *self.problem.borrow_mut() = Some(problem);
        E::custom("stopped")
    }

    fn count<E: serde::de::Error>(&self, values: usize) -> Result<(), E> {
        self.values.set(self.values.get() + values);
        if self.values.get() > self.limits.max_values {
            return Err(self.stop(Problem::TooManyValues));
        }
        Ok(())
    }

    fn explain(&self, file: &Arc<str>, error: &serde_json::Error) -> LoadError {
        let (file, line, column) = (Arc::clone(file), error.line(), error.column());
        match self.problem.take() {
            Some(Problem::DuplicateKey(key)) => LoadError::DuplicateKey { file, line, column, key },
            Some(Problem::TooDeep) => LoadError::TooDeep { file, line, limit: self.limits.max_depth },
            Some(Problem::TooManyValues) => {
                LoadError::TooManyValues { file, line, limit: self.limits.max_values }
            }
            None => LoadError::Malformed { file, line, column, reason: reason(error) },
        }
    }
}

/// `serde_json`'s own words without the place, which stands in front already.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(reason, _)| reason.to_owned())
}

#[derive(Clone, Copy)]
struct Seed<'r, 'l> {
    reader: &'r Reader<'l>,
    depth: usize,
}

impl Seed<'_, '_> {
    fn inside<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= self.reader.limits.max_depth {
            return Err(self.reader.stop(Problem::TooDeep));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.reader.count(1)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let seed = self.inside()?;
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(seed)? {
            array.push(element);
        }
        // Most arrays are short, and most values of a document stand in one.
        array.shrink_to_fit();
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let seed = self.inside()?;
        self.reader.count(OBJECT - 1)?;
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            match object.entry(key) {
                Entry::Vacant(place) => place.insert(members.next_value_seed(seed)?),
                Entry::Occupied(place) => {
                    return Err(self.reader.stop(Problem::DuplicateKey(place.key().clone())));
                }
            };
        }
        Ok(Value::Object(object))
    }
}

/// The lines of a JSON text that has been read once without an error. They come from its tokens: a
/// tree of a large pact would weigh more than the pact.
pub(super) fn lines(text: &str) -> Lines {
    let mut walk = Walk { text, offset: 0, line: 1, lines: Lines::default(), open: Vec::new(), key: None };
    let mut scanner = Scanner::new(text, &ScannerOptions::default());
    while let Ok(Some(token)) = scanner.scan() {
        walk.token(token, scanner.token_start());
    }
    walk.lines.complete()
}

struct Walk<'t> {
    text: &'t str,
    /// How far lines have been counted; tokens come in the order of the text.
    offset: usize,
    line: usize,
    lines: Lines,
    /// The objects and arrays around the next token, and whether each is an object.
    open: Vec<(Open, bool)>,
    /// The key of the member whose value comes next, and where it begins.
    key: Option<(Cow<'t, str>, usize)>,
}

impl<'t> Walk<'t> {
    fn token(&mut self, token: Token<'t>, start: usize) {
        let in_object = self.open.last().is_some_and(|(_, is_object)| *is_object);
        match token {
            Token::Comma | Token::Colon => {}
            Token::CloseBrace | Token::CloseBracket => {
                if let Some((place, _)) = self.open.pop() {
                    self.lines.close(place);
                }
            }
            Token::String(key) if in_object && self.key.is_none() => self.key = Some((key, start)),
            value => {
                let place = self.begin(start);
                match value {
                    Token::OpenBrace => self.open.push((place, true)),
                    Token::OpenBracket => self.open.push((place, false)),
                    _ => self.lines.close(place),
                }
            }
        }
    }

    /// Begins the place of a value: a member begins with its key.
    fn begin(&mut self, start: usize) -> Open {
        let (key, start) = self.key.take().map_or((None, start), |(key, start)| (Some(key), start));
        self.line += self.text[self.offset..start].matches('\n').count();
        self.offset = start;
        self.lines.open(key.as_deref(), self.line)
    }
}
