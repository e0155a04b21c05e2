//! A pact, read one interaction at a time: its two names, and where everything in it stands.

mod error;
mod parts;

use std::fs::File;
use std::io::Read as _;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use countersign_openapi::{JsonPointer, LoadOptions, Places, Position, Source};
use pact_models::PactSpecification;
use pact_models::pact::{determine_spec_version, parse_meta_data};
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::interaction::Interaction;
use crate::name::{ConsumerName, NameError, ProviderName};
use crate::shape::Misshapen;
pub use error::PactError;
use error::malformed;
use parts::{LISTS, Parts};

/// Bytes of a pact, at most; 10,000 interactions of ordinary size are a tenth of it.
pub const MAX_BYTES: u64 = 128 * 1024 * 1024;
/// Levels of nesting, at most.
const MAX_DEPTH: usize = 120;

/// A pact of any specification from V1 to V4.
#[derive(Debug)]
pub struct Pact {
    file: Arc<str>,
    text: String,
    consumer: ConsumerName,
    provider: ProviderName,
    specification: PactSpecification,
    interactions: Vec<Part>,
    /// Looked for when the first is asked for: most pacts are read without one finding.
    places: OnceLock<Places>,
    /// Those of the interaction that was asked about last. To look each place up from the root takes
    /// longer the more interactions there are.
    latest: Mutex<Option<(usize, Places)>>,
}

/// Where one interaction stands.
#[derive(Debug)]
struct Part {
    range: Range<usize>,
    pointer: JsonPointer,
    /// Counted from 1.
    line: usize,
}

impl Pact {
    /// Reads a pact file. The file is hostile input: bounded in size and depth.
    pub fn load(path: &Path) -> Result<Self, PactError> {
        let name = path.to_string_lossy();
        let unreadable = |source| PactError::Unreadable { file: name.to_string(), source };
        let file = File::open(path).map_err(unreadable)?;
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        Self::from_bytes(&name, bytes)
    }

    /// Reads a pact from the bytes of a file; `file` is the name that positions and errors carry.
    pub fn from_bytes(file: &str, bytes: Vec<u8>) -> Result<Self, PactError> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(PactError::TooLarge { file: file.to_owned() });
        }
        let text = String::from_utf8(bytes).map_err(|error| PactError::NotUtf8 {
            file: file.to_owned(),
            offset: error.utf8_error().valid_up_to(),
        })?;
        let text =
            if text.starts_with('\u{feff}') { text.trim_start_matches('\u{feff}').to_owned() } else { text };
        Self::parse(file, text)
    }

    fn parse(file: &str, text: String) -> Result<Self, PactError> {
        // JSON in the narrow sense: other tools have to read the same file.
        serde_json::from_str::<IgnoredAny>(&text).map_err(|error| malformed(file, &error))?;
        let Parts { shell, lists } = Parts::of(&text);
        let json = value(file, &shell, &text)?;
        let head = Head { file, text: &text, json: &json };
        let specification = head.specification()?;
        let consumer = head.party("consumer", ConsumerName::parse)?;
        let provider = head.party("provider", ProviderName::parse)?;
        head.refuse_other_lists(&lists)?;
        Ok(Self {
            file: file.into(),
            consumer,
            provider,
            specification,
            interactions: located(&text, &lists),
            places: OnceLock::new(),
            latest: Mutex::new(None),
            text,
        })
    }

    /// The name it was read under.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    #[must_use]
    pub fn consumer(&self) -> &ConsumerName {
        &self.consumer
    }

    #[must_use]
    pub fn provider(&self) -> &ProviderName {
        &self.provider
    }

    #[must_use]
    pub fn specification(&self) -> PactSpecification {
        self.specification
    }

    /// How many interactions it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.interactions.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every interaction, in the order of the file, each read when it is asked for.
    pub fn interactions(&self) -> impl Iterator<Item = Result<Interaction, PactError>> + '_ {
        self.interactions.iter().map(|Part { range, pointer, line }| {
            let json = value(&self.file, &self.text[range.clone()], &self.text)?;
            let file = Arc::clone(&self.file);
            let position = Position { file, pointer: pointer.clone(), line: Some(*line) };
            Interaction::read(json, position, self.specification)
                .map_err(|wrong| self.misshapen(pointer, &wrong))
        })
    }

    /// What is wrong below the interaction at `interaction`, told of the file.
    #[must_use]
    pub fn misshapen(&self, interaction: &JsonPointer, wrong: &Misshapen) -> PactError {
        let pointer = interaction.append(&wrong.at);
        let line = self.position(&pointer).line;
        PactError::Misshapen { file: self.file.to_string(), pointer, line, reason: wrong.reason.clone() }
    }

    /// Where `pointer` stands in the file; where the file has no such place, the nearest place
    /// around it.
    #[must_use]
    pub fn position(&self, pointer: &JsonPointer) -> Position {
        self.inside(pointer).unwrap_or_else(|| {
            self.places.get_or_init(|| Places::of_json(&self.file, &self.text)).nearest(pointer)
        })
    }

    /// The position of a place in one of the interactions.
    fn inside(&self, pointer: &JsonPointer) -> Option<Position> {
        let text = pointer.as_str();
        let end = text.match_indices('/').nth(2).map_or(text.len(), |(end, _)| end);
        let (list, index) = text[1.min(end)..end].split_once('/')?;
        let index: usize = index.parse().ok()?;
        // Messages stand behind interactions.
        let first = self.interactions.partition_point(|part| !is_in(part, list));
        let at = self.interactions[..first].len() + index;
        let part = self.interactions.get(at).filter(|part| part.pointer.as_str() == &text[..end])?;
        let below = JsonPointer::parse(&text[end..])?;
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if latest.as_ref().is_none_or(|(known, _)| *known != at) {
            *latest = Some((at, Places::of_json(&self.file, &self.text[part.range.clone()])));
        }
        let (_, places) = latest.as_ref()?;
        let inner = places.nearest(&below);
        let line = inner.line.map(|line| part.line + line - 1);
        Some(Position { pointer: part.pointer.append(&inner.pointer), line, ..inner })
    }
}

