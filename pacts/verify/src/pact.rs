//! A pact to be replayed: all its interactions, read at once, so that nothing is replayed of one that
//! cannot be read.

use std::collections::HashMap;
use std::panic::RefUnwindSafe;
use std::path::{Path, PathBuf};

use countersign_letter::{ConsumerName, Pact as Letter, ProviderName};
use countersign_openapi::{JsonPointer, Position};
use pact_models::pact::Pact as PactModel;
use pact_models::v4::pact::V4Pact;
use pact_models::{Consumer, Provider};

use crate::interaction::Interaction;

/// Why a file is no pact that can be replayed. Each fits "failed to load the pact: …".
#[derive(Debug, thiserror::Error)]
pub enum PactError {
    #[error(transparent)]
    Unread(#[from] countersign_letter::PactError),
    #[error(
        "{file}{} repeats the {what} of {}{}: one of the two would silently replace the other \
         wherever the pact is merged; give it a description or state of its own",
        at_line(.second.line), .first.pointer, at_line(.first.line)
    )]
    Collision { file: String, what: &'static str, first: Box<Position>, second: Box<Position> },
}

/// A pact as matching takes it.
type Shell = Box<dyn PactModel + Send + Sync + RefUnwindSafe>;

/// A pact of any specification from V1 to V4.
#[derive(Debug)]
pub struct Pact {
    path: PathBuf,
    letter: Letter,
    interactions: Vec<Interaction>,
    /// What matching wants to know of the pact around an interaction: the names, and nothing that
    /// would have to be copied once an interaction.
    shell: Shell,
}

impl Pact {
    /// Reads a pact file. The file is hostile input: bounded in size and depth.
    pub fn load(path: &Path) -> Result<Self, PactError> {
        Self::of(path, Letter::load(path)?)
    }

    /// Reads a pact from its text; `path` stands for its file in positions and errors.
    pub fn parse(path: &Path, text: &str) -> Result<Self, PactError> {
        Self::of(path, Letter::from_bytes(&path.to_string_lossy(), text.into())?)
    }

    fn of(path: &Path, letter: Letter) -> Result<Self, PactError> {
        let mut interactions = Vec::with_capacity(letter.len());
        for (index, one) in letter.interactions().enumerate() {
            let one = one?;
            let read = Interaction::read(index, &one);
            interactions.push(read.map_err(|wrong| letter.misshapen(one.pointer(), &wrong))?);
        }
        refuse_collisions(letter.file(), &interactions)?;
        let shell = V4Pact {
            consumer: Consumer { name: letter.consumer().as_str().to_owned() },
            provider: Provider { name: letter.provider().as_str().to_owned() },
            ..V4Pact::default()
        };
        Ok(Self { path: path.to_owned(), letter, interactions, shell: Box::new(shell) })
    }

    #[must_use]
    pub fn consumer(&self) -> &ConsumerName {
        self.letter.consumer()
    }

    #[must_use]
    pub fn provider(&self) -> &ProviderName {
        self.letter.provider()
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
        self.letter.position(pointer)
    }
}

fn refuse_collisions(file: &str, interactions: &[Interaction]) -> Result<(), PactError> {
    let mut identities: HashMap<String, &Interaction> = HashMap::new();
    let mut keys: HashMap<&str, &Interaction> = HashMap::new();
    for interaction in interactions {
        let same = identities.insert(interaction.identity(), interaction);
        let same = same.map(|first| ("description and provider states", first));
        let same_key = interaction.key().and_then(|key| keys.insert(key, interaction));
        if let Some((what, first)) = same.or(same_key.map(|first| ("key", first))) {
            return Err(PactError::Collision {
                file: file.to_owned(),
                what,
                first: Box::new(first.position().clone()),
                second: Box::new(interaction.position().clone()),
            });
        }
    }
    Ok(())
}

fn at_line(line: Option<usize>) -> String {
    line.map(|line| format!(":{line}")).unwrap_or_default()
}
