//! YAML: value and lines from one pass over the events of `saphyr-parser`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};
use serde_json::{Map, Value};

use super::lines::{Lines, Open};
use super::scalar;
use crate::load::{LoadError, LoadOptions, OBJECT};

/// Value and lines of a YAML text of one document, or of none, which is `null`.
pub(super) fn read(file: &Arc<str>, text: &str, limits: &LoadOptions) -> Result<(Value, Lines), LoadError> {
    let mut builder = Builder::new(file, limits);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| builder.explain(&error))?;
        builder.event(event, &span)?;
    }
    Ok((builder.root.unwrap_or_default(), builder.lines.complete()))
}

struct Builder<'l> {
    file: &'l Arc<str>,
    limits: &'l LoadOptions,
    root: Option<Value>,
    lines: Lines,
    /// Arrays and objects whose end has not come.
    open: Vec<Container>,
    anchors: HashMap<usize, Anchored>,
    values: usize,
    /// Bytes of scalars and keys, those that aliases repeat counted anew.
    weight: u64,
    documents: usize,
    /// Where the last key stood, which is where its member begins.
    key_line: usize,
}

struct Container {
    content: Content,
    begun: Begun,
}

/// What has to be known of a value at its end.
struct Begun {
    /// 0 where it has none.
    anchor: usize,
    place: Open,
    /// The values and the weight before it, to know its own.
    values: usize,
    weight: u64,
}

enum Content {
    Array(Vec<Value>),
    Object { members: Map<String, Value>, key: Option<String>, merges: Vec<Value> },
}

/// What an alias stands for.
struct Anchored {
    value: Value,
    place: Open,
    values: usize,
    weight: u64,
}

/// Line and column, both from 1.
type At = (usize, usize);

/// The key that YAML 1.1 merges other mappings under, and that real documents still use.
const MERGE: &str = "<<";

impl<'l> Builder<'l> {
    fn new(file: &'l Arc<str>, limits: &'l LoadOptions) -> Self {
        Self {
            file,
            limits,
            root: None,
            lines: Lines::default(),
            open: Vec::new(),
            anchors: HashMap::new(),
            values: 0,
            weight: 0,
            documents: 0,
            key_line: 0,
        }
    }

