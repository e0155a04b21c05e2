//! Who is let in: requirements of the document and of its operations, and the schemes they name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::change::{Action, Area, Kind};
use super::facts::Fact;
use super::operation::Both;
use super::reader::{End, Placed, Reader};
use crate::pointer::JsonPointer;
use crate::sources::Spot;

/// One way in: schemes, all of which are asked for, with their scopes.
type Way = BTreeMap<String, BTreeSet<String>>;

/// Requirements that stand at the document.
pub(super) fn compare_documents(reader: &mut Reader<'_>) {
    let root = Spot::root(JsonPointer::root());
    let base = reader.base.value().get("security");
    let revised = reader.revised.value().get("security");
    let found = differences(base, revised);
    for difference in found {
        let what = (Area::Document, difference.kind, difference.action);
        let spot = root.join("security");
        let ends = (
            Some(if base.is_some() { &spot } else { &root }),
            Some(if revised.is_some() { &spot } else { &root }),
        );
        difference.note(reader.tell_of_document(what, ends));
    }
}

/// Requirements that an operation has of its own. Where it has none, those of the document hold, and
/// a change of them is told of once.
pub(super) fn compare_operations(reader: &mut Reader<'_>, both: &Both<'_>) {
    let base = both.base.operation.value.get("security");
    let revised = both.revised.operation.value.get("security");
    if base.is_none() && revised.is_none() {
        return;
    }
    let base = base.or_else(|| reader.base.value().get("security"));
    let revised = revised.or_else(|| reader.revised.value().get("security"));
    for difference in differences(base, revised) {
        let what = (Area::Security, difference.kind, difference.action);
        difference.note(reader.tell(&both.at, what, both.spots()));
    }
}

struct Difference {
    kind: Kind,
    action: Action,
    /// A way in, or a scope.
    name: String,
    /// The scheme of a scope.
    scheme: Option<String>,
    locks_out: bool,
}

impl Difference {
    fn note(self, change: &mut super::Change) {
        change.name = Some(self.name);
        change.facts.put(Fact::LocksOut, self.locks_out);
        let end = if self.action == Action::Removed { &mut change.before } else { &mut change.after };
        *end = self.scheme.map_or(Value::Null, Value::from);
    }
}

fn differences(base: Option<&Value>, revised: Option<&Value>) -> Vec<Difference> {
    let (was, now) = (ways(base), ways(revised));
    let mut found = Vec::new();
    let mut taken = BTreeSet::new();
    let anybody = Way::new();
    // Whoever came in some way before has to find a way that asks for no more.
    let open = |ways: &[Way]| ways.is_empty() || ways.contains(&anybody);
    let lets_in = |held: &Way| open(&now) || now.iter().any(|way| asks_no_more(way, held));
    let was_open = open(&was);
    for way in &was {
        if now.contains(way) {
            continue;
        }
        // Of the same schemes with other scopes: it is the scopes that differ.
        let same = now.iter().enumerate().find(|(index, other)| {
            !taken.contains(index) && !was.contains(other) && other.keys().eq(way.keys())
        });
        if let Some((index, other)) = same {
            taken.insert(index);
            found.extend(scopes(way, other));
        } else if *way != anybody {
            let locks_out = !lets_in(way);
            found.push(Difference::of(Action::Removed, way, locks_out));
        }
    }
    let nobody_knows = was_open && !open(&now);
    for (index, way) in now.iter().enumerate() {
        if !was.contains(way) && !taken.contains(&index) && *way != anybody {
            let locks_out = nobody_knows || !was.iter().all(&lets_in);
            found.push(Difference::of(Action::Added, way, locks_out));
        }
    }
    if was.contains(&anybody) && nobody_knows && !found.iter().any(|it| it.action == Action::Added) {
        found.push(Difference::of(Action::Removed, &anybody, true));
    }
    found
}

impl Difference {
    fn of(action: Action, way: &Way, locks_out: bool) -> Self {
        let names: Vec<&str> = way.keys().map(String::as_str).collect();
        let name = if names.is_empty() { "nothing".to_owned() } else { names.join(" and ") };
        Self { kind: Kind::Existence, action, name, scheme: None, locks_out }
    }
}

