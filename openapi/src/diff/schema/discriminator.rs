//! `discriminator`: which member tells the branches apart, and which value means which.

use std::collections::BTreeSet;

use serde_json::Value;

use super::pair::{Found, Pair};
use crate::diff::change::{Action, Kind};

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    let keyword = "discriminator";
    let (base, revised) = (pair.base.first(keyword), pair.revised.first(keyword));
    match (base, revised) {
        (None, None) => {}
        (None, Some(_)) => {
            pair.differ((Kind::Discriminator, Action::Added), keyword, base, revised);
        }
        (Some(_), None) => {
            pair.differ((Kind::Discriminator, Action::Removed), keyword, base, revised);
        }
        (Some((_, was)), Some((_, now))) => {
            if was["propertyName"] != now["propertyName"] {
                let delta =
                    pair.differ((Kind::DiscriminatorProperty, Action::Changed), keyword, base, revised);
                delta.before = was["propertyName"].clone();
                delta.after = now["propertyName"].clone();
            }
            mapping(pair, base, revised);
        }
    }
}

fn mapping<'d>(pair: &mut Pair<'_, 'd>, base: Found<'d>, revised: Found<'d>) {
    let entries = |found: Found<'d>| found.and_then(|(_, value)| value["mapping"].as_object());
    let (was, now) = (entries(base), entries(revised));
    let names: BTreeSet<&String> = was.into_iter().chain(now).flat_map(serde_json::Map::keys).collect();
    for name in names {
        let before = was.and_then(|it| it.get(name));
        let after = now.and_then(|it| it.get(name));
        let action = match (before, after) {
            (None, Some(_)) => Action::Added,
            (Some(_), None) => Action::Removed,
            (before, after) if before != after => Action::Changed,
            _ => continue,
        };
        let delta = pair.differ((Kind::DiscriminatorMapping, action), "discriminator", base, revised);
        delta.name = Some(name.clone());
        delta.before = before.cloned().unwrap_or(Value::Null);
        delta.after = after.cloned().unwrap_or(Value::Null);
    }
}