    fn event(&mut self, event: Event<'_>, span: &Span) -> Result<(), LoadError> {
        let at = (span.start.line(), span.start.col() + 1);
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(self.malformed(at, "a second YAML document begins: keep one in a file"));
                }
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => self.scalar((&text, style, anchor, tag), at),
            Event::SequenceStart(anchor, _) => self.begin(Content::Array(Vec::new()), anchor, at),
            Event::MappingStart(anchor, _) => {
                self.begin(Content::Object { members: Map::new(), key: None, merges: Vec::new() }, anchor, at)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(at),
            Event::Alias(anchor) => self.alias(anchor, at),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        (text, style, anchor, tag): (&str, ScalarStyle, usize, Option<Cow<'_, Tag>>),
        at: At,
    ) -> Result<(), LoadError> {
        if self.key_is_next() {
            return self.key(text, at);
        }
        let plain = style == ScalarStyle::Plain;
        let value =
            scalar::resolve(text, plain, tag.as_deref()).map_err(|reason| self.malformed(at, &reason))?;
        let (values, weight) = (self.values, self.weight);
        self.count(1, text.len() as u64, at)?;
        let place = self.place(at);
        self.lines.close(place);
        self.keep(&Begun { anchor, place, values, weight }, &value, at)?;
        self.put(value);
        Ok(())
    }

    fn begin(&mut self, content: Content, anchor: usize, at: At) -> Result<(), LoadError> {
        if self.key_is_next() {
            return Err(self.malformed(at, "a key is not a scalar: JSON has none such"));
        }
        if self.open.len() >= self.limits.max_depth {
            let (file, limit) = (Arc::clone(self.file), self.limits.max_depth);
            return Err(LoadError::TooDeep { file, line: at.0, limit });
        }
        let (values, weight) = (self.values, self.weight);
        self.count(if matches!(content, Content::Object { .. }) { OBJECT } else { 1 }, 0, at)?;
        let place = self.place(at);
        self.open.push(Container { content, begun: Begun { anchor, place, values, weight } });
        Ok(())
    }

    fn end(&mut self, at: At) -> Result<(), LoadError> {
        let Some(ended) = self.open.pop() else { return Ok(()) };
        let value = match ended.content {
            Content::Array(elements) => Value::Array(elements),
            Content::Object { mut members, merges, .. } => {
                // A key of the mapping itself wins, then the mapping that was named first.
                let mut merged = HashSet::new();
                for (key, value) in merges.into_iter().flat_map(mappings).flatten() {
                    if !members.contains_key(&key) {
                        merged.insert(key.clone());
                        members.insert(key, value);
                    }
                }
                if !merged.is_empty() {
                    let places = self.lines.repeat_merged(MERGE, ended.begun.place, merged);
                    self.count(places, 0, at)?;
                }
                Value::Object(members)
            }
        };
        self.lines.close(ended.begun.place);
        self.keep(&ended.begun, &value, at)?;
        self.put(value);
        Ok(())
    }

    fn alias(&mut self, anchor: usize, at: At) -> Result<(), LoadError> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            return Err(self.malformed(at, "an alias stands inside what it stands for, or for a key"));
        };
        let (original, values, weight) = (anchored.place, anchored.values, anchored.weight);
        if self.key_is_next() {
            let Value::String(key) = anchored.value.clone() else {
                return Err(self.malformed(at, "an alias for a key stands for no text"));
            };
            return self.key(&key, at);
        }
        self.count(values, weight, at)?;
        let value = self.anchors[&anchor].value.clone();
        let place = self.place(at);
        self.lines.repeat_inside(original);
        self.lines.close(place);
        self.put(value);
        Ok(())
    }

    /// Keeps a copy of what was anchored. The copy counts, or a file of anchors inside anchors would
    /// take its size many times over.
    fn keep(&mut self, begun: &Begun, value: &Value, at: At) -> Result<(), LoadError> {
        if begun.anchor == 0 {
            return Ok(());
        }
        let (values, weight) = (self.values - begun.values, self.weight - begun.weight);
        self.count(values, weight, at)?;
        let anchored = Anchored { value: value.clone(), place: begun.place, values, weight };
        self.anchors.insert(begun.anchor, anchored);
        Ok(())
    }

    fn count(&mut self, values: usize, weight: u64, at: At) -> Result<(), LoadError> {
        self.values += values;
        self.weight += weight;
        let file = || Arc::clone(self.file);
        if self.values > self.limits.max_values {
            return Err(LoadError::TooManyValues { file: file(), line: at.0, limit: self.limits.max_values });
        }
        if self.weight > self.limits.max_bytes {
            return Err(LoadError::TooLarge { file: file(), limit: self.limits.max_bytes });
        }
        Ok(())
    }

    fn key_is_next(&self) -> bool {
        let last = self.open.last().map(|container| &container.content);
        matches!(last, Some(Content::Object { key: None, .. }))
    }

    fn key(&mut self, text: &str, at: At) -> Result<(), LoadError> {
        self.count(0, text.len() as u64, at)?;
        let last = self.open.last_mut().map(|container| &mut container.content);
        let Some(Content::Object { members, key, .. }) = last else { return Ok(()) };
        if members.contains_key(text) {
            let (file, (line, column)) = (Arc::clone(self.file), at);
            return Err(LoadError::DuplicateKey { file, line, column, key: text.to_owned() });
        }
        *key = Some(text.to_owned());
        self.key_line = at.0;
        Ok(())
    }

    /// Opens the place of the value that begins now; a member begins with its key.
    fn place(&mut self, at: At) -> Open {
        match self.open.last().map(|container| &container.content) {
            Some(Content::Object { key: Some(key), .. }) => self.lines.open(Some(key), self.key_line),
            _ => self.lines.open(None, at.0),
        }
    }

    fn put(&mut self, value: Value) {
        match self.open.last_mut().map(|container| &mut container.content) {
            None => self.root = Some(value),
            Some(Content::Array(elements)) => elements.push(value),
            Some(Content::Object { members, key, merges }) => match key.take() {
                Some(key) if key == MERGE && (value.is_object() || value.is_array()) => merges.push(value),
                Some(key) => {
                    members.insert(key, value);
                }
                None => {}
            },
        }
    }

    fn explain(&self, error: &ScanError) -> LoadError {
        let marker = error.marker();
        // The scanner looks ahead and counts too.
        if error.info() == "recursion limit exceeded" {
            let (file, limit) = (Arc::clone(self.file), self.limits.max_depth);
            return LoadError::TooDeep { file, line: marker.line(), limit };
        }
        self.malformed((marker.line(), marker.col() + 1), error.info())
    }

    fn malformed(&self, (line, column): At, reason: &str) -> LoadError {
        LoadError::Malformed { file: Arc::clone(self.file), line, column, reason: reason.to_owned() }
    }
}

/// The mappings that stand under a merge key: one, or a sequence of some.
fn mappings(value: Value) -> Vec<Map<String, Value>> {
    match value {
        Value::Object(members) => vec![members],
        Value::Array(elements) => elements.into_iter().flat_map(mappings).collect(),
        _ => Vec::new(),
    }
}
