//! Which members and elements of a value some keyword has looked at: what `unevaluatedProperties`
//! and `unevaluatedItems` leave alone.

use std::collections::HashSet;

/// What has been looked at in one object or array.
#[derive(Debug, Default)]
pub(super) struct Seen<'i> {
    all_members: bool,
    members: HashSet<&'i str>,
    all_elements: bool,
    elements: HashSet<usize>,
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

    pub(super) fn has_member(&self, key: &str) -> bool {
        self.all_members || self.members.contains(key)
    }

    pub(super) fn has_element(&self, index: usize) -> bool {
        self.all_elements || self.elements.contains(&index)
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.all_members |= other.all_members;
        self.all_elements |= other.all_elements;
        self.members.extend(other.members);
        self.elements.extend(other.elements);
    }
}
