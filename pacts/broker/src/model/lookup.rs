//! Finds versions by number and contents by SHA without a second copy of either: a table of ids alone, whose
//! texts stand where the ids lead.

use std::hash::{BuildHasher as _, Hash, RandomState};

use hashbrown::HashTable;

/// Ids by owner and text. What these are of an id, is told by whoever asks, always alike.
#[derive(Debug)]
pub struct Lookup<Id> {
    table: HashTable<Id>,
    state: RandomState,
}

impl<Id> Default for Lookup<Id> {
    fn default() -> Self {
        Self { table: HashTable::new(), state: RandomState::new() }
    }
}

impl<Id: Copy + PartialEq> Lookup<Id> {
    pub fn find<'t, Owner: Hash + PartialEq>(
        &self,
        (owner, text): (Owner, &str),
        named: impl Fn(Id) -> (Owner, &'t str),
    ) -> Option<Id> {
        let wanted = (owner, text);
        self.table.find(self.state.hash_one(&wanted), |id| named(*id) == wanted).copied()
    }

    pub fn insert<'t, Owner: Hash>(&mut self, id: Id, named: impl Fn(Id) -> (Owner, &'t str)) {
        let state = &self.state;
        let hash = |id: &Id| state.hash_one(named(*id));
        self.table.insert_unique(hash(&id), id, hash);
    }

    pub fn remove<'t, Owner: Hash>(&mut self, id: Id, named: impl Fn(Id) -> (Owner, &'t str)) {
        if let Ok(found) = self.table.find_entry(self.state.hash_one(named(id)), |it| *it == id) {
            found.remove();
        }
    }
}

/// Makes room for one more, and for an eighth of what is there: most of these lists stay at one.
pub fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(1 + list.len() / 8);
    }
    list.push(item);
}
