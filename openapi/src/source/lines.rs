//! The lines of all places of one file, as a flat tree.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU32;
use std::sync::Arc;

use crate::pointer::JsonPointer;

/// Where every member and element of a file begins. The places stand in the order of the file, each
/// before what it holds, so that a part can be copied as a slice.
#[derive(Debug, Default)]
pub(super) struct Lines {
    places: Vec<Place>,
    /// Each key once: large files repeat few of them.
    keys: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, Key>,
}

/// The number of a key in `Lines::keys`, from 1: a place without one takes no more room.
type Key = NonZeroU32;

#[derive(Clone, Debug)]
struct Place {
    /// The member's key; `None` for an element and for the root.
    key: Option<Key>,
    line: u32,
    /// How many places this one and all inside it are.
    size: u32,
}

/// A member of an object, as the file has it. Going from entry to entry costs no search, which going
/// from pointer to pointer does: that counts where an object has ten thousand members.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'l> {
    pub key: &'l str,
    pub line: usize,
    lines: &'l Lines,
    at: usize,
}

impl<'l> Entry<'l> {
    /// The members of this member, in the order of the file.
    pub fn entries(&self) -> Vec<Entry<'l>> {
        self.lines.entries_at(self.at)
    }
}

/// A place whose end has not been read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open(usize);

impl Lines {
    /// Begins a place; what is added until it is closed lies inside it.
    pub(super) fn open(&mut self, key: Option<&str>, line: usize) -> Open {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let key = key.map(|key| self.number(key));
        self.places.push(Place { key, line, size: 1 });
        Open(self.places.len() - 1)
    }

    fn number(&mut self, key: &str) -> Key {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let key: Arc<str> = key.into();
        self.keys.push(Arc::clone(&key));
        let number = u32::try_from(self.keys.len()).ok().and_then(Key::new);
        let number = number.expect("a file within the limits has fewer keys");
        self.numbers.insert(key, number);
        number
    }

    fn key(&self, at: usize) -> Option<&str> {
        self.places[at].key.map(|number| &*self.keys[number.get() as usize - 1])
    }

    /// The lines, now that nothing is added to them.
    pub(super) fn complete(mut self) -> Self {
        self.places.shrink_to_fit();
        self
    }

    pub(super) fn close(&mut self, place: Open) {
        let size = self.places.len() - place.0;
        self.places[place.0].size = u32::try_from(size).unwrap_or(u32::MAX);
    }

    /// Repeats all that lies inside `from` inside the last place that was opened.
    pub(super) fn repeat_inside(&mut self, from: Open) {
        let end = from.0 + self.places[from.0].size as usize;
        self.places.extend_from_within(from.0 + 1..end);
    }

    /// Repeats, inside the last place that was opened, the members of what stands there under
    /// `merge`: an object, or a list of some. Of each key in `wanted` the first counts. Gives the
    /// number of new places.
    pub(super) fn repeat_merged(&mut self, merge: &str, object: Open, mut wanted: HashSet<String>) -> usize {
        let before = self.places.len();
        let own = self.children(object.0, before);
        let mut outer: Vec<usize> = own.into_iter().filter(|at| self.key(*at) == Some(merge)).rev().collect();
        let mut found = Vec::new();
        while let Some(at) = outer.pop() {
            let inner = self.children(at, at + self.places[at].size as usize);
            for &at in &inner {
                found.extend(self.key(at).filter(|key| wanted.remove(*key)).map(|_| at));
            }
            outer.extend(inner.into_iter().filter(|at| self.places[*at].key.is_none()).rev());
        }
        for at in found {
            self.places.extend_from_within(at..at + self.places[at].size as usize);
        }
        self.places.len() - before
    }

    /// The places right inside `parent`, which reaches up to `end`.
    fn children(&self, parent: usize, end: usize) -> Vec<usize> {
        let mut children = Vec::new();
        let mut at = parent + 1;
        while at < end {
            children.push(at);
            at += self.places[at].size as usize;
        }
        children
    }

    /// The line of `pointer`, or of the innermost place on the way to it.
    pub(super) fn find(&self, pointer: &JsonPointer) -> Option<usize> {
        self.nearest(pointer).1
    }

    /// The innermost place on the way to `pointer`, and its line.
    pub(super) fn nearest(&self, pointer: &JsonPointer) -> (JsonPointer, Option<usize>) {
        // What was never a text has no places.
        let Some(root) = self.places.first() else { return (JsonPointer::root(), None) };
        let (mut at, mut line, mut found) = (0, root.line, 0);
        for (token, end) in pointer.steps() {
            let Some(child) = self.child(at, &token) else { break };
            at = child;
            line = self.places[at].line;
            found = end;
        }
        (pointer.up_to(found), Some(line as usize))
    }

    /// The members of the object that `pointer` names, in the order of the file.
    pub(super) fn entries(&self, pointer: &JsonPointer) -> Vec<Entry<'_>> {
        let mut at = 0;
        for token in pointer.tokens() {
            let Some(child) = self.child(at, &token) else { return Vec::new() };
            at = child;
        }
        self.entries_at(at)
    }

    fn entries_at(&self, parent: usize) -> Vec<Entry<'_>> {
        let Some(place) = self.places.get(parent) else { return Vec::new() };
        let entry = |at: usize| {
            let line = self.places[at].line as usize;
            Some(Entry { key: self.key(at)?, line, lines: self, at })
        };
        self.children(parent, parent + place.size as usize).into_iter().filter_map(entry).collect()
    }

    fn child(&self, parent: usize, token: &str) -> Option<usize> {
        let end = parent + self.places[parent].size as usize;
        let wanted: Option<usize> = token.parse().ok();
        let named = self.numbers.get(token).copied();
        let (mut at, mut index) = (parent + 1, 0);
        while at < end {
            let found = match self.places[at].key {
                Some(key) => named == Some(key),
                None => wanted == Some(index),
            };
            if found {
                return Some(at);
            }
            at += self.places[at].size as usize;
            index += 1;
        }
        None
    }
}
