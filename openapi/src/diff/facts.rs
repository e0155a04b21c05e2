//! What a rule may ask of a change beyond its direction, area, kind and action.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Something that is known of some changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// Whether the value travels at all in this direction: what is `readOnly` is never sent, what is
    /// `writeOnly` never answered.
    Carried,
    /// Whether the member, parameter, header or body has to be there; of what was removed, whether it
    /// had to be.
    Required,
    /// Whether a default stands in for what is left out.
    HasDefault,
    /// Of a new parameter: whether it stands at the `path` or the `operation`.
    Level,
    /// Where a parameter stands: `path`, `query`, `header`, `cookie`, `querystring`.
    Location,
    /// The class of a status: `success` for 2XX, `other` for the rest.
    Status,
    /// Of a sunset date: `none` and `missing` (where one is asked for), `invalid`, `early` (before the
    /// days that a deprecation has to last are over), `fine`, `removed`, and of what is gone `ahead`
    /// or `over`.
    Sunset,
    /// Whether it was deprecated.
    Deprecated,
    /// Whether the path is gone with all its operations.
    PathGone,
    /// Whether a sub-schema lets through what it let through before, whatever it says.
    AnnotationOnly,
    /// Whether another branch says the same.
    Known,
    /// Whether nothing is let through beside what is listed.
    Closed,
    /// Whether a request that was let in before is not any more.
    LocksOut,
    /// Whether the new pattern lets everything through.
    MatchesAll,
    /// How a version rose: `major`, `minor` or `patch`.
    Step,
    /// How a media type relates to the one it takes the place of: `wider`, `narrower`.
    Relation,
}

/// What is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FactValue {
    Flag(bool),
    Word(String),
}

/// All that is known of one change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Facts(BTreeMap<Fact, FactValue>);

impl Facts {
    #[must_use]
    pub fn get(&self, fact: Fact) -> Option<&FactValue> {
        self.0.get(&fact)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `fact` is known to be so.
    #[must_use]
    pub fn is(&self, fact: Fact) -> bool {
        self.0.get(&fact) == Some(&FactValue::Flag(true))
    }

    pub(super) fn put(&mut self, fact: Fact, value: impl Into<FactValue>) {
        self.0.insert(fact, value.into());
    }
}

impl From<bool> for FactValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<&str> for FactValue {
    fn from(word: &str) -> Self {
        Self::Word(word.to_owned())
    }
}

impl fmt::Display for FactValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(f),
            Self::Word(word) => word.fmt(f),
        }
    }
}
