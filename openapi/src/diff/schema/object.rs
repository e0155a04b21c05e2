//! Objects: their members, which of them have to be there, and what other members may be.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::extent::{Extent, compare_extent};
use super::members;
use super::pair::Pair;
use super::pairs::Step;
use super::side::{SchemaId, Side};
use super::view::View;
use crate::diff::change::{Action, Kind};

const MAX_PROPERTIES: Extent = Extent::most("maxProperties", Kind::MaxProperties);
const MIN_PROPERTIES: Extent = Extent::least("minProperties", Kind::MinProperties).or_nought();

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    members::compare(pair);
    additional(pair);
    by_pattern(pair);
    pair.sub_schema(Kind::PropertyNames, "propertyNames", Step::Same);
    pair.sub_schema(Kind::UnevaluatedProperties, "unevaluatedProperties", Step::Each);
    compare_extent(pair, &MAX_PROPERTIES);
    compare_extent(pair, &MIN_PROPERTIES);
}

/// Members that have no name of their own: whether there may be some, and what they are.
fn additional(pair: &mut Pair<'_, '_>) {
    let keyword = "additionalProperties";
    let closed = |view: &View<'_>| view.all(keyword).any(|(_, value)| *value == false);
    match (closed(&pair.base), closed(&pair.revised)) {
        (false, true) => {
            let (base, revised) = (pair.base.first(keyword), pair.revised.first(keyword));
            pair.differ((Kind::AdditionalProperties, Action::Narrowed), keyword, base, revised);
        }
        (true, false) => {
            let (base, revised) = (pair.base.first(keyword), pair.revised.first(keyword));
            pair.differ((Kind::AdditionalProperties, Action::Widened), keyword, base, revised);
        }
        (true, true) => {}
        (false, false) => {
            let (base, revised) = pair.inner(keyword);
            let schemas = |side: &Side<'_>, all: Vec<SchemaId>| -> Vec<SchemaId> {
                all.into_iter().filter(|schema| side.value(*schema).is_object()).collect()
            };
            let base = schemas(&pair.pairs.base, base);
            let revised = schemas(&pair.pairs.revised, revised);
            pair.lead(Step::Each, &base, &revised, true);
        }
    }
}

/// By pattern, the schemas of all parts.
type ByPattern<'d> = BTreeMap<&'d str, Vec<SchemaId>>;

fn by_pattern(pair: &mut Pair<'_, '_>) {
    let base = patterns(&pair.base, &mut pair.pairs.base);
    let revised = patterns(&pair.revised, &mut pair.pairs.revised);
    let names: HashSet<&str> = base.keys().chain(revised.keys()).copied().collect();
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    for pattern in names {
        let (was, now) = (base.get(pattern), revised.get(pattern));
        if let (Some(was), Some(now)) = (was, now) {
            pair.lead(Step::Each, was, now, true);
            continue;
        }
        let action = if was.is_some() { Action::Removed } else { Action::Added };
        let keyword = "patternProperties";
        let (base, revised) = (pair.base.first(keyword), pair.revised.first(keyword));
        let delta = pair.differ((Kind::PatternProperty, action), keyword, base, revised);
        delta.name = Some(pattern.to_owned());
        (delta.before, delta.after) = (Value::Null, Value::Null);
    }
}

fn patterns<'d>(view: &View<'d>, side: &mut Side<'d>) -> ByPattern<'d> {
    let keyword = "patternProperties";
    let mut found = ByPattern::new();
    for (owner, value) in view.all(keyword) {
        for (pattern, schema) in value.as_object().into_iter().flatten() {
            let schema = side.named(owner, keyword, (pattern, schema));
            found.entry(pattern).or_default().push(schema);
        }
    }
    found
}
