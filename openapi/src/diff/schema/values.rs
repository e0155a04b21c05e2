//! Lists of the only values: `enum`, `const`, and the open list `x-extensible-enum`; and `default`.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::pair::{Found, Pair};
use super::view::View;
use crate::diff::change::{Action, Kind};
use crate::diff::facts::{Fact, Facts};
use crate::diff::readable::readable;

use super::pairs::Delta;

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    constants_and_enums(pair);
    open_lists(pair);
    defaults(pair);
}

/// Values by their JSON text, in its order.
type Values<'d> = BTreeMap<String, &'d Value>;

/// The only values that one side lets through.
struct Listed<'d> {
    keyword: &'static str,
    at: Found<'d>,
    /// Null aside, which the types tell of.
    values: Values<'d>,
}

fn constants_and_enums(pair: &mut Pair<'_, '_>) {
    let (base, revised) = (listed(&pair.base), listed(&pair.revised));
    let is_const = |side: &Option<Listed<'_>>| side.as_ref().is_some_and(|it| it.keyword == "const");
    let constant = is_const(&base) && revised.is_none()
        || is_const(&revised) && base.is_none()
        || is_const(&base) && is_const(&revised);
    match (base, revised) {
        (None, None) => {}
        (None, Some(now)) => {
            let kind = if constant { Kind::Const } else { Kind::Enum };
            pair.differ((kind, Action::Set), now.keyword, None, now.at);
        }
        (Some(was), None) => {
            let kind = if constant { Kind::Const } else { Kind::Enum };
            pair.differ((kind, Action::Unset), was.keyword, was.at, None);
        }
        (Some(was), Some(now)) if was.values.keys().eq(now.values.keys()) => {}
        (Some(was), Some(now)) if constant => {
            pair.differ((Kind::Const, Action::Changed), "const", was.at, now.at);
        }
        (Some(was), Some(now)) => {
            list_changes(
                pair,
                Kind::EnumValue,
                (was.keyword, was.at, &was.values),
                (now.keyword, now.at, &now.values),
            );
        }
    }
}

type Side<'v, 'd> = (&'static str, Found<'d>, &'v Values<'d>);

/// Tells of the values that one side has alone: all of them at once.
fn list_changes<'d>(pair: &mut Pair<'_, 'd>, kind: Kind, was: Side<'_, 'd>, now: Side<'_, 'd>) {
    let alone = |one: &Values<'d>, other: &Values<'d>| -> Vec<Value> {
        one.iter().filter(|(text, _)| !other.contains_key(*text)).map(|(_, value)| (*value).clone()).collect()
    };
    let (removed, added) = (alone(was.2, now.2), alone(now.2, was.2));
    for (action, values) in [(Action::Removed, removed), (Action::Added, added)] {
        if values.is_empty() {
            continue;
        }
        let values = readable(&Value::Array(values));
        let (before, after) =
            if action == Action::Removed { (values, Value::Null) } else { (Value::Null, values) };
        let delta = Delta {
            kind,
            action,
            member: None,
            name: None,
            before,
            after,
            base: pair.base_spot(was.1.map(|(schema, _)| schema), was.0),
            revised: pair.revised_spot(now.1.map(|(schema, _)| schema), now.0),
            facts: Facts::default(),
        };
        pair.tell(delta);
    }
}

/// The values that every part lets through; none where no part lists any.
fn listed<'d>(view: &View<'d>) -> Option<Listed<'d>> {
    let constants =
        view.all("const").map(|(owner, value)| ("const", owner, value, std::slice::from_ref(value)));
    let enums = view
        .all("enum")
        .filter_map(|(owner, value)| Some(("enum", owner, value, value.as_array()?.as_slice())));
    let mut found: Option<Listed<'d>> = None;
    for (keyword, owner, value, values) in constants.chain(enums) {
        let values: Values<'d> =
            values.iter().filter(|value| !value.is_null()).map(|value| (value.to_string(), value)).collect();
        found = Some(match found {
            None => Listed { keyword, at: Some((owner, value)), values },
            Some(mut known) => {
                known.values.retain(|text, _| values.contains_key(text));
                known
            }
        });
    }
    // A list of null alone is a type.
    found.filter(|listed| !listed.values.is_empty())
}

fn open_lists<'d>(pair: &mut Pair<'_, 'd>) {
    let keyword = "x-extensible-enum";
    let (base, revised) = (pair.base.first(keyword), pair.revised.first(keyword));
    let values = |found: Found<'d>| found.and_then(|(_, value)| value.as_array()).into_iter().flatten();
    // Without a list nothing is said of values, and nothing is taken back.
    if revised.is_none() {
        return;
    }
    let now: HashSet<String> = values(revised).map(Value::to_string).collect();
    let removed: Vec<Value> =
        values(base).filter(|value| !now.contains(&value.to_string())).cloned().collect();
    if !removed.is_empty() {
        let delta = pair.differ((Kind::ExtensibleEnumValue, Action::Removed), keyword, base, revised);
        delta.before = readable(&Value::Array(removed));
        delta.after = Value::Null;
    }
}

fn defaults(pair: &mut Pair<'_, '_>) {
    let keyword = "default";
    let (base, revised) = (pair.base.first(keyword), pair.revised.first(keyword));
    let action = match (base, revised) {
        (Some((_, base)), Some((_, revised))) if base == revised => return,
        (None, None) => return,
        (None, Some(_)) => Action::Set,
        (Some(_), None) => Action::Unset,
        (Some(_), Some(_)) => Action::Changed,
    };
    let delta = pair.differ((Kind::Default, action), keyword, base, revised);
    delta.facts.put(Fact::HasDefault, revised.is_some());
}
