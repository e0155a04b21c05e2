//! From the pairs of schemas that differ to the places that lead to them: which operation, which part
//! of it, and where inside.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use super::change::{Area, Change, OperationPair, Use};
use super::facts::Fact;
use super::reader::{Class, Root};
use super::schema::{Delta, PairId, Pairs, Step};
use crate::pointer::JsonPointer;

/// Places inside one part at which one pair is listed, at most.
const MAX_PLACES: usize = 4;

/// The changes inside of schemas, at `max_uses` places all told. Beyond them each change keeps its first,
/// and the others are counted.
pub(super) fn changes(pairs: &Pairs<'_>, roots: &[Root], max_uses: usize) -> Vec<Change> {
    let telling = telling(pairs);
    if !telling.iter().any(|tells| *tells) {
        return Vec::new();
    }
    let mut listed = Listed { uses: BTreeMap::new(), left: max_uses };
    for (pair, roots) in by_pair(roots) {
        if telling[pair.index()] {
            listed.add(pairs, &telling, pair, &roots);
        }
    }
    listed.changes(pairs)
}

/// Puts changes into the order of the report: those of the document, then those of each operation in
/// the order of the operations, and inside of it by place.
pub(super) fn in_order(mut changes: Vec<Change>) -> Vec<Change> {
    let mut ranks: HashMap<Arc<OperationPair>, usize> = HashMap::new();
    for change in &changes {
        if let Some(operation) = &change.uses[0].operation {
            let next = ranks.len();
            ranks.entry(Arc::clone(operation)).or_insert(next);
        }
    }
    changes.sort_by_cached_key(|change| {
        let first = &change.uses[0];
        let rank = first.operation.as_ref().and_then(|operation| ranks.get(operation)).map(|rank| rank + 1);
        let place = (first.part.clone(), first.place.clone(), change.name.clone());
        (rank.unwrap_or(0), place, change.direction, change.area, change.kind, change.action)
    });
    changes
}

/// Which pairs differ, or lead to one that does.
fn telling(pairs: &Pairs<'_>) -> Vec<bool> {
    let all = pairs.compared();
    let mut leads_from: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    let mut telling = vec![false; all.len()];
    let mut next = Vec::new();
    for (index, compared) in all.iter().enumerate() {
        for edge in &compared.edges {
            leads_from[edge.to.index()].push(index);
        }
        if !compared.deltas.is_empty() {
            telling[index] = true;
            next.push(index);
        }
    }
    while let Some(index) = next.pop() {
        for &from in &leads_from[index] {
            if !telling[from] {
                telling[from] = true;
                next.push(from);
            }
        }
    }
    telling
}

fn by_pair(roots: &[Root]) -> Vec<(PairId, Vec<&Root>)> {
    let mut order: Vec<PairId> = Vec::new();
    let mut grouped: HashMap<PairId, Vec<&Root>> = HashMap::new();
    for root in roots {
        let group = grouped.entry(root.pair).or_default();
        if group.is_empty() {
            order.push(root.pair);
        }
        group.push(root);
    }
    order.into_iter().filter_map(|pair| Some((pair, grouped.remove(&pair)?))).collect()
}

/// One step on the way from a root.
struct Visit<'d> {
    pair: PairId,
    from: Option<usize>,
    step: Step<'d>,
}

/// The pairs that differ and that `root` leads to, each with its places, the nearest first.
fn reached(pairs: &Pairs<'_>, telling: &[bool], root: PairId) -> Vec<(PairId, Vec<JsonPointer>)> {
    let mut visits = vec![Visit { pair: root, from: None, step: Step::Same }];
    let mut counts: HashMap<PairId, usize> = HashMap::from([(root, 1)]);
    let mut next = VecDeque::from([0]);
    let mut found: Vec<(PairId, Vec<JsonPointer>)> = Vec::new();
    let mut at: HashMap<PairId, usize> = HashMap::new();
    while let Some(index) = next.pop_front() {
        let pair = visits[index].pair;
        let compared = pairs.compared_of(pair);
        if !compared.deltas.is_empty() {
            let place = place(&visits, index);
            let slot = *at.entry(pair).or_insert_with(|| {
                found.push((pair, Vec::new()));
                found.len() - 1
            });
            if !found[slot].1.contains(&place) {
                found[slot].1.push(place);
            }
        }
        for edge in compared.edges.iter().filter(|edge| telling[edge.to.index()]) {
            let count = counts.entry(edge.to).or_default();
            // What leads back to itself has no new place.
            if *count >= MAX_PLACES || *count > 0 && leads_back(&visits, index, edge.to) {
                continue;
            }
            *count += 1;
            visits.push(Visit { pair: edge.to, from: Some(index), step: edge.step });
            next.push_back(visits.len() - 1);
        }
    }
    found
}

