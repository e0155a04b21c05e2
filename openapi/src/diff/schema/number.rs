//! The bounds of numbers. A bound counts where it is the one that bounds: a looser one beside a
//! tighter one changes nothing.

use std::cmp::Ordering;

use serde_json::Value;

use super::pair::{Found, Pair};
use super::side::SchemaId;
use super::view::View;
use crate::diff::change::{Action, Kind};

/// The two keywords of one bound.
struct Bound {
    inclusive: (&'static str, Kind),
    exclusive: (&'static str, Kind),
    /// The order in which a value is tighter than another.
    tighter: Ordering,
}

const UPPER: Bound = Bound {
    inclusive: ("maximum", Kind::Maximum),
    exclusive: ("exclusiveMaximum", Kind::ExclusiveMaximum),
    tighter: Ordering::Less,
};

const LOWER: Bound = Bound {
    inclusive: ("minimum", Kind::Minimum),
    exclusive: ("exclusiveMinimum", Kind::ExclusiveMinimum),
    tighter: Ordering::Greater,
};

/// A value of a bound, and the part that has it.
type Limit<'d> = Option<(f64, SchemaId, &'d Value)>;

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    for bound in [&UPPER, &LOWER] {
        compare_bound(pair, bound);
    }
    multiple_of(pair);
}

fn compare_bound<'d>(pair: &mut Pair<'_, 'd>, bound: &Bound) {
    let (base, revised) = (limits(&pair.base, bound), limits(&pair.revised, bound));
    let tightened = match effective(bound, base).zip(effective(bound, revised)) {
        Some((base, revised)) => order(bound, revised, base),
        None if effective(bound, base).is_some() => Ordering::Less,
        None if effective(bound, revised).is_some() => Ordering::Greater,
        None => return,
    };
    let keywords = [bound.inclusive, bound.exclusive];
    for ((keyword, kind), (base, revised)) in keywords.into_iter().zip(base.into_iter().zip(revised)) {
        let (action, tighter) = match (base, revised) {
            (Some((base, ..)), Some((revised, ..))) if revised > base => {
                (Action::Increased, bound.tighter == Ordering::Greater)
            }
            (Some((base, ..)), Some((revised, ..))) if revised < base => {
                (Action::Decreased, bound.tighter == Ordering::Less)
            }
            (None, Some(_)) => (Action::Set, true),
            (Some(_), None) => (Action::Unset, false),
            _ => continue,
        };
        if tightened == if tighter { Ordering::Greater } else { Ordering::Less } {
            let found = |limit: Limit<'d>| limit.map(|(_, schema, value)| (schema, value));
            pair.differ((kind, action), keyword, found(base), found(revised));
        }
    }
}

/// The tightest values of the inclusive and of the exclusive keyword.
fn limits<'d>(view: &View<'d>, bound: &Bound) -> [Limit<'d>; 2] {
    let mut limits = [None, None];
    let mut take = |index: usize, schema, value: &'d Value| {
        let Some(number) = value.as_f64() else { return };
        let limit: &mut Limit<'d> = &mut limits[index];
        if limit.is_none_or(|(other, ..)| number.partial_cmp(&other) == Some(bound.tighter)) {
            *limit = Some((number, schema, value));
        }
    };
    for (schema, value) in view.all(bound.inclusive.0) {
        let is_exclusive = view.all(bound.exclusive.0).any(|(owner, flag)| owner == schema && *flag == true);
        take(usize::from(is_exclusive), schema, value);
    }
    for (schema, value) in view.all(bound.exclusive.0) {
        take(1, schema, value);
    }
    limits
}

/// The bound that bounds, and whether it is exclusive.
fn effective(bound: &Bound, [inclusive, exclusive]: [Limit<'_>; 2]) -> Option<(f64, bool)> {
    let inclusive = inclusive.map(|(value, ..)| (value, false));
    let exclusive = exclusive.map(|(value, ..)| (value, true));
    match (inclusive, exclusive) {
        (Some(one), Some(other)) if order(bound, one, other) == Ordering::Greater => Some(one),
        (one, None) => one,
        (_, other) => other,
    }
}

/// `Greater` where `one` is the tighter.
fn order(bound: &Bound, one: (f64, bool), other: (f64, bool)) -> Ordering {
    match one.0.partial_cmp(&other.0) {
        Some(Ordering::Equal) | None => one.1.cmp(&other.1),
        Some(ordering) if ordering == bound.tighter => Ordering::Greater,
        Some(_) => Ordering::Less,
    }
}

fn multiple_of(pair: &mut Pair<'_, '_>) {
    let keyword = "multipleOf";
    let (base, revised) = (pair.base.first(keyword), pair.revised.first(keyword));
    let number = |found: Found<'_>| found.and_then(|(_, value)| value.as_f64());
    let action = match (number(base), number(revised)) {
        (None, Some(_)) => Action::Set,
        (Some(_), None) => Action::Unset,
        (Some(base), Some(revised)) => match (divides(revised, base), divides(base, revised)) {
            (true, true) => return,
            (true, false) => Action::Widened,
            (false, true) => Action::Narrowed,
            (false, false) => Action::Changed,
        },
        (None, None) => return,
    };
    pair.differ((Kind::MultipleOf, action), keyword, base, revised);
}

/// Whether every multiple of `whole` is one of `part`.
fn divides(part: f64, whole: f64) -> bool {
    let times = whole / part;
    (times - times.round()).abs() < 1e-9
}
