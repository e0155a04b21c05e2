//! `oneOf` and `anyOf`: which branch is which, and which came and went.

use serde_json::Value;

use super::branches::{Branch, Matched, branches, match_up};
use super::fingerprint::fingerprint;
use super::pair::Pair;
use super::pairs::{Delta, Pairs, Step};
use super::side::{SchemaId, Side};
use super::view::{Choice, Families, View};
use crate::diff::change::{Action, Kind};
use crate::diff::facts::{Fact, Facts};
use crate::sources::Spot;

/// Gives whether one side is one schema and the other side several of which it may be one: then its
/// constraints are not held against the other's.
pub(super) fn compare(pair: &mut Pair<'_, '_>) -> bool {
    let (mut base, mut revised) = (pair.base.choices.clone(), pair.revised.choices.clone());
    if base.is_empty() && !revised.is_empty() && stands_alone(&pair.base) && !is_structured(&pair.revised) {
        return wrap(pair, &revised[0], true);
    }
    if revised.is_empty() && !base.is_empty() && stands_alone(&pair.revised) && !is_structured(&pair.base) {
        return wrap(pair, &base[0], false);
    }
    // Of the same keyword first.
    for same in [true, false] {
        base.retain(|was| {
            let Some(at) = revised.iter().position(|now| !same || now.keyword == was.keyword) else {
                return true;
            };
            let now = revised.remove(at);
            compare_choice(pair, was, &now);
            false
        });
    }
    for was in base {
        tell_condition(pair, Action::Removed, &was);
    }
    for now in revised {
        tell_condition(pair, Action::Added, &now);
    }
    false
}

fn is_structured(view: &View<'_>) -> bool {
    view.families.has(Families::STRUCTURE)
}

/// Whether it says something that could be one of several.
fn stands_alone(view: &View<'_>) -> bool {
    view.choices.is_empty() && (is_structured(view) || view.kinds.declared)
}

fn kind(keyword: &str) -> Kind {
    if keyword == "oneOf" { Kind::OneOf } else { Kind::AnyOf }
}

/// One schema against several: `into` tells which of the documents has the several.
fn wrap(pair: &mut Pair<'_, '_>, choice: &Choice, into: bool) -> bool {
    let side = if into { &mut pair.pairs.revised } else { &mut pair.pairs.base };
    let several = branches(side, choice);
    let view = if into { &pair.base } else { &pair.revised };
    let alone = view.parts.clone();
    let other = if into { &mut pair.pairs.base } else { &mut pair.pairs.revised };
    // What several parts say together is no branch as it stands.
    let single = (alone.len() == 1).then(|| fingerprint(other, alone[0]));
    let side = if into { &mut pair.pairs.revised } else { &mut pair.pairs.base };
    let found = single.and_then(|single| several.iter().position(|branch| branch.print(side) == single));
    let Some(found) = found else {
        let action = if into { Action::Wrapped } else { Action::Unwrapped };
        tell(pair, (kind(choice.keyword), action), choice, None);
        return true;
    };
    let branch = [several[found].schema];
    if into {
        pair.lead(Step::Same, &alone, &branch, true);
    } else {
        pair.lead(Step::Same, &branch, &alone, true);
    }
    for (_, branch) in several.iter().enumerate().filter(|(index, _)| *index != found) {
        let action = if into { Action::Added } else { Action::Removed };
        tell(pair, (kind(choice.keyword), action), choice, Some(branch));
    }
    true
}

fn compare_choice(pair: &mut Pair<'_, '_>, was: &Choice, now: &Choice) {
    let base = branches(&mut pair.pairs.base, was);
    let revised = branches(&mut pair.pairs.revised, now);
    if was.keyword != now.keyword {
        let action = if now.keyword == "anyOf" { Action::Widened } else { Action::Narrowed };
        tell_at(pair, (kind(now.keyword), action), (Some(was), Some(now)), None);
    }
    let Pairs { base: side, revised: other, .. } = &mut *pair.pairs;
    let Matched { both, removed, added } = match_up((side, &base), (other, &revised));
    for (was, now) in both {
        pair.lead(Step::Same, &[base[was].schema], &[revised[now].schema], true);
    }
    for index in removed {
        tell_at(pair, (kind(was.keyword), Action::Removed), (Some(was), Some(now)), Some(&base[index]));
    }
    let side = &mut pair.pairs.base;
    let known: Vec<u64> =
        if added.is_empty() { Vec::new() } else { base.iter().map(|it| it.print(side)).collect() };
    for index in added {
        let known = known.contains(&revised[index].print(&mut pair.pairs.revised));
        let branch = Some(&revised[index]);
        let delta = tell_at(pair, (kind(now.keyword), Action::Added), (Some(was), Some(now)), branch);
        delta.facts.put(Fact::Known, known);
    }
}

/// A `oneOf` beside the others is one more condition, or one less.
fn tell_condition(pair: &mut Pair<'_, '_>, action: Action, choice: &Choice) {
    let ends = if action == Action::Added { (None, Some(choice)) } else { (Some(choice), None) };
    let delta = tell_at(pair, (Kind::AllOf, action), ends, None);
    delta.name = Some(choice.keyword.to_owned());
    delta.facts.put(Fact::AnnotationOnly, false);
}

fn tell<'p, 'd>(
    pair: &'p mut Pair<'_, 'd>,
    what: (Kind, Action),
    choice: &Choice,
    branch: Option<&Branch>,
) -> &'p mut Delta<'d> {
    let into = matches!(what.1, Action::Wrapped | Action::Added);
    let ends = if into { (None, Some(choice)) } else { (Some(choice), None) };
    tell_at(pair, what, ends, branch)
}

fn tell_at<'p, 'd>(
    pair: &'p mut Pair<'_, 'd>,
    (kind, action): (Kind, Action),
    (base, revised): (Option<&Choice>, Option<&Choice>),
    branch: Option<&Branch>,
) -> &'p mut Delta<'d> {
    let spot = |side: &Side<'_>, choice: Option<&Choice>, outer: Option<SchemaId>| -> Option<Spot> {
        match choice {
            Some(choice) => Some(side.spot(choice.owner).join(choice.keyword)),
            None => outer.map(|schema| side.spot(schema)),
        }
    };
    let mut base = spot(&pair.pairs.base, base, pair.base.outermost());
    let mut revised = spot(&pair.pairs.revised, revised, pair.revised.outermost());
    if let Some(branch) = branch {
        let end = if action == Action::Removed { &mut base } else { &mut revised };
        *end = end.take().map(|spot| spot.index(branch.index));
    }
    let name = branch.map(|branch| branch.name.clone());
    let facts = Facts::default();
    let (before, after) = (Value::Null, Value::Null);
    pair.tell(Delta { kind, action, member: None, name, before, after, base, revised, facts })
}
