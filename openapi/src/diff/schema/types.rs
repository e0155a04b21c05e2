//! `type`, `format` and null: what kinds of values are let through.

use serde_json::Value;

use super::kinds::Kinds;
use super::pair::Pair;
use super::pairs::Delta;
use super::view::View;
use crate::diff::change::{Action, Direction, Kind};
use crate::diff::facts::Facts;
use crate::schema::Types;

/// What one side says of types.
struct Said<'d> {
    kinds: Kinds,
    /// Several where several parts have one: each holds.
    formats: Vec<&'d str>,
}

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    let (base, revised) = (Said::by(&pair.base), Said::by(&pair.revised));
    if base.kinds.declared && revised.kinds.declared {
        match (base.kinds.allows_null(), revised.kinds.allows_null()) {
            (false, true) => tell(pair, (Kind::Nullability, Action::Set), &base, &revised),
            (true, false) => tell(pair, (Kind::Nullability, Action::Unset), &base, &revised),
            _ => {}
        }
    }
    // Where both are made of branches, the branches tell.
    let own = |view: &View<'_>| view.choices.is_empty() || view.first("type").is_some();
    if own(&pair.base) || own(&pair.revised) {
        compare_types(pair, &base, &revised);
    }
}

fn compare_types(pair: &mut Pair<'_, '_>, base: &Said<'_>, revised: &Said<'_>) {
    let same_types = base.kinds.beside_null() == revised.kinds.beside_null()
        && base.kinds.others == revised.kinds.others
        && base.kinds.declared == revised.kinds.declared;
    if same_types && base.formats == revised.formats {
        return;
    }
    let (lost, gained) = (!revised.kinds.contain(&base.kinds), !base.kinds.contain(&revised.kinds));
    if !same_types && (base.kinds.listed || revised.kinds.listed) {
        if lost {
            tell(pair, (Kind::TypeList, Action::Narrowed), base, revised);
        }
        if gained {
            tell(pair, (Kind::TypeList, Action::Widened), base, revised);
        }
        return;
    }
    let text = pair.context.text
        && match pair.context.direction {
            Direction::Response => base.is_any_text(),
            _ => revised.is_any_text(),
        };
    let action = match (revised.contains(base), base.contains(revised)) {
        (true, true) => return,
        (true, false) => Action::Widened,
        (false, true) => Action::Narrowed,
        (false, false) if text => Action::Compatible,
        (false, false) => Action::Changed,
    };
    tell(pair, (Kind::Type, action), base, revised);
}

impl<'d> Said<'d> {
    fn by(view: &View<'d>) -> Self {
        let mut formats: Vec<&str> = view.all("format").filter_map(|(_, value)| value.as_str()).collect();
        formats.sort_unstable();
        formats.dedup();
        Self { kinds: view.kinds.clone(), formats }
    }

    /// Whether everything that `inner` lets through is let through here.
    fn contains(&self, inner: &Self) -> bool {
        let implied = |format: &&str| inner.formats.iter().any(|narrow| is_wider(format, narrow));
        self.kinds.contain(&inner.kinds) && self.formats.iter().all(implied)
    }

    /// Whether every text is let through, so that whatever is written as text is.
    fn is_any_text(&self) -> bool {
        self.kinds.declared && self.kinds.types.meets(Types::STRING) && self.formats.is_empty()
    }

    fn shown(&self) -> Value {
        let names = self.kinds.names();
        let names = match &names {
            Value::Null => "any".to_owned(),
            Value::String(name) => name.clone(),
            names => names
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect::<Vec<_>>()
                .join(" or "),
        };
        match self.formats.as_slice() {
            [] => Value::from(names),
            formats => Value::from(format!("{names} ({})", formats.join(", "))),
        }
    }
}

fn is_wider(wide: &str, narrow: &str) -> bool {
    wide == narrow || matches!((wide, narrow), ("int64", "int32") | ("double", "float"))
}

fn tell(pair: &mut Pair<'_, '_>, (kind, action): (Kind, Action), base: &Said<'_>, revised: &Said<'_>) {
    let keyword = |view: &View<'_>| {
        let mut named = ["type", "nullable", "format", "oneOf", "anyOf"].into_iter();
        named.find_map(|keyword| Some((view.first(keyword)?.0, keyword)))
    };
    let (at_base, at_revised) = (keyword(&pair.base), keyword(&pair.revised));
    let base_spot = pair.base_spot(at_base.map(|(schema, _)| schema), at_base.map_or("", |(_, it)| it));
    let revised_spot =
        pair.revised_spot(at_revised.map(|(schema, _)| schema), at_revised.map_or("", |(_, it)| it));
    let (before, after) = match kind {
        Kind::Nullability => {
            (Value::from(base.kinds.allows_null()), Value::from(revised.kinds.allows_null()))
        }
        _ => (base.shown(), revised.shown()),
    };
    pair.tell(Delta {
        kind,
        action,
        member: None,
        name: None,
        before,
        after,
        base: base_spot,
        revised: revised_spot,
        facts: Facts::default(),
    });
}
