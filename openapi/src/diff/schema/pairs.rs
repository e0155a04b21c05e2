//! Every pair of schemas that meet, each compared once. Pairs lead to pairs, as the schemas lead to
//! one another; what differs deep inside belongs to its own pair, and is told at every place that
//! leads there.

use std::collections::HashMap;

use serde_json::Value;

use super::pair::Pair;
use super::side::{ANYTHING, SchemaId, Side, Together};
use crate::diff::TooComplex;
use crate::diff::calendar::Calendar;
use crate::diff::change::{Action, Direction, Kind};
use crate::diff::facts::Facts;
use crate::sources::Spot;

/// The number of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::diff) struct PairId(u32);

impl PairId {
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What the meaning of a difference depends on beside the schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::diff) struct Context {
    pub direction: Direction,
    /// False inside of what never travels in this direction.
    pub carried: bool,
    /// The value is written as text, so that a number and its digits are the same.
    pub text: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    base: Together,
    revised: Together,
    context: Context,
}

/// What a pair differs in, and where it leads.
#[derive(Debug, Default)]
pub(in crate::diff) struct Compared<'d> {
    pub deltas: Vec<Delta<'d>>,
    pub edges: Vec<Edge<'d>>,
}

/// A difference right here.
#[derive(Debug)]
pub(in crate::diff) struct Delta<'d> {
    pub kind: Kind,
    pub action: Action,
    /// The member of the value here that it is about; none where it is about the value.
    pub member: Option<&'d str>,
    pub name: Option<String>,
    pub before: Value,
    pub after: Value,
    pub base: Option<Spot>,
    pub revised: Option<Spot>,
    pub facts: Facts,
}

/// The way to a pair inside.
#[derive(Clone, Copy, Debug)]
pub(in crate::diff) struct Edge<'d> {
    pub step: Step<'d>,
    pub to: PairId,
}

/// The way from a value to a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::diff) enum Step<'d> {
    /// The value itself, seen by another schema.
    Same,
    Member(&'d str),
    Element(usize),
    /// Every element, or every member that has no name of its own.
    Each,
}

/// All pairs of two documents.
#[derive(Debug)]
pub(in crate::diff) struct Pairs<'d> {
    pub base: Side<'d>,
    pub revised: Side<'d>,
    pub calendar: Calendar,
    keys: Vec<Key>,
    compared: Vec<Compared<'d>>,
    by_key: HashMap<Key, PairId>,
    /// Schemas that were read together, all told: a bound on what combines without end.
    work: usize,
}

/// Schemas read together, at most. The largest real document that is known needs a fiftieth.
const MAX_WORK: usize = 20_000_000;

impl<'d> Pairs<'d> {
    pub fn new(base: Side<'d>, revised: Side<'d>, calendar: Calendar) -> Self {
        Self {
            base,
            revised,
            calendar,
            keys: Vec::new(),
            compared: Vec::new(),
            by_key: HashMap::new(),
            work: 0,
        }
    }

    /// The pair of two schemas; what is compared is what they are other names of.
    pub fn pair(&mut self, base: &[SchemaId], revised: &[SchemaId], context: Context) -> PairId {
        let base = together(&mut self.base, base);
        let revised = together(&mut self.revised, revised);
        let next = PairId(u32::try_from(self.keys.len()).expect("the bound on the work comes first"));
        let key = Key { base, revised, context };
        if let Some(known) = self.by_key.get(&key) {
            return *known;
        }
        self.keys.push(key.clone());
        self.by_key.insert(key, next);
        next
    }

    /// Compares all pairs there are, and those that they lead to.
    pub fn finish(&mut self) -> Result<(), TooComplex> {
        while self.compared.len() < self.keys.len() {
            let Key { base, revised, context } = self.keys[self.compared.len()].clone();
            let (base, revised) = (self.base.view(&base), self.revised.view(&revised));
            self.work += 1 + base.parts.len() + revised.parts.len();
            if self.work > MAX_WORK {
                return Err(TooComplex::Schemas { limit: MAX_WORK });
            }
            let compared = Pair::new(self, context, base, revised).compare();
            self.compared.push(compared);
        }
        Ok(())
    }

    pub fn compared(&self) -> &[Compared<'d>] {
        &self.compared
    }

    pub fn compared_of(&self, pair: PairId) -> &Compared<'d> {
        &self.compared[pair.index()]
    }

    pub fn context(&self, pair: PairId) -> Context {
        self.keys[pair.index()].context
    }
}

fn together(side: &mut Side<'_>, schemas: &[SchemaId]) -> Together {
    match schemas {
        [] => Together::One(side.schema(&Spot::root(crate::JsonPointer::root()), &ANYTHING)),
        [one] => Together::One(side.target(*one)),
        several => {
            let targets: Vec<SchemaId> = several.iter().map(|schema| side.target(*schema)).collect();
            Together::new(targets)
        }
    }
}
