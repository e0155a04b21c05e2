//! Schemas that hold under a condition: `if` and its kin, `dependentSchemas`, `dependentRequired`,
//! and the negation `not`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::fingerprint::fingerprint;
use super::pair::Pair;
use super::pairs::Step;
use super::side::{SchemaId, Side};
use super::view::View;
use crate::diff::change::{Action, Kind};

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    pair.sub_schema(Kind::If, "if", Step::Same);
    pair.sub_schema(Kind::Then, "then", Step::Same);
    pair.sub_schema(Kind::Else, "else", Step::Same);
    dependent_schemas(pair);
    dependent_required(pair);
    negation(pair);
}

/// What is narrower inside of `not` is wider outside, so that only its being another is told.
fn negation(pair: &mut Pair<'_, '_>) {
    let keyword = "not";
    let (base, revised) = (pair.base.first(keyword), pair.revised.first(keyword));
    let action = match (base, revised) {
        (None, Some(_)) => Action::Added,
        (Some(_), None) => Action::Removed,
        (Some((owner, was)), Some((other, now))) => {
            let was = pair.pairs.base.keyword(owner, keyword, was);
            let now = pair.pairs.revised.keyword(other, keyword, now);
            if fingerprint(&mut pair.pairs.base, was) == fingerprint(&mut pair.pairs.revised, now) {
                return;
            }
            Action::Changed
        }
        (None, None) => return,
    };
    pair.differ((Kind::Not, action), keyword, base, revised);
}

fn names<'d>(base: &View<'d>, revised: &View<'d>, keyword: &str) -> BTreeSet<&'d str> {
    let maps = base.all(keyword).chain(revised.all(keyword));
    maps.filter_map(|(_, value)| value.as_object()).flat_map(|map| map.keys().map(String::as_str)).collect()
}

fn dependent_schemas(pair: &mut Pair<'_, '_>) {
    let keyword = "dependentSchemas";
    for name in names(&pair.base, &pair.revised, keyword) {
        let base = dependent(&pair.base, &mut pair.pairs.base, name);
        let revised = dependent(&pair.revised, &mut pair.pairs.revised, name);
        let action = match (base.is_empty(), revised.is_empty()) {
            (false, false) => {
                pair.lead(Step::Same, &base, &revised, true);
                continue;
            }
            (true, _) => Action::Added,
            (_, true) => Action::Removed,
        };
        let (base, revised) = (pair.base.first(keyword), pair.revised.first(keyword));
        let delta = pair.differ((Kind::DependentSchema, action), keyword, base, revised);
        delta.name = Some(name.to_owned());
    }
}

fn dependent<'d>(view: &View<'d>, side: &mut Side<'d>, name: &'d str) -> Vec<SchemaId> {
    let keyword = "dependentSchemas";
    let found = view.all(keyword).filter_map(|(owner, value)| Some((owner, value.get(name)?)));
    found.map(|(owner, schema)| side.named(owner, keyword, (name, schema))).collect()
}

fn dependent_required(pair: &mut Pair<'_, '_>) {
    let keyword = "dependentRequired";
    let wanted = |view: &View<'_>, name: &str| -> BTreeSet<String> {
        let lists = view.all(keyword).filter_map(|(_, value)| value.get(name)?.as_array());
        lists.flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
    };
    for name in names(&pair.base, &pair.revised, keyword) {
        let (was, now) = (wanted(&pair.base, name), wanted(&pair.revised, name));
        let action = match (was.is_empty(), now.is_empty()) {
            _ if was == now => continue,
            (true, _) => Action::Added,
            (_, true) => Action::Removed,
            _ if was.is_subset(&now) => Action::Narrowed,
            _ if now.is_subset(&was) => Action::Widened,
            _ => Action::Changed,
        };
        let (base, revised) = (pair.base.first(keyword), pair.revised.first(keyword));
        let delta = pair.differ((Kind::DependentRequired, action), keyword, base, revised);
        delta.name = Some(name.to_owned());
        (delta.before, delta.after) = (Value::from_iter(was), Value::from_iter(now));
    }
}
