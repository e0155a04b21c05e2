//! Which changes a rule is about.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::diff::{Action, Area, Change, Direction, Fact, FactValue, Kind};
use crate::violation::Severity;

/// What a change has to be for a rule to find it.
#[derive(Clone, Debug, Deserialize)]
pub struct When {
    pub direction: Condition<Direction>,
    pub area: Condition<Area>,
    pub kind: Kind,
    pub action: Condition<Action>,
    /// Of changes that are found whatever else is found: the weightiest other finding has to weigh this.
    pub amid: Option<Severity>,
    /// What else has to be known. Where nothing is said of `carried`, the value has to travel.
    #[serde(flatten)]
    pub facts: BTreeMap<Fact, Condition<FactValue>>,
}

/// One value, or several of which any will do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Condition<T> {
    One(T),
    Any(Vec<T>),
}

impl<T: PartialEq> Condition<T> {
    #[must_use]
    pub fn all(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Any(several) => several,
        }
    }

    fn holds(&self, value: &T) -> bool {
        self.all().contains(value)
    }
}

/// Reads what stands under `when`: one table, or a list of them.
pub(super) fn one_or_several<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<When>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Several(Vec<When>),
        One(Box<When>),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Several(several) => several,
        Written::One(one) => vec![*one],
    })
}

impl When {
    /// Every direction, area, kind and action that this is about.
    pub(super) fn subjects(&self) -> Vec<(Direction, Area, Kind, Action)> {
        let mut subjects = Vec::new();
        for direction in self.direction.all() {
            for area in self.area.all() {
                subjects
                    .extend(self.action.all().iter().map(|action| (*direction, *area, self.kind, *action)));
            }
        }
        subjects
    }

    /// Whether the facts of `change` are as they have to be.
    pub(super) fn facts_hold(&self, change: &Change) -> bool {
        let carried = self.facts.contains_key(&Fact::Carried)
            || change.facts.get(Fact::Carried) != Some(&FactValue::Flag(false));
        carried
            && self.facts.iter().all(|(fact, wanted)| match change.facts.get(*fact) {
                Some(known) => wanted.holds(known),
                // What nobody says is not so.
                None => wanted.holds(&FactValue::Flag(false)),
            })
    }
}
