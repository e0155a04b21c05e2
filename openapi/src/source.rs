//! One file's text and value, and the line on which every place in it stands.

mod json;
mod lines;
mod moves;
mod scalar;
mod yaml;

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::load::{LoadError, LoadOptions};
use crate::pointer::JsonPointer;
use crate::violation::Position;
pub(crate) use lines::Entry;
use lines::Lines;
pub(crate) use moves::Moves;

/// A JSON or YAML file that has been read.
///
/// YAML comes from the events of `saphyr-parser` rather than from a deserializer: one pass gives
/// the value and the lines, keys such as `200:` become strings, and what aliases expand to is
/// counted. JSON comes from `serde_json`; its lines are looked for when the first is asked for, because
/// most pacts are read without one finding.
#[derive(Debug)]
pub struct Source {
    file: Arc<str>,
    /// Kept for JSON alone, whose lines come later.
    text: Option<String>,
    value: Value,
    lines: OnceLock<Lines>,
    /// Where the parts of the value were written, where it was put into another shape.
    origins: Option<Moves>,
}

impl Source {
    /// Reads `text`, which is JSON where its first character is `{` or `[` and it can be read as
    /// JSON, and YAML elsewhere. `file` is the name that positions and errors carry.
    pub fn parse(file: &str, text: &str, limits: &LoadOptions) -> Result<Self, LoadError> {
        Self::read(file, text, limits, |text| (Some(text.to_owned()), OnceLock::new()))
    }

    /// The same, with the lines looked for at once: whoever asks for some in any case need not keep the
    /// text until then.
    pub(crate) fn parse_with_lines(file: &str, text: &str, limits: &LoadOptions) -> Result<Self, LoadError> {
        Self::read(file, text, limits, |text| (None, OnceLock::from(json::lines(text))))
    }

    fn read(
        file: &str,
        text: &str,
        limits: &LoadOptions,
        json_lines: fn(&str) -> (Option<String>, OnceLock<Lines>),
    ) -> Result<Self, LoadError> {
        let file: Arc<str> = file.into();
        if text.len() as u64 > limits.max_bytes {
            return Err(LoadError::TooLarge { file, limit: limits.max_bytes });
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim_start().starts_with(['{', '[']) && !is_yaml_name(&file) {
            let value = json::read(&file, text, limits)?;
            let (text, lines) = json_lines(text);
            return Ok(Self { file, text, value, lines, origins: None });
        }
        let (value, lines) = yaml::read(&file, text, limits)?;
        Ok(Self { file, text: None, value, lines: OnceLock::from(lines), origins: None })
    }

    /// A value that was never a text, and so has no lines.
    pub(crate) fn of_value(file: &str, value: Value) -> Self {
        let lines = OnceLock::from(Lines::default());
        Self { file: file.into(), text: None, value, lines, origins: None }
    }

    /// What the file says, for who takes out what nobody asks for.
    pub(crate) fn value_mut(&mut self) -> &mut Value {
        &mut self.value
    }

    /// Puts the value into another shape; positions are still those of the file as it is written.
    pub(crate) fn reshape(&mut self, value: Value, origins: Moves) {
        self.value = value;
        self.origins = Some(origins);
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
        self.position(pointer).line
    }

    /// The members of the object that `pointer` names, in the order of the file. Where the value has
    /// been put into another shape these are the members that were written.
    pub(crate) fn entries(&self, pointer: &JsonPointer) -> Vec<Entry<'_>> {
        self.lines().entries(&self.written(pointer))
    }

    /// The place of the file as it is written that `pointer` names.
    pub(crate) fn written(&self, pointer: &JsonPointer) -> JsonPointer {
        self.origins.as_ref().map_or_else(|| pointer.clone(), |origins| origins.of(pointer))
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| self.text.as_deref().map(json::lines).unwrap_or_default())
    }

    /// What the file says, for who takes it to pieces.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.value
    }

    /// File, pointer and line of a place. The pointer is one of the file as it is written, whatever
    /// shape the value has been put into; then it names a place that is there.
    #[must_use]
    pub fn position(&self, pointer: &JsonPointer) -> Position {
        let (pointer, line) = match &self.origins {
            None => (pointer.clone(), self.lines().find(pointer)),
            Some(origins) => self.lines().nearest(&origins.of(pointer)),
        };
        Position { file: Arc::clone(&self.file), pointer, line }
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
