//! A pact file, read once: its two names, its interactions, and where each stands in the file.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read as _;
use std::panic::RefUnwindSafe;
use std::path::{Path, PathBuf};

use countersign_openapi::{JsonPointer, LoadError, LoadOptions, Places, Position, Source};
use pact_models::pact::{Pact as PactModel, determine_spec_version, parse_meta_data};
use pact_models::v4::pact::V4Pact;
use pact_models::{Consumer, PactSpecification, Provider};
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::interaction::Interaction;
use crate::name::{ConsumerName, NameError, ProviderName};
use crate::parts::Parts;
use crate::shape::Misshapen;

/// Bytes of a pact file, at most; 10,000 interactions of ordinary size are a tenth of it.
const MAX_BYTES: u64 = 128 * 1024 * 1024;
/// Levels of nesting, at most.
const MAX_DEPTH: usize = 120;

/// Why a file is no pact that can be replayed. Each fits "failed to load the pact: …".
#[derive(Debug, thiserror::Error)]
pub enum PactError {
    #[error("cannot read {path}: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{path} is larger than {MAX_BYTES} bytes; split it by provider state or remove what is stale")]
    TooLarge { path: PathBuf },
    #[error("{path}:{line}:{column} is not JSON: {reason}")]
    Malformed { path: PathBuf, line: usize, column: usize, reason: String },
    /// It is JSON, and yet nothing to be read: a key twice in one object, nested without end.
    #[error(transparent)]
    Unfit(Box<LoadError>),
    #[error("{path} is written in Pact specification {version:?}; V1, V2, V3 and V4 can be replayed")]
    UnsupportedVersion { path: PathBuf, version: String },
    #[error("{path} names its {party} {name:?}: {reason}")]
    BadName { path: PathBuf, party: &'static str, name: String, reason: NameError },
    #[error("{path}{} cannot be read at {:?}: {reason}", at_line(*.line), .pointer.as_str())]
    Misshapen { path: PathBuf, pointer: JsonPointer, line: Option<usize>, reason: String },
    #[error(
        "{path}{} repeats the {what} of {}{}: one of the two would silently replace the other \
         wherever the pact is merged; give it a description or state of its own",
        at_line(.second.line), .first.pointer, at_line(.first.line)
    )]
    Collision { path: PathBuf, what: &'static str, first: Box<Position>, second: Box<Position> },
}

/// A pact as matching takes it.
type Shell = Box<dyn PactModel + Send + Sync + RefUnwindSafe>;

/// A pact of any specification from V1 to V4.
#[derive(Debug)]
pub struct Pact {
    path: PathBuf,
    consumer: ConsumerName,
    provider: ProviderName,
    interactions: Vec<Interaction>,
    places: Places,
    /// What matching wants to know of the pact around an interaction: the names, and nothing that
    /// would have to be copied once an interaction.
    shell: Shell,
}

impl Pact {
    /// Reads a pact file. The file is hostile input: bounded in size and depth.
    pub fn load(path: &Path) -> Result<Self, PactError> {
        let unreadable = |source| PactError::Unreadable { path: path.to_owned(), source };
        let file = File::open(path).map_err(unreadable)?;
        let mut text = String::new();
        file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
        if text.len() as u64 > MAX_BYTES {
            return Err(PactError::TooLarge { path: path.to_owned() });
        }
        Self::parse(path, &text)
    }

    /// Reads a pact from its text; `path` stands for its file in positions and errors.
    pub fn parse(path: &Path, text: &str) -> Result<Self, PactError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // JSON in the narrow sense: other tools have to read the same file.
        serde_json::from_str::<IgnoredAny>(text).map_err(|error| malformed(path, &error))?;
        let limits = LoadOptions { max_bytes: MAX_BYTES, max_depth: MAX_DEPTH, ..LoadOptions::default() };
        let parts = Parts::of(text);
        let places = Places::of_json(&path.to_string_lossy(), text);
        let reader = Reader { path, text, limits: &limits, places: &places };
        let json = reader.value(&parts.shell)?;
        let specification = reader.specification(&json)?;
        let consumer = reader.party(&json, "consumer", ConsumerName::parse)?;
        let provider = reader.party(&json, "provider", ProviderName::parse)?;
        let interactions = reader.interactions(&json, &parts, specification)?;
        reader.refuse_collisions(&interactions)?;
        let shell = V4Pact {
            consumer: Consumer { name: consumer.as_str().to_owned() },
            provider: Provider { name: provider.as_str().to_owned() },
            ..V4Pact::default()
        };
        let path = path.to_owned();
        Ok(Self { path, consumer, provider, interactions, shell: Box::new(shell), places })
    }

    #[must_use]
    pub fn consumer(&self) -> &ConsumerName {
        &self.consumer
    }

    #[must_use]
    pub fn provider(&self) -> &ProviderName {
        &self.provider
    }

    /// The file, as it was given.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.path
    }

    /// Every interaction, in the order of the file.
    #[must_use]
    pub fn interactions(&self) -> &[Interaction] {
        &self.interactions
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

    pub(crate) fn shell(&self) -> &Shell {
        &self.shell
    }

    /// Where `pointer` stands in the file; where the file has no such place, the nearest place
    /// around it.
    pub(crate) fn position(&self, pointer: &JsonPointer) -> Position {
        self.places.nearest(pointer)
    }
}

