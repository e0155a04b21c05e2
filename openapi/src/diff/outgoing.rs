//! What the provider sends of its own accord: webhooks, and the callbacks of operations. They are
//! operations like any other, but that the consumer answers: their requests are read by it, and their
//! responses are what the provider takes.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::TooComplex;
use super::change::{Action, Area, Kind, Stands};
use super::operation::{self, Both, Side};
use super::reader::{End, Placed, Reader};
use crate::document::{ADDITIONAL, METHODS, METHODS_3_2, OpenApiVersion};
use crate::pointer::JsonPointer;
use crate::sources::Spot;

/// Operations of callbacks that are compared, at most: a callback that is shared is compared for each
/// operation that has it.
const MAX_CALLBACKS: usize = 100_000;

/// Which callbacks have been compared.
#[derive(Debug, Default)]
pub(super) struct Callbacks {
    count: usize,
    /// Those of callbacks, which may lead back to themselves: each is told at the first that has it.
    inner: HashSet<(Spot, Spot, bool)>,
}

impl Callbacks {
    /// Whether all of them were compared.
    pub fn all(&self) -> Result<(), TooComplex> {
        if self.count > MAX_CALLBACKS {
            return Err(TooComplex::Callbacks { limit: MAX_CALLBACKS });
        }
        Ok(())
    }
}

/// A Path Item Object and the key it stands under.
type Item<'d> = (&'d str, Placed<'d>);

pub(super) fn webhooks(reader: &mut Reader<'_>) {
    let root = |value| Placed { spot: Spot::root(JsonPointer::root()), value };
    let base = items(&root(reader.base.value()), "webhooks");
    let revised = items(&root(reader.revised.value()), "webhooks");
    let spot = Spot::root(JsonPointer::root().join("webhooks"));
    for (name, was) in &base {
        let Some((_, now)) = revised.iter().find(|(other, _)| other == name) else {
            let what = (Area::Webhook, Kind::Existence, Action::Removed);
            reader.tell_of_document(what, (Some(&was.spot), Some(&spot))).name = Some((*name).to_owned());
            continue;
        };
        let Matched { both, removed, added } = match_up(reader, name, (was, now));
        for side in removed {
            let what = (Area::Webhook, Kind::Existence, Action::Removed);
            let change = reader.tell_of_document(what, (Some(&side.operation.spot), Some(&now.spot)));
            change.name = Some(format!("{} {name}", side.method));
        }
        for side in added {
            let what = (Area::Webhook, Kind::Existence, Action::Added);
            let change = reader.tell_of_document(what, (Some(&was.spot), Some(&side.operation.spot)));
            change.name = Some(format!("{} {name}", side.method));
        }
        for (was, now) in both {
            operation::both(reader, Stands::Webhooks, was, now);
        }
    }
    for (name, now) in revised.iter().filter(|(name, _)| !base.iter().any(|(other, _)| other == name)) {
        let what = (Area::Webhook, Kind::Existence, Action::Added);
        reader.tell_of_document(what, (Some(&spot), Some(&now.spot))).name = Some((*name).to_owned());
    }
}

/// The callbacks of one operation, by name, and each by the expression that says where it goes.
pub(super) fn callbacks<'d>(reader: &mut Reader<'d>, owner: &Both<'d>) {
    let base = reader.members(End::Base, &owner.base.operation, "callbacks");
    let revised = reader.members(End::Revised, &owner.revised.operation, "callbacks");
    for (name, was) in &base {
        if let Some((_, now)) = revised.iter().find(|(other, _)| other == name) {
            callback(reader, owner, name, (was, now));
        } else {
            let spots = (&was.spot, &owner.revised.operation.spot);
            tell(reader, owner, Action::Removed, (name, None), spots);
        }
    }
    for (name, now) in revised.iter().filter(|(name, _)| !base.iter().any(|(other, _)| other == name)) {
        let spots = (&owner.base.operation.spot, &now.spot);
        tell(reader, owner, Action::Added, (name, None), spots);
    }
}