/// What stands around the interactions, and the whole text for the lines of complaints.
struct Head<'a> {
    file: &'a str,
    text: &'a str,
    json: &'a Value,
}

impl Head<'_> {
    fn specification(&self) -> Result<PactSpecification, PactError> {
        if !self.json.is_object() {
            return Err(self.misshapen(JsonPointer::root(), "a pact is a JSON object"));
        }
        let metadata = parse_meta_data(self.json);
        match determine_spec_version(self.file, &metadata) {
            PactSpecification::Unknown => Err(PactError::UnsupportedVersion {
                file: self.file.to_owned(),
                version: metadata
                    .get("pactSpecification")
                    .and_then(|specification| specification.get("version"))
                    .cloned()
                    .unwrap_or_default(),
            }),
            specification => Ok(specification),
        }
    }

    fn party<T>(
        &self,
        party: &'static str,
        parse: impl Fn(&str) -> Result<T, NameError>,
    ) -> Result<T, PactError> {
        let at = JsonPointer::root().join(party).join("name");
        let Some(name) = self.json.pointer(at.as_str()).and_then(Value::as_str) else {
            return Err(self.misshapen(at, "the pact does not say who this party is"));
        };
        let bad =
            |reason| PactError::BadName { file: self.file.to_owned(), party, name: name.to_owned(), reason };
        parse(name).map_err(bad)
    }

    /// A list that is none would be left out without a word.
    fn refuse_other_lists(&self, lists: &[Option<Vec<Range<usize>>>]) -> Result<(), PactError> {
        for (name, list) in LISTS.iter().zip(lists) {
            if list.is_none() && self.json.get(*name).is_some() {
                return Err(self.misshapen(JsonPointer::root().join(name), "it is no array"));
            }
        }
        if lists.iter().all(Option::is_none) {
            return Err(self.misshapen(JsonPointer::root(), "it has no \"interactions\""));
        }
        Ok(())
    }

    fn misshapen(&self, pointer: JsonPointer, reason: &str) -> PactError {
        let line = Places::of_json(self.file, self.text).nearest(&pointer).line;
        PactError::Misshapen { file: self.file.to_owned(), pointer, line, reason: reason.to_owned() }
    }
}

fn is_in(part: &Part, list: &str) -> bool {
    part.pointer
        .as_str()
        .strip_prefix('/')
        .and_then(|rest| rest.strip_prefix(list))
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Each element of each list, in the order of the lists.
fn located(text: &str, lists: &[Option<Vec<Range<usize>>>]) -> Vec<Part> {
    let mut found = Vec::new();
    for (name, list) in LISTS.iter().zip(lists) {
        let (mut line, mut counted) = (1, 0);
        for (index, range) in list.iter().flatten().enumerate() {
            line += text[counted..range.start].matches('\n').count();
            counted = range.start;
            let pointer = JsonPointer::root().join(name).index(index);
            found.push(Part { range: range.clone(), pointer, line });
        }
    }
    found
}

/// The value of a part. What is wrong with it is told of the whole text, which has the lines.
fn value(file: &str, part: &str, whole: &str) -> Result<Value, PactError> {
    let limits = LoadOptions { max_bytes: MAX_BYTES, max_depth: MAX_DEPTH, ..LoadOptions::default() };
    let source = Source::parse(file, part, &limits)
        .or_else(|error| Source::parse(file, whole, &limits).and(Err(error)));
    Ok(source.map_err(|error| PactError::Unfit(Box::new(error)))?.into_value())
}