fn leads_back(visits: &[Visit<'_>], from: usize, to: PairId) -> bool {
    let mut here = Some(from);
    while let Some(index) = here {
        if visits[index].pair == to {
            return true;
        }
        here = visits[index].from;
    }
    false
}

fn place(visits: &[Visit<'_>], at: usize) -> JsonPointer {
    let mut steps = Vec::new();
    let mut here = Some(at);
    while let Some(index) = here {
        steps.push(visits[index].step);
        here = visits[index].from;
    }
    steps.iter().rev().fold(JsonPointer::root(), |place, step| match step {
        Step::Same => place,
        Step::Member(name) => place.join(name),
        Step::Element(index) => place.index(*index),
        Step::Each => place.join("*"),
    })
}

/// Uses of each pair, by what its changes mean there.
struct Listed {
    uses: BTreeMap<(PairId, Class), Group>,
    /// How many more may be listed.
    left: usize,
}

#[derive(Default)]
struct Group {
    /// Of the value itself.
    outer: List,
    /// Of something inside.
    inner: List,
}

#[derive(Default)]
struct List {
    uses: Vec<Use>,
    unlisted: usize,
}

impl List {
    fn shared(self) -> (Arc<[Use]>, usize) {
        (self.uses.into(), self.unlisted)
    }
}

impl Listed {
    fn add(&mut self, pairs: &Pairs<'_>, telling: &[bool], pair: PairId, roots: &[&Root]) {
        for (pair, places) in reached(pairs, telling, pair) {
            for root in roots {
                let group = self.uses.entry((pair, root.class.clone())).or_default();
                let (nearest, also) = places.split_first().expect("a pair is reached somewhere");
                let list = if nearest.as_str().is_empty() { &mut group.outer } else { &mut group.inner };
                if self.left == 0 && !list.uses.is_empty() {
                    list.unlisted += 1;
                    continue;
                }
                self.left = self.left.saturating_sub(1);
                list.uses.push(Use {
                    operation: Some(Arc::clone(&root.operation)),
                    part: root.part.clone(),
                    place: nearest.clone(),
                    also: also.to_vec(),
                });
            }
        }
    }

    fn changes(self, pairs: &Pairs<'_>) -> Vec<Change> {
        let mut changes = Vec::new();
        for ((pair, class), group) in self.uses {
            let context = pairs.context(pair);
            let Group { outer, inner } = group;
            let uses: Arc<[Use]> = outer.uses.iter().chain(&inner.uses).cloned().collect();
            let all = (uses, outer.unlisted + inner.unlisted);
            let (outer, inner) = (outer.shared(), inner.shared());
            for delta in &pairs.compared_of(pair).deltas {
                // A member is inside of the value, wherever the value is.
                let lists = match delta.member {
                    Some(_) => vec![(class.inner, &all)],
                    None => vec![(class.outer, &outer), (class.inner, &inner)],
                };
                for (area, (uses, unlisted)) in lists.into_iter().filter(|(_, (uses, _))| !uses.is_empty()) {
                    let change = change(pairs, delta, (area, &class), Arc::clone(uses));
                    changes.push(Change { direction: context.direction, unlisted: *unlisted, ..change });
                }
            }
        }
        changes
    }
}

fn change(pairs: &Pairs<'_>, delta: &Delta<'_>, (area, class): (Area, &Class), uses: Arc<[Use]>) -> Change {
    let mut facts = delta.facts.clone();
    if let Some((location, required)) = &class.parameter {
        facts.put(Fact::Location, location.as_str());
        if delta.member.is_none() {
            facts.put(Fact::Required, *required);
        }
    }
    Change {
        direction: super::Direction::None,
        area,
        kind: delta.kind,
        action: delta.action,
        name: delta.name.clone(),
        member: delta.member.map(str::to_owned),
        before: delta.before.clone(),
        after: delta.after.clone(),
        base: delta.base.as_ref().map(|spot| pairs.base.position(spot)),
        revised: delta.revised.as_ref().map(|spot| pairs.revised.position(spot)),
        facts,
        uses,
        unlisted: 0,
    }
}
