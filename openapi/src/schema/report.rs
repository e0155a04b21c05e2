//! What a judge hands back: a verdict, and where it is wanted, the errors behind it.

use serde_json::Value;

use super::SchemaError;

/// Whether a value keeps a schema. Ordered by how much it weighs when all of several have to be
/// kept; where one of several is enough, the lightest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Kept,
    Undecided,
    Broken,
}

impl Verdict {
    pub(super) fn and(&mut self, other: Self) {
        *self = (*self).max(other);
    }
}

/// Errors that are told, at most. An array of a million wrong elements is as wrong as one of
/// a thousand.
const MAX_ERRORS: usize = 1_000;

/// The errors of one run, or of one branch of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Errors {
    pub(super) list: Vec<SchemaError>,
    pub(super) left_out: usize,
}

impl Errors {
    pub(super) fn push(&mut self, error: impl FnOnce() -> SchemaError) {
        if self.list.len() < MAX_ERRORS {
            self.list.push(error());
        } else {
            self.left_out += 1;
        }
    }

    pub(super) fn append(&mut self, more: Self) {
        for error in more.list {
            self.push(|| error);
        }
        self.left_out += more.left_out;
    }

    /// Sorted, each once; with one more that says how many are missing.
    pub(super) fn finish(mut self) -> Vec<SchemaError> {
        let key = |error: &SchemaError| {
            (error.instance.clone(), error.rule.clone(), error.keyword.clone(), error.message.clone())
        };
        self.list.sort_by_cached_key(key);
        self.list.dedup();
        if self.left_out > 0
            && let Some(first) = self.list.first().cloned()
        {
            let message = format!("and {} further violations", self.left_out);
            self.list.push(SchemaError { message, expected: Value::Null, actual: None, ..first });
        }
        self.list
    }
}

/// A text is cut after this many characters, a list or an object after this many entries.
const MAX_TEXT: usize = 200;
const MAX_ENTRIES: usize = 20;
const MAX_LEVELS: usize = 3;

/// A value cut to a size that a person reads.
pub(super) fn excerpt(value: &Value) -> Value {
    shortened(value, MAX_LEVELS)
}

fn shortened(value: &Value, levels: usize) -> Value {
    match value {
        Value::String(text) => match text.char_indices().nth(MAX_TEXT) {
            Some((end, _)) => Value::String(format!("{}…", &text[..end])),
            None => value.clone(),
        },
        Value::Array(elements) if levels == 0 && !elements.is_empty() => {
            Value::String(format!("[… {} elements]", elements.len()))
        }
        Value::Object(members) if levels == 0 && !members.is_empty() => {
            Value::String(format!("{{… {} members}}", members.len()))
        }
        Value::Array(elements) => {
            let mut kept: Vec<Value> =
                elements.iter().take(MAX_ENTRIES).map(|element| shortened(element, levels - 1)).collect();
            if elements.len() > MAX_ENTRIES {
                kept.push(Value::String(format!("… {} more", elements.len() - MAX_ENTRIES)));
            }
            Value::Array(kept)
        }
        Value::Object(members) => {
            let mut kept: serde_json::Map<String, Value> = members
                .iter()
                .take(MAX_ENTRIES)
                .map(|(key, value)| (key.clone(), shortened(value, levels - 1)))
                .collect();
            if members.len() > MAX_ENTRIES {
                kept.insert("…".to_owned(), Value::String(format!("{} more", members.len() - MAX_ENTRIES)));
            }
            Value::Object(kept)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
