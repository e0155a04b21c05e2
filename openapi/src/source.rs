//! One file's text and value, and the line on which every place in it stands.

mod json;
mod lines;
mod scalar;
mod yaml;

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::load::{LoadError, LoadOptions};
use crate::pointer::JsonPointer;
use crate::violation::Position;
pub(crate) use lines::Entry;
use lines::Lines;

/// A JSON or YAML file that has been read.
///
/// YAML comes from the events of `saphyr-parser` rather than from a deserializer: one pass gives
/// the value and the lines, keys such as `200:` become strings, and what aliases expand to is
/// counted. JSON comes from `serde_json`; its lines are looked for when the first is asked for,
/// because most documents are read without one finding.
#[derive(Debug)]
pub struct Source {
    file: Arc<str>,
    /// Kept for JSON alone, whose lines come later.
    text: Option<String>,
    value: Value,
    lines: OnceLock<Lines>,
}

impl Source {
    /// Reads `text`, which is JSON where its first character is `{` or `[` and it can be read as
    /// JSON, and YAML elsewhere. `file` is the name that positions and errors carry.
    pub fn parse(file: &str, text: &str, limits: &LoadOptions) -> Result<Self, LoadError> {
        let file: Arc<str> = file.into();
        if text.len() as u64 > limits.max_bytes {
            return Err(LoadError::TooLarge { file, limit: limits.max_bytes });
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim_start().starts_with(['{', '[']) && !is_yaml_name(&file) {
            let value = json::read(&file, text, limits)?;
            return Ok(Self { file, text: Some(text.to_owned()), value, lines: OnceLock::new() });
        }
        let (value, lines) = yaml::read(&file, text, limits)?;
        Ok(Self { file, text: None, value, lines: OnceLock::from(lines) })
    }

    /// A value that was never a text, and so has no lines.
    pub(crate) fn of_value(file: &str, value: Value) -> Self {
        Self { file: file.into(), text: None, value, lines: OnceLock::from(Lines::default()) }
    }

    /// What the file says.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The name the file was read under.
    #[must_use]
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// The line, from 1, on which the member or element that `pointer` names begins; where nothing
    /// stands there, the line of the innermost place on the way that does exist.
    #[must_use]
    pub fn line(&self, pointer: &JsonPointer) -> Option<usize> {
        self.lines().find(pointer)
    }

    /// The members of the object that `pointer` names, in the order of the file.
    pub(crate) fn entries(&self, pointer: &JsonPointer) -> Vec<Entry<'_>> {
        self.lines().entries(pointer)
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| self.text.as_deref().map(json::lines).unwrap_or_default())
    }

    /// What the file says, for who takes it to pieces.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.value
    }

    /// File, pointer and line of a place.
    #[must_use]
    pub fn position(&self, pointer: &JsonPointer) -> Position {
        Position { file: Arc::clone(&self.file), pointer: pointer.clone(), line: self.line(pointer) }
    }
}

/// Where everything in a file stands, without what it says.
#[derive(Debug)]
pub struct Places {
    file: Arc<str>,
    lines: Lines,
}

impl Places {
    /// The places of a text that is JSON.
    #[must_use]
    pub fn of_json(file: &str, text: &str) -> Self {
        Self { file: file.into(), lines: json::lines(text) }
    }

    /// The place that `pointer` names; where the file has no such place, the innermost one on the
    /// way to it.
    #[must_use]
    pub fn nearest(&self, pointer: &JsonPointer) -> Position {
        let (pointer, line) = self.lines.nearest(pointer);
        Position { file: Arc::clone(&self.file), pointer, line }
    }
}

/// A flow mapping is YAML too: a file that says so by its name may begin with a brace.
fn is_yaml_name(file: &str) -> bool {
    let extension = file.rsplit('.').next().unwrap_or_default();
    extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
}

#[cfg(test)]
mod tests;
