//! The named members of objects: those that came and went, those that have to be there, and what each
//! says of the way it travels and of how long it will be there.

use std::collections::BTreeMap;
use std::collections::HashSet;

use serde_json::Value;

use super::lifecycle;
use super::pair::Pair;
use super::pairs::{Delta, Step};
use super::side::{SchemaId, Side, Together};
use super::view::{Traits, View};
use crate::diff::change::{Action, Direction, Kind};
use crate::diff::facts::{Fact, Facts};

/// The members that one side has.
pub(super) struct Members<'d> {
    /// By name, what each part says of it.
    schemas: BTreeMap<&'d str, Vec<SchemaId>>,
    required: HashSet<&'d str>,
}

/// One member, on one side.
pub(super) struct Member<'m> {
    pub schemas: &'m [SchemaId],
    pub traits: Traits,
    pub required: bool,
}

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    let base = Members::of(&pair.base, &mut pair.pairs.base);
    let revised = Members::of(&pair.revised, &mut pair.pairs.revised);
    let mut names: Vec<&str> = base.schemas.keys().copied().collect();
    names.extend(revised.schemas.keys().filter(|name| !base.schemas.contains_key(**name)));
    for name in names {
        let was = base.member(name, &mut pair.pairs.base);
        let now = revised.member(name, &mut pair.pairs.revised);
        match (was, now) {
            (Some(was), Some(now)) => kept(pair, name, &was, &now),
            (Some(was), None) => {
                let carried = travels(pair.context.direction, was.traits);
                let delta = existence(pair, Action::Removed, name, Some(&was), None);
                delta.facts.put(Fact::Required, was.required);
                let carried = carried && delta.facts.is(Fact::Carried);
                delta.facts.put(Fact::Carried, carried);
            }
            (None, Some(now)) => {
                let carried = travels(pair.context.direction, now.traits);
                let delta = existence(pair, Action::Added, name, None, Some(&now));
                delta.facts.put(Fact::Required, now.required);
                delta.facts.put(Fact::HasDefault, now.traits.has_default);
                let carried = carried && delta.facts.is(Fact::Carried);
                delta.facts.put(Fact::Carried, carried);
            }
            (None, None) => {}
        }
    }
}

impl<'d> Members<'d> {
    fn of(view: &View<'d>, side: &mut Side<'d>) -> Self {
        let keyword = "properties";
        let mut schemas: BTreeMap<&str, Vec<SchemaId>> = BTreeMap::new();
        for (owner, value) in view.all(keyword) {
            for (name, schema) in value.as_object().into_iter().flatten() {
                schemas.entry(name).or_default().push(side.named(owner, keyword, (name, schema)));
            }
        }
        let lists = view.all("required").filter_map(|(_, value)| value.as_array());
        let required = lists.flatten().filter_map(Value::as_str).collect();
        Self { schemas, required }
    }

    fn member(&self, name: &str, side: &mut Side<'d>) -> Option<Member<'_>> {
        let schemas = self.schemas.get(name)?;
        let traits = side.traits(&Together::new(schemas.clone()));
        Some(Member { schemas, traits, required: self.required.contains(name) })
    }
}

/// Whether a member travels at all.
fn travels(direction: Direction, traits: Traits) -> bool {
    match direction {
        Direction::Request => !traits.read_only,
        Direction::Response | Direction::None => !traits.write_only,
    }
}

fn kept<'d>(pair: &mut Pair<'_, 'd>, name: &'d str, was: &Member<'_>, now: &Member<'_>) {
    let direction = pair.context.direction;
    // A request is held to what is asked of it now, an answer to what was promised.
    let carried = match direction {
        Direction::Request => travels(direction, now.traits),
        Direction::Response | Direction::None => {
            travels(direction, was.traits) && travels(direction, now.traits)
        }
    };
    let flags = [
        (Kind::Requiredness, was.required, now.required),
        (Kind::ReadOnly, was.traits.read_only, now.traits.read_only),
        (Kind::WriteOnly, was.traits.write_only, now.traits.write_only),
    ];
    for (kind, before, after) in flags {
        let action = match (before, after) {
            (false, true) => Action::Set,
            (true, false) => Action::Unset,
            _ => continue,
        };
        let keyword = if kind == Kind::Requiredness { "required" } else { "properties" };
        let delta = about(pair, (kind, action), name, Some(was), Some(now));
        delta.facts.put(Fact::Required, now.required);
        delta.facts.put(Fact::HasDefault, now.traits.has_default);
        // That the way of travelling differs is told whichever way the value travels.
        let carried = (carried || keyword == "properties") && delta.facts.is(Fact::Carried);
        delta.facts.put(Fact::Carried, carried);
        (delta.before, delta.after) = (Value::from(before), Value::from(after));
    }
    lifecycle::compare(pair, name, was, now);
    pair.lead(Step::Member(name), was.schemas, now.schemas, carried);
}

fn existence<'p, 'd>(
    pair: &'p mut Pair<'_, 'd>,
    action: Action,
    name: &'d str,
    was: Option<&Member<'_>>,
    now: Option<&Member<'_>>,
) -> &'p mut Delta<'d> {
    about(pair, (Kind::Existence, action), name, was, now)
}

/// A difference of the member `name`; where one side lacks it, of the object.
pub(super) fn about<'p, 'd>(
    pair: &'p mut Pair<'_, 'd>,
    (kind, action): (Kind, Action),
    name: &'d str,
    was: Option<&Member<'_>>,
    now: Option<&Member<'_>>,
) -> &'p mut Delta<'d> {
    let spot = |member: Option<&Member<'_>>, side: &Side<'_>, outer: Option<SchemaId>| {
        let schema = member.and_then(|member| member.schemas.first().copied()).or(outer);
        schema.map(|schema| side.spot(schema))
    };
    let base = spot(was, &pair.pairs.base, pair.base.outermost());
    let revised = spot(now, &pair.pairs.revised, pair.revised.outermost());
    pair.tell(Delta {
        kind,
        action,
        member: Some(name),
        name: Some(name.to_owned()),
        before: Value::Null,
        after: Value::Null,
        base,
        revised,
        facts: Facts::default(),
    })
}
