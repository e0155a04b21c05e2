//! Which members and elements of a value some keyword has looked at: what `unevaluatedProperties`
//! and `unevaluatedItems` leave alone.

use std::collections::HashSet;

use super::part::Undeclared;

/// What has been looked at in one object or array.
#[derive(Debug, Default)]
pub(super) struct Seen<'i> {
    all_members: bool,
    members: Names<'i>,
    all_elements: bool,
    elements: HashSet<usize>,
    closed: Closed,
}

/// Names of members. Most objects have few, for which a list is quicker than a set.
#[derive(Debug)]
enum Names<'i> {
    Few(Vec<&'i str>),
    Many(HashSet<&'i str>),
}

/// Names that are kept in a list, at most.
const FEW: usize = 32;

impl Default for Names<'_> {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl<'i> Names<'i> {
    fn insert(&mut self, name: &'i str) {
        match self {
            Self::Few(names) if names.len() < FEW => {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            Self::Few(names) => {
                *self = Self::Many(names.iter().copied().chain([name]).collect());
            }
            Self::Many(names) => {
                names.insert(name);
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Self::Few(names) => names.contains(&name),
            Self::Many(names) => names.contains(name),
        }
    }

    fn append(&mut self, other: Self) {
        match (&*self, other) {
            (Self::Few(own), other) if own.is_empty() => *self = other,
            (_, Self::Few(more)) => more.into_iter().for_each(|name| self.insert(name)),
            (_, Self::Many(more)) => more.into_iter().for_each(|name| self.insert(name)),
        }
    }
}

/// Whether some schema says what an object is made of, so that what it leaves out is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Closed {
    #[default]
    Not,
    /// It names members, or says that it is an object, and nothing of others.
    Silently,
    /// It says that there are no others.
    Expressly,
}

impl Closed {
    pub(super) fn counts(self, undeclared: Undeclared) -> bool {
        match undeclared {
            Undeclared::Allowed => self == Self::Expressly,
            Undeclared::Refused | Undeclared::RefusedUnlessOpen => self != Self::Not,
        }
    }
}

impl<'i> Seen<'i> {
    pub(super) fn see_member(&mut self, key: &'i str) {
        self.members.insert(key);
    }

    pub(super) fn see_all_members(&mut self) {
        self.all_members = true;
    }

    pub(super) fn see_element(&mut self, index: usize) {
        self.elements.insert(index);
    }

    pub(super) fn see_all_elements(&mut self) {
        self.all_elements = true;
    }

    pub(super) fn close(&mut self, closed: Closed) {
        self.closed = self.closed.max(closed);
    }

    pub(super) fn closed(&self) -> Closed {
        self.closed
    }

    pub(super) fn has_member(&self, key: &str) -> bool {
        self.all_members || self.members.has(key)
    }

    pub(super) fn has_element(&self, index: usize) -> bool {
        self.all_elements || self.elements.contains(&index)
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.all_members |= other.all_members;
        self.all_elements |= other.all_elements;
        self.closed = self.closed.max(other.closed);
        self.members.append(other.members);
        self.elements.extend(other.elements);
    }
}