fn callback<'d>(
    reader: &mut Reader<'d>,
    owner: &Both<'d>,
    name: &str,
    (was, now): (&Placed<'d>, &Placed<'d>),
) {
    if !owner.at.operation.is_of_paths() {
        let key = (was.spot.clone(), now.spot.clone(), owner.at.is_outgoing());
        if !reader.callbacks.inner.insert(key) {
            return;
        }
    }
    let (mut base, mut revised) = (members(was), members(now));
    base.retain(|(expression, _)| !expression.starts_with("x-"));
    revised.retain(|(expression, _)| !expression.starts_with("x-"));
    for (expression, was) in &base {
        let Some((_, now)) = revised.iter().find(|(other, _)| other == expression) else {
            tell(reader, owner, Action::Removed, (name, Some(expression)), (&was.spot, &now.spot));
            continue;
        };
        let Matched { both, removed, added } = match_up(reader, expression, (was, now));
        for side in removed {
            let what = format!("{} {expression}", side.method);
            tell(reader, owner, Action::Removed, (name, Some(&what)), (&side.operation.spot, &now.spot));
        }
        for side in added {
            let what = format!("{} {expression}", side.method);
            tell(reader, owner, Action::Added, (name, Some(&what)), (&was.spot, &side.operation.spot));
        }
        for (was, now) in both {
            reader.callbacks.count += 1;
            if reader.callbacks.count > MAX_CALLBACKS {
                return;
            }
            let of = Arc::clone(&owner.at.operation);
            operation::both(reader, Stands::Callbacks { of, name: name.to_owned() }, was, now);
        }
    }
    let is_new = |(expression, _): &&Item<'_>| !base.iter().any(|(other, _)| other == expression);
    for (expression, item) in revised.iter().filter(is_new) {
        tell(reader, owner, Action::Added, (name, Some(expression)), (&was.spot, &item.spot));
    }
}

/// Tells of a callback that came or went, or of what of it did.
fn tell(
    reader: &mut Reader<'_>,
    owner: &Both<'_>,
    action: Action,
    (name, what): (&str, Option<&str>),
    (base, revised): (&Spot, &Spot),
) {
    let spots = (Some(base), Some(revised));
    let change = reader.tell(&owner.at, (Area::Callback, Kind::Existence, action), spots);
    change.name = Some(what.map_or_else(|| name.to_owned(), |what| format!("{name}: {what}")));
}

/// The operations of two Path Item Objects by their methods.
struct Matched<'d> {
    both: Vec<(Side<'d>, Side<'d>)>,
    removed: Vec<Side<'d>>,
    added: Vec<Side<'d>>,
}

fn match_up<'d>(reader: &Reader<'d>, key: &'d str, (was, now): (&Placed<'d>, &Placed<'d>)) -> Matched<'d> {
    let mut added = sides(reader, End::Revised, key, now);
    let (mut both, mut removed) = (Vec::new(), Vec::new());
    for was in sides(reader, End::Base, key, was) {
        match added.iter().position(|now| now.method == was.method) {
            Some(at) => both.push((was, added.remove(at))),
            None => removed.push(was),
        }
    }
    Matched { both, removed, added }
}

/// The operations of a Path Item Object and of what it refers to.
fn sides<'d>(reader: &Reader<'d>, end: End, key: &'d str, item: &Placed<'d>) -> Vec<Side<'d>> {
    let target = reader.follow(end, item.clone());
    let is_reference = target.spot != item.spot;
    let mut layers = vec![item.clone()];
    layers.extend(is_reference.then_some(target));
    let version = match end {
        End::Base => reader.base.version(),
        End::Revised => reader.revised.version(),
    };
    let is_modern = version == OpenApiVersion::V3_2;
    let methods: &[&str] = if is_modern { &METHODS_3_2 } else { &METHODS };
    let mut found: Vec<(Cow<'d, str>, Placed<'d>)> = Vec::new();
    for layer in &layers {
        for (key, placed) in members(layer) {
            if methods.contains(&key) {
                found.push((Cow::Owned(key.to_uppercase()), placed));
            } else if is_modern && key == ADDITIONAL {
                found.extend(members(&placed).into_iter().map(|(key, placed)| (Cow::Borrowed(key), placed)));
            }
        }
    }
    let mut sides: Vec<Side<'d>> = Vec::new();
    for (method, operation) in found {
        if sides.iter().all(|known| known.method != method) {
            let id = operation.value.get("operationId").and_then(Value::as_str);
            let (captures, shape) = (Vec::new(), Vec::new());
            sides.push(Side { method, path: key, id, captures, operation, items: layers.clone(), shape });
        }
    }
    sides
}

/// The members of an object, as they stand.
fn members<'d>(owner: &Placed<'d>) -> Vec<Item<'d>> {
    let members = owner.value.as_object().into_iter().flatten();
    members.map(|(key, value)| (key.as_str(), Placed { spot: owner.spot.join(key), value })).collect()
}

/// The members of the object `key` of an object.
fn items<'d>(owner: &Placed<'d>, key: &str) -> Vec<Item<'d>> {
    let placed = |value| Placed { spot: owner.spot.join(key), value };
    owner.value.get(key).map(|value| members(&placed(value))).unwrap_or_default()
}
