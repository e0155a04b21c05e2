//! Arrays: their elements, how many there are, and what has to be among them.

use serde_json::Value;

use super::extent::{Extent, compare_extent};
use super::pair::Pair;
use super::pairs::Step;
use super::side::{SchemaId, Side};
use super::view::View;
use crate::diff::change::{Action, Kind};
use crate::diff::facts::Fact;
use crate::schema::Types;

const MAX_ITEMS: Extent = Extent::most("maxItems", Kind::MaxItems);
const MIN_ITEMS: Extent = Extent::least("minItems", Kind::MinItems);
const MAX_CONTAINS: Extent = Extent::most("maxContains", Kind::MaxContains);
const MIN_CONTAINS: Extent = Extent::least("minContains", Kind::MinContains).or_one();

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    let may_be_array = |view: &View<'_>| view.kinds.types.meets(Types::ARRAY);
    if may_be_array(&pair.base) && may_be_array(&pair.revised) {
        let (base, revised) = pair.inner("items");
        // A list of schemas under `items` is of older drafts than OpenAPI has.
        pair.lead(Step::Each, &base, &revised, true);
    }
    if may_be_array(&pair.base) || may_be_array(&pair.revised) {
        compare_extent(pair, &MAX_ITEMS);
        compare_extent(pair, &MIN_ITEMS);
        uniqueness(pair);
    }
    front(pair);
    contained(pair);
    pair.sub_schema(Kind::UnevaluatedItems, "unevaluatedItems", Step::Each);
}

fn uniqueness(pair: &mut Pair<'_, '_>) {
    let keyword = "uniqueItems";
    let unique = |view: &View<'_>| view.all(keyword).any(|(_, value)| *value == true);
    let action = match (unique(&pair.base), unique(&pair.revised)) {
        (false, true) => Action::Set,
        (true, false) => Action::Unset,
        _ => return,
    };
    let (base, revised) = (pair.base.first(keyword), pair.revised.first(keyword));
    pair.differ((Kind::UniqueItems, action), keyword, base, revised);
}

/// The elements that each have a schema of their own.
fn front(pair: &mut Pair<'_, '_>) {
    let keyword = "prefixItems";
    let base = elements(&pair.base, &mut pair.pairs.base);
    let revised = elements(&pair.revised, &mut pair.pairs.revised);
    for (index, (was, now)) in base.iter().zip(&revised).enumerate() {
        pair.lead(Step::Element(index), &[*was], &[*now], true);
    }
    let action = match base.len().cmp(&revised.len()) {
        std::cmp::Ordering::Less => Action::Added,
        std::cmp::Ordering::Greater => Action::Removed,
        std::cmp::Ordering::Equal => return,
    };
    let closed = |view: &View<'_>| view.all("items").any(|(_, value)| *value == false);
    let closed = closed(&pair.base) || closed(&pair.revised);
    let (at_base, at_revised) = (pair.base.first(keyword), pair.revised.first(keyword));
    let delta = pair.differ((Kind::PrefixItems, action), keyword, at_base, at_revised);
    delta.facts.put(Fact::Closed, closed);
    (delta.before, delta.after) = (Value::from(base.len()), Value::from(revised.len()));
}

fn elements<'d>(view: &View<'d>, side: &mut Side<'d>) -> Vec<SchemaId> {
    let keyword = "prefixItems";
    let Some((owner, value)) = view.first(keyword) else { return Vec::new() };
    let list = value.as_array().into_iter().flatten().enumerate();
    list.map(|element| side.listed(owner, keyword, element)).collect()
}

fn contained(pair: &mut Pair<'_, '_>) {
    let both = pair.base.first("contains").is_some() && pair.revised.first("contains").is_some();
    pair.sub_schema(Kind::Contains, "contains", Step::Each);
    // How many there are means nothing without what they are.
    if both {
        compare_extent(pair, &MAX_CONTAINS);
        compare_extent(pair, &MIN_CONTAINS);
    }
}
