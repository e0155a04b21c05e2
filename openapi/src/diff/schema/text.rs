//! The length and the pattern of text.

use std::collections::BTreeMap;

use serde_json::Value;

use super::extent::{Extent, compare_extent};
use super::pair::{Found, Pair};
use super::side::SchemaId;
use super::view::View;
use crate::diff::change::{Action, Kind};
use crate::diff::facts::Fact;

const MAX_LENGTH: Extent = Extent::most("maxLength", Kind::MaxLength);
/// Every text has a least length, which is nought where nothing else is said.
const MIN_LENGTH: Extent = Extent::least("minLength", Kind::MinLength).or_nought();

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    compare_extent(pair, &MAX_LENGTH);
    compare_extent(pair, &MIN_LENGTH);
    compare_patterns(pair);
}

/// Each pattern has to match, so one more is narrower, whatever the others are.
fn compare_patterns(pair: &mut Pair<'_, '_>) {
    let (base, revised) = (patterns(&pair.base), patterns(&pair.revised));
    let (was, now) = (alone(&base, &revised), alone(&revised, &base));
    let action = match (was, now) {
        (None, None) => return,
        (None, Some(_)) => Action::Set,
        (Some(_), None) => Action::Unset,
        (Some(_), Some(_)) => Action::Changed,
    };
    let matches_all = revised.keys().all(|pattern| matches_everything(pattern));
    let delta = pair.differ((Kind::Pattern, action), "pattern", was, now);
    delta.facts.put(Fact::MatchesAll, matches_all);
}

type Patterns<'d> = BTreeMap<&'d str, (SchemaId, &'d Value)>;

fn patterns<'d>(view: &View<'d>) -> Patterns<'d> {
    view.all("pattern").filter_map(|(owner, value)| Some((value.as_str()?, (owner, value)))).collect()
}

fn alone<'d>(one: &Patterns<'d>, other: &Patterns<'d>) -> Found<'d> {
    one.iter().find(|(pattern, _)| !other.contains_key(*pattern)).map(|(_, found)| *found)
}

/// Whether a pattern lets every text through. It need not be found out of every pattern that does.
fn matches_everything(pattern: &str) -> bool {
    let inner = pattern.strip_prefix('^').unwrap_or(pattern);
    let inner = inner.strip_suffix('$').filter(|inner| !inner.is_empty()).unwrap_or(inner);
    matches!(inner, "" | ".*" | "(.*)" | "(?:.*)" | "[\\s\\S]*")
}