/// Reads the parts of one file, so that each complaint can name its line.
struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    limits: &'a LoadOptions,
    places: &'a Places,
}

impl Reader<'_> {
    fn specification(&self, json: &Value) -> Result<PactSpecification, PactError> {
        if !json.is_object() {
            return Err(self.misshapen(&JsonPointer::root(), "a pact is a JSON object"));
        }
        let metadata = parse_meta_data(json);
        match determine_spec_version(&self.path.to_string_lossy(), &metadata) {
            PactSpecification::Unknown => Err(PactError::UnsupportedVersion {
                path: self.path.to_owned(),
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
        json: &Value,
        party: &'static str,
        parse: impl Fn(&str) -> Result<T, NameError>,
    ) -> Result<T, PactError> {
        let at = JsonPointer::root().join(party).join("name");
        let Some(name) = json.pointer(at.as_str()).and_then(Value::as_str) else {
            return Err(self.misshapen(&at, "the pact does not say who this party is"));
        };
        parse(name).map_err(|reason| PactError::BadName {
            path: self.path.to_owned(),
            party,
            name: name.to_owned(),
            reason,
        })
    }

    /// The value of a part. What is wrong with it is told of the whole text, which has the lines.
    fn value(&self, part: &str) -> Result<Value, PactError> {
        let read = |text| Source::parse(&self.path.to_string_lossy(), text, self.limits);
        let source = read(part).map_err(|error| {
            let error = read(self.text).err().unwrap_or(error);
            PactError::Unfit(Box::new(error))
        })?;
        Ok(source.into_value())
    }

    fn interactions(
        &self,
        json: &Value,
        parts: &Parts<'_>,
        specification: PactSpecification,
    ) -> Result<Vec<Interaction>, PactError> {
        let mut read = Vec::new();
        if !self.has_list(json, "interactions")? & !self.has_list(json, "messages")? {
            return Err(self.misshapen(&JsonPointer::root(), "it has no \"interactions\""));
        }
        let here = |list: &str, index: usize| JsonPointer::root().join(list).index(index);
        let [interactions, messages] = &parts.lists;
        for (index, part) in interactions.iter().enumerate() {
            let (at, json) = (here("interactions", index), self.value(part)?);
            let interaction = Interaction::read(index, &json, specification, self.places.nearest(&at));
            read.push(interaction.map_err(|wrong| self.wrong_below(&at, &wrong))?);
        }
        for (index, part) in messages.iter().enumerate() {
            let (at, json) = (here("messages", index), self.value(part)?);
            let message = Interaction::read_message(index, &json, self.places.nearest(&at));
            read.push(message.map_err(|wrong| self.wrong_below(&at, &wrong))?);
        }
        Ok(read)
    }

    fn has_list(&self, json: &Value, name: &str) -> Result<bool, PactError> {
        match json.get(name) {
            None => Ok(false),
            Some(Value::Array(_)) => Ok(true),
            Some(_) => Err(self.misshapen(&JsonPointer::root().join(name), "it is no array")),
        }
    }

    fn refuse_collisions(&self, interactions: &[Interaction]) -> Result<(), PactError> {
        let mut identities: HashMap<String, &Interaction> = HashMap::new();
        let mut keys: HashMap<&str, &Interaction> = HashMap::new();
        for interaction in interactions {
            let same = identities.insert(interaction.identity(), interaction);
            let same = same.map(|first| ("description and provider states", first));
            let same_key = interaction.key().and_then(|key| keys.insert(key, interaction));
            if let Some((what, first)) = same.or(same_key.map(|first| ("key", first))) {
                return Err(PactError::Collision {
                    path: self.path.to_owned(),
                    what,
                    first: Box::new(first.position().clone()),
                    second: Box::new(interaction.position().clone()),
                });
            }
        }
        Ok(())
    }

    fn wrong_below(&self, at: &JsonPointer, wrong: &Misshapen) -> PactError {
        self.misshapen(&at.append(&wrong.at), &wrong.reason)
    }

    fn misshapen(&self, pointer: &JsonPointer, reason: &str) -> PactError {
        PactError::Misshapen {
            path: self.path.to_owned(),
            pointer: pointer.clone(),
            line: self.places.nearest(pointer).line,
            reason: reason.to_owned(),
        }
    }
}

fn malformed(path: &Path, error: &serde_json::Error) -> PactError {
    let text = error.to_string();
    // serde_json appends the place, which the message names in front.
    let reason = text.split_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    PactError::Malformed {
        path: path.to_owned(),
        line: error.line(),
        column: error.column(),
        reason: reason.to_owned(),
    }
}

fn at_line(line: impl Into<Option<usize>>) -> String {
    line.into().map(|line| format!(":{line}")).unwrap_or_default()
}