fn scopes(was: &Way, now: &Way) -> Vec<Difference> {
    let mut found = Vec::new();
    for (scheme, before) in was {
        let Some(after) = now.get(scheme) else { continue };
        let of = |action, scope: &String| Difference {
            kind: Kind::Scope,
            action,
            name: scope.clone(),
            scheme: Some(scheme.clone()),
            locks_out: action == Action::Added,
        };
        found.extend(before.difference(after).map(|scope| of(Action::Removed, scope)));
        found.extend(after.difference(before).map(|scope| of(Action::Added, scope)));
    }
    found
}

fn asks_no_more(way: &Way, held: &Way) -> bool {
    way.iter().all(|(scheme, scopes)| held.get(scheme).is_some_and(|held| scopes.is_subset(held)))
}

fn ways(security: Option<&Value>) -> Vec<Way> {
    let list = security.and_then(Value::as_array).into_iter().flatten();
    let scopes = |scopes: &Value| -> BTreeSet<String> {
        let scopes = scopes.as_array().into_iter().flatten();
        scopes.filter_map(|scope| scope.as_str().map(str::to_owned)).collect()
    };
    list.filter_map(Value::as_object)
        .map(|way| way.iter().map(|(scheme, asked)| (scheme.clone(), scopes(asked))).collect())
        .collect()
}

/// Security schemes among the components.
pub(super) fn compare_schemes(reader: &mut Reader<'_>) {
    let names = |document: &Value| -> Vec<String> {
        let schemes = document["components"]["securitySchemes"].as_object();
        schemes.into_iter().flat_map(|schemes| schemes.keys().cloned()).collect()
    };
    let (was, now) = (names(reader.base.value()), names(reader.revised.value()));
    let all = Spot::root(JsonPointer::root().join("components").join("securitySchemes"));
    for name in &was {
        let spot = all.join(name);
        if !now.contains(name) {
            let what = (Area::SecurityScheme, Kind::Existence, Action::Removed);
            reader.tell_of_document(what, (Some(&spot), Some(&all))).name = Some(name.clone());
            continue;
        }
        let scheme = |end: End, reader: &Reader<'_>| -> Option<Value> {
            let value = reader.sources(end).get(&spot)?;
            Some(reader.follow(end, Placed { spot: spot.clone(), value }).value.clone())
        };
        if let (Some(before), Some(after)) = (scheme(End::Base, reader), scheme(End::Revised, reader)) {
            compare_scheme(reader, (name, &spot), &before, &after);
        }
    }
    for name in now.iter().filter(|name| !was.contains(name)) {
        let what = (Area::SecurityScheme, Kind::Existence, Action::Added);
        reader.tell_of_document(what, (Some(&all), Some(&all.join(name)))).name = Some(name.clone());
    }
}

fn compare_scheme(reader: &mut Reader<'_>, (name, spot): (&str, &Spot), was: &Value, now: &Value) {
    let mut tell = |kind, action, of: String, before: &Value, after: &Value| {
        let change = reader.tell_of_document((Area::SecurityScheme, kind, action), (Some(spot), Some(spot)));
        change.name = Some(of);
        (change.before, change.after) = (before.clone(), after.clone());
    };
    for key in ["type", "in", "name", "scheme"] {
        let text = |value: &Value| value[key].as_str().map(str::to_ascii_lowercase);
        if text(was) != text(now) {
            tell(Kind::Type, Action::Changed, name.to_owned(), &was[key], &now[key]);
        }
    }
    let flows = |value: &Value| value["flows"].as_object().cloned().unwrap_or_default();
    let (before, after) = (flows(was), flows(now));
    for (flow, was) in &before {
        let Some(now) = after.get(flow) else { continue };
        for (kind, key) in [(Kind::Flow, "authorizationUrl"), (Kind::Flow, "tokenUrl")] {
            if was[key] != now[key] {
                let what = if key == "tokenUrl" { Action::Changed } else { Action::Widened };
                tell(kind, what, name.to_owned(), &was[key], &now[key]);
            }
        }
        let none = serde_json::Map::new();
        let (old, new) =
            (was["scopes"].as_object().unwrap_or(&none), now["scopes"].as_object().unwrap_or(&none));
        for (scope, meaning) in old {
            match new.get(scope) {
                None => tell(Kind::Scope, Action::Removed, scope.clone(), meaning, &Value::Null),
                Some(other) if other != meaning => {
                    tell(Kind::Scope, Action::Changed, scope.clone(), meaning, other);
                }
                Some(_) => {}
            }
        }
        for (scope, meaning) in new.iter().filter(|(scope, _)| !old.contains_key(*scope)) {
            tell(Kind::Scope, Action::Added, scope.clone(), &Value::Null, meaning);
        }
    }
}
