//! Which branch of several was meant for a part: where those that it keeps do not know its members, one that
//! knows them and that it breaks tells more than that nobody knows them.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::report::Errors;

/// A branch that an object does not keep.
#[derive(Debug)]
pub(super) struct Meant {
    /// Compared, never read: the object as a place in memory.
    pub(super) instance: *const Value,
    /// The members of the object that the branch knows.
    pub(super) knows: HashSet<String>,
    pub(super) errors: Errors,
}

/// Those of one part, by the objects that they are about.
pub(super) struct AllMeant<'m>(HashMap<*const Value, Vec<&'m Meant>>);

impl<'m> AllMeant<'m> {
    pub(super) fn of(all: &'m [Meant]) -> Self {
        let mut by_object: HashMap<_, Vec<_>> = HashMap::new();
        for meant in all {
            by_object.entry(meant.instance).or_default().push(meant);
        }
        Self(by_object)
    }

    /// What is wrong with the object by the branch that knows its member `name`.
    pub(super) fn errors(&self, instance: *const Value, name: &str) -> Option<&'m Errors> {
        let meant = self.0.get(&instance)?.iter().find(|meant| meant.knows.contains(name))?;
        Some(&meant.errors)
    }
}
