//! How long a member will be there: `deprecated`, the date in `x-sunset`, and `x-stability-level`.

use serde_json::Value;

use super::members::{Member, about};
use super::pair::Pair;
use super::side::{SchemaId, Side};
use crate::diff::change::{Action, Kind};
use crate::diff::facts::Fact;
use crate::diff::stability::{Step, compare_levels};

pub(super) fn compare<'d>(pair: &mut Pair<'_, 'd>, name: &'d str, was: &Member<'_>, now: &Member<'_>) {
    let (base, revised) = (was.schemas, now.schemas);
    let flag = |value: Option<&Value>| value == Some(&Value::Bool(true));
    let before = flag(outer(&mut pair.pairs.base, base, "deprecated"));
    let after = flag(outer(&mut pair.pairs.revised, revised, "deprecated"));
    if before != after {
        let action = if after { Action::Set } else { Action::Unset };
        let date = outer(&mut pair.pairs.revised, revised, "x-sunset");
        let sunset = pair.pairs.calendar.sunset(date);
        let delta = about(pair, (Kind::Deprecation, action), name, Some(was), Some(now));
        delta.facts.put(Fact::Sunset, sunset);
        delta.after = date.cloned().unwrap_or(Value::Null);
    }
    let keyword = "x-stability-level";
    let before = outer(&mut pair.pairs.base, base, keyword);
    let after = outer(&mut pair.pairs.revised, revised, keyword);
    let action = match compare_levels(before, after) {
        Step::Same => return,
        Step::Invalid => Action::Changed,
        Step::Up => Action::Increased,
        Step::Down => Action::Decreased,
    };
    let delta = about(pair, (Kind::Stability, action), name, Some(was), Some(now));
    (delta.before, delta.after) =
        (before.cloned().unwrap_or(Value::Null), after.cloned().unwrap_or(Value::Null));
}

/// The value of a keyword: of the schema itself, or of what it is another name of.
fn outer<'d>(side: &mut Side<'d>, schemas: &[SchemaId], keyword: &str) -> Option<&'d Value> {
    schemas.iter().find_map(|schema| {
        let target = side.target(*schema);
        side.get(*schema, keyword).or_else(|| side.get(target, keyword))
    })
}
