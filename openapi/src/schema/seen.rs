//! Which members and elements of a value some keyword has looked at: what `unevaluatedProperties`
//! and `unevaluatedItems` leave alone.

use std::collections::HashSet;

use super::part::Undeclared;

/// What has been looked at in one object or array.
#[derive(Debug, Default)]
pub(super) struct Seen<'i> {
    all_members: bool,
    members: HashSet<&'i str>,
    all_elements: bool,
    elements: HashSet<usize>,
    closed: Closed,
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
        self.all_members || self.members.contains(key)
    }

    pub(super) fn has_element(&self, index: usize) -> bool {
        self.all_elements || self.elements.contains(&index)
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.all_members |= other.all_members;
        self.all_elements |= other.all_elements;
        self.closed = self.closed.max(other.closed);
        self.members.extend(other.members);
        self.elements.extend(other.elements);
    }
}
