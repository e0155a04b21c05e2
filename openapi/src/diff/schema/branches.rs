//! The branches of a `oneOf` or `anyOf`, and which of the base is which of the revised document.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

use super::fingerprint::fingerprint;
use super::side::{SchemaId, Side};
use super::view::Choice;

/// One branch.
#[derive(Debug)]
pub(super) struct Branch {
    pub schema: SchemaId,
    /// Its place in the list.
    pub index: usize,
    /// The component's name, or its title, or what it is by its place.
    pub name: String,
    /// The name of the component, or the title; what has one stays itself, whatever it says.
    known_as: Option<String>,
}

/// Which branches are the same, by their places.
#[derive(Debug, Default)]
pub(super) struct Matched {
    pub both: Vec<(usize, usize)>,
    pub removed: Vec<usize>,
    pub added: Vec<usize>,
}

impl Branch {
    pub fn of(side: &mut Side<'_>, schema: SchemaId, index: usize) -> Self {
        let component = side.reference(schema).and_then(|it| it.rsplit('/').next()).map(str::to_owned);
        let title = side.get(schema, "title").and_then(Value::as_str).map(str::to_owned);
        let known_as = component.or(title);
        Self { schema, index, name: known_as.clone().unwrap_or_else(|| format!("#{}", index + 1)), known_as }
    }

    /// What tells whether another says the same. It costs more than a name: ask where that is not enough.
    pub fn print(&self, side: &mut Side<'_>) -> u64 {
        fingerprint(side, self.schema)
    }
}

pub(super) fn branches(side: &mut Side<'_>, choice: &Choice) -> Vec<Branch> {
    let branches = choice.branches.iter().enumerate();
    // A branch for null was left out, so that places count those that are left.
    branches.map(|(index, schema)| Branch::of(side, *schema, index)).collect()
}

/// Finds for each branch of the base the one of the revised document: by name, then by what it says,
/// and where as many are left on both sides, by their order.
pub(super) fn match_up(
    (base, was): (&mut Side<'_>, &[Branch]),
    (revised, now): (&mut Side<'_>, &[Branch]),
) -> Matched {
    let mut matched = Matched::default();
    let mut left: Vec<usize> = (0..was.len()).collect();
    let mut right: Vec<usize> = (0..now.len()).collect();
    let named = |branches: &[Branch], at: usize| branches[at].known_as.clone();
    matched.both.extend(pair_up(&mut left, &mut right, |it| named(was, it), |it| named(now, it)));
    if !left.is_empty() && !right.is_empty() {
        let print = |side: &mut Side<'_>, branches: &[Branch], at: usize| Some(branches[at].print(side));
        matched.both.extend(pair_up(
            &mut left,
            &mut right,
            |it| print(base, was, it),
            |it| print(revised, now, it),
        ));
    }
    let nameless = |branches: &[Branch], of: &[usize]| -> Vec<usize> {
        of.iter().copied().filter(|it| branches[*it].known_as.is_none()).collect()
    };
    let (unnamed, others) = (nameless(was, &left), nameless(now, &right));
    if unnamed.len() == others.len() {
        left.retain(|it| !unnamed.contains(it));
        right.retain(|it| !others.contains(it));
        matched.both.extend(unnamed.into_iter().zip(others));
    }
    matched.both.sort_unstable();
    (matched.removed, matched.added) = (left, right);
    matched
}

/// Takes out of both lists those that have the same key.
fn pair_up<K: Eq + std::hash::Hash>(
    left: &mut Vec<usize>,
    right: &mut Vec<usize>,
    mut left_key: impl FnMut(usize) -> Option<K>,
    mut right_key: impl FnMut(usize) -> Option<K>,
) -> Vec<(usize, usize)> {
    let mut waiting: HashMap<K, VecDeque<usize>> = HashMap::new();
    for &it in right.iter() {
        if let Some(key) = right_key(it) {
            waiting.entry(key).or_default().push_back(it);
        }
    }
    let mut both = Vec::new();
    left.retain(|it| {
        let partner = left_key(*it).and_then(|key| waiting.get_mut(&key)?.pop_front());
        both.extend(partner.map(|partner| (*it, partner)));
        partner.is_none()
    });
    let taken: std::collections::HashSet<usize> = both.iter().map(|(_, it)| *it).collect();
    right.retain(|it| !taken.contains(it));
    both
}
