//! All fragments in one pact: sorted, complete, and without two interactions that are in each other's way.

use std::fmt;

use serde_json::{Value, json};

use crate::canonical;
use crate::fragment::{Entry, Fragment};
use crate::names::PactNames;

/// Two interactions that cannot stand in one pact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("put {first} and {second} into one pact: {kind}")]
pub struct Collision {
    pub kind: CollisionKind,
    pub first: Place,
    pub second: Place,
}

/// Which interaction, and the test it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub description: String,
    pub test: String,
}

/// What two interactions have in common that they must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CollisionKind {
    Key,
    DescriptionAndStates,
    RequestAndStates,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?} (test {})", self.description, self.test)
    }
}

impl fmt::Display for CollisionKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Key => "they have the same key; give each its own",
            Self::DescriptionAndStates => {
                "they have the same description in the same provider states, and Pact would keep only one; \
                 describe what is different"
            }
            Self::RequestAndStates => {
                "they send the same request in the same provider states, so a provider cannot tell them apart; \
                 name the state that makes the answers differ"
            }
        })
    }
}

/// The bytes of the one pact that all fragments make.
pub fn merge(names: &PactNames, fragments: impl IntoIterator<Item = Fragment>) -> Result<Vec<u8>, Collision> {
    let mut entries: Vec<Entry> = fragments.into_iter().flat_map(Fragment::into_entries).collect();
    entries.sort_by(|one, other| sort_key(one).cmp(&sort_key(other)));
    refuse_collisions(&entries)?;
    let interactions: Vec<Value> = entries.into_iter().map(|entry| entry.json).collect();
    Ok(canonical::bytes(&json!({
        "consumer": {"name": names.consumer()},
        "interactions": interactions,
        // Versions of tools would change the bytes without changing the contract.
        "metadata": {"pactSpecification": {"version": "4.0"}},
        "provider": {"name": names.provider()},
    })))
}

fn sort_key(entry: &Entry) -> (&str, &str, Option<&str>, &str) {
    (&entry.description, &entry.states, entry.request.as_deref(), &entry.test)
}

pub(crate) fn refuse_collisions(entries: &[Entry]) -> Result<(), Collision> {
    for (index, second) in entries.iter().enumerate() {
        for first in &entries[..index] {
            if let Some(kind) = collision(first, second) {
                return Err(Collision { kind, first: place(first), second: place(second) });
            }
        }
    }
    Ok(())
}

fn collision(one: &Entry, other: &Entry) -> Option<CollisionKind> {
    if one.key.is_some() && one.key == other.key {
        Some(CollisionKind::Key)
    } else if one.states != other.states {
        None
    } else if one.description == other.description {
        Some(CollisionKind::DescriptionAndStates)
    } else if one.request.is_some() && one.request == other.request {
        Some(CollisionKind::RequestAndStates)
    } else {
        None
    }
}

pub(crate) fn place(entry: &Entry) -> Place {
    Place { description: entry.description.clone(), test: entry.test.clone() }
}
