//! `allOf`: what its branches say is compared with all the rest. What is left to tell of is a branch
//! that says nothing of values, which came or went.

use serde_json::Value;

use super::kinds::list;
use super::pair::Pair;
use super::side::{Side, is_annotation};
use super::view::View;
use crate::diff::change::{Action, Kind};
use crate::diff::facts::Fact;

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    let keyword = "allOf";
    let base = silent_branches(&pair.base, &mut pair.pairs.base);
    let revised = silent_branches(&pair.revised, &mut pair.pairs.revised);
    let action = match base.cmp(&revised) {
        std::cmp::Ordering::Less => Action::Added,
        std::cmp::Ordering::Greater => Action::Removed,
        std::cmp::Ordering::Equal => return,
    };
    let (at_base, at_revised) = (pair.base.first(keyword), pair.revised.first(keyword));
    let delta = pair.differ((Kind::AllOf, action), keyword, at_base, at_revised);
    delta.facts.put(Fact::AnnotationOnly, true);
    (delta.before, delta.after) = (Value::Null, Value::Null);
}

/// How many branches let everything through.
fn silent_branches<'d>(view: &View<'d>, side: &mut Side<'d>) -> usize {
    let keyword = "allOf";
    let mut silent = 0;
    for (owner, _) in view.all(keyword) {
        for element in list(side.value(owner), keyword) {
            let branch = side.listed(owner, keyword, element);
            let branch = side.target(branch);
            let members = side.value(branch).as_object();
            silent += usize::from(members.is_some_and(|it| it.keys().all(|key| is_annotation(key))));
        }
    }
    silent
}
