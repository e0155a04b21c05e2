//! Operations: which are the same in both documents, which came and went, and how long each will be
//! there.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::Value;

use super::change::{Action, Area, Kind, OperationPair, Stands};
use super::facts::Fact;
use super::reader::{At, End, Placed, Reader};
use super::stability::{Level, Step, compare_levels};
use super::{outgoing, parameter, request, response, security};
use crate::document::Document;
use crate::pointer::JsonPointer;
use crate::route::{Pattern, Template};
use crate::sources::Spot;

/// One operation of one document.
#[derive(Clone, Debug)]
pub(super) struct Side<'d> {
    pub method: Cow<'d, str>,
    pub path: &'d str,
    pub id: Option<&'d str>,
    /// Names between the braces of the path, in order.
    pub captures: Vec<String>,
    pub operation: Placed<'d>,
    /// The Path Item Object, and what it refers to.
    pub items: Vec<Placed<'d>>,
    pub shape: Vec<Pattern>,
}

/// Both sides of one operation.
pub(super) struct Both<'d> {
    pub at: At,
    pub base: Side<'d>,
    pub revised: Side<'d>,
}

pub(super) fn compare(reader: &mut Reader<'_>) {
    let base = sides(reader, End::Base);
    let revised = sides(reader, End::Revised);
    let partners = partners(&base, &revised);
    let paths: HashSet<&Vec<Pattern>> = revised.iter().map(|side| &side.shape).collect();
    for (was, partner) in base.iter().zip(&partners) {
        match partner {
            Some(now) => both(reader, Stands::Paths, was.clone(), revised[*now].clone()),
            None => removed(reader, was, !paths.contains(&was.shape)),
        }
    }
    let known: HashSet<usize> = partners.into_iter().flatten().collect();
    for (_, now) in revised.iter().enumerate().filter(|(index, _)| !known.contains(index)) {
        added(reader, now);
    }
}

/// For each operation of the base, the place of the one that is the same: by its path as it is written,
/// then by the shape of that. Several paths of one shape are taken in their order.
fn partners(base: &[Side<'_>], revised: &[Side<'_>]) -> Vec<Option<usize>> {
    let written: HashMap<(&str, &str), usize> =
        revised.iter().enumerate().map(|(index, side)| ((&*side.method, side.path), index)).collect();
    let mut partners: Vec<Option<usize>> =
        base.iter().map(|side| written.get(&(&*side.method, side.path)).copied()).collect();
    let taken: HashSet<usize> = partners.iter().flatten().copied().collect();
    let mut left: HashMap<(&str, &[Pattern]), VecDeque<usize>> = HashMap::new();
    for (index, side) in revised.iter().enumerate().filter(|(index, _)| !taken.contains(index)) {
        left.entry((&*side.method, &side.shape)).or_default().push_back(index);
    }
    for (side, partner) in base.iter().zip(&mut partners).filter(|(_, partner)| partner.is_none()) {
        *partner = left.get_mut(&(&*side.method, side.shape.as_slice())).and_then(VecDeque::pop_front);
    }
    partners
}

fn sides<'d>(reader: &Reader<'d>, end: End) -> Vec<Side<'d>> {
    let document: &'d Document = match end {
        End::Base => reader.base,
        End::Revised => reader.revised,
    };
    let sources = document.sources();
    let paths = Spot::root(JsonPointer::root().join("paths"));
    let by_path = sources.root().get("paths").and_then(Value::as_object);
    let side = |(index, operation): (usize, &'d crate::document::Operation)| {
        let spot = document.operation_spot(index).clone();
        let mut items = Vec::new();
        // Not by a pointer from the root: that is slow where there are thousands of paths.
        if let Some(value) = by_path.and_then(|paths| paths.get(&operation.key.path)) {
            let own = Placed { spot: paths.join(&operation.key.path), value };
            let target = reader.follow(end, own.clone());
            let is_reference = target.spot != own.spot;
            items.push(own);
            items.extend(is_reference.then_some(target));
        }
        let method = spot.pointer.last();
        let within = items.iter().find(|item| method.as_ref().is_some_and(|it| item.spot.join(it) == spot));
        let value = within.and_then(|item| item.value.get(method.as_deref()?)).or_else(|| sources.get(&spot));
        let value = value.unwrap_or(&Value::Null);
        let template = Template::parse(&operation.key.path);
        Side {
            method: Cow::Borrowed(&operation.key.method),
            path: &operation.key.path,
            id: operation.id.as_deref(),
            captures: template.names,
            operation: Placed { spot, value },
            items,
            shape: template.segments,
        }
    };
    document.operations().iter().enumerate().map(side).collect()
}

impl Side<'_> {
    fn alone(&self) -> At {
        At::whole(OperationPair {
            method: self.method.to_string(),
            path: self.path.to_owned(),
            renamed: None,
            id: self.id.map(str::to_owned),
            stands: Stands::Paths,
        })
    }

    fn get(&self, key: &str) -> Option<&Value> {
        self.operation.value.get(key)
    }

    fn is_deprecated(&self) -> bool {
        self.get("deprecated") == Some(&Value::Bool(true))
    }

    fn level(&self) -> Option<Level> {
        Level::read(self.get("x-stability-level")).ok().flatten()
    }
}

/// Compares two sides of one operation, wherever it stands.
pub(super) fn both<'d>(reader: &mut Reader<'d>, stands: Stands, base: Side<'d>, revised: Side<'d>) {
    let at = At::whole(OperationPair {
        method: base.method.to_string(),
        path: base.path.to_owned(),
        renamed: (base.path != revised.path).then(|| revised.path.to_owned()),
        id: base.id.or(revised.id).map(str::to_owned),
        stands,
    });
    let both = Both { at, base, revised };
    // Whoever relies on a draft was told not to.
    let may_change = both.revised.level().is_some_and(Level::is_loose);
    if stability(reader, &both) && !may_change {
        lifecycle(reader, &both);
        names(reader, &both);
        // What the document asks of its consumers it does not ask of itself.
        if !both.at.is_outgoing() {
            security::compare_operations(reader, &both);
        }
        parameter::compare(reader, &both);
        request::compare(reader, &both);
        response::compare(reader, &both);
        outgoing::callbacks(reader, &both);
    }
}

fn removed(reader: &mut Reader<'_>, was: &Side<'_>, path_gone: bool) {
    if was.level().is_some_and(Level::is_loose) {
        return;
    }
    let paths = Spot::root(JsonPointer::root().join("paths"));
    let sunset = reader.pairs.calendar.removal(was.get("x-sunset"));
    let what = (Area::Operation, Kind::Existence, Action::Removed);
    let change = reader.tell(&was.alone(), what, (Some(&was.operation.spot), Some(&paths)));
    change.facts.put(Fact::Deprecated, was.is_deprecated());
    change.facts.put(Fact::Sunset, sunset);
    change.facts.put(Fact::PathGone, path_gone);
    change.before = was.get("x-sunset").cloned().unwrap_or(Value::Null);
}

fn added(reader: &mut Reader<'_>, now: &Side<'_>) {
    let paths = Spot::root(JsonPointer::root().join("paths"));
    let what = (Area::Operation, Kind::Existence, Action::Added);
    reader.tell(&now.alone(), what, (Some(&paths), Some(&now.operation.spot)));
}

/// Tells how firm the operation is; gives whether the rest of it is to be compared.
fn stability(reader: &mut Reader<'_>, both: &Both<'_>) -> bool {
    let keyword = "x-stability-level";
    let (before, after) = (both.base.get(keyword), both.revised.get(keyword));
    let (action, goes_on) = match compare_levels(before, after) {
        Step::Same => return true,
        Step::Up => (Action::Increased, true),
        Step::Down => (Action::Decreased, false),
        Step::Invalid => (Action::Changed, false),
    };
    let (before, after) = (before.cloned(), after.cloned());
    let change = reader.tell(&both.at, (Area::Operation, Kind::Stability, action), both.spots());
    (change.before, change.after) = (before.unwrap_or(Value::Null), after.unwrap_or(Value::Null));
    goes_on
}

fn lifecycle(reader: &mut Reader<'_>, both: &Both<'_>) {
    let (before, after) = (both.base.get("x-sunset"), both.revised.get("x-sunset"));
    let (kind, action, sunset) = match (both.base.is_deprecated(), both.revised.is_deprecated()) {
        (false, true) => (Kind::Deprecation, Action::Set, Some(reader.pairs.calendar.sunset(after))),
        (true, false) => (Kind::Deprecation, Action::Unset, Some("none")),
        (true, true) => (Kind::Sunset, Action::Changed, reader.pairs.calendar.moved(before, after)),
        (false, false) => return,
    };
    let Some(sunset) = sunset else { return };
    let change = reader.tell(&both.at, (Area::Operation, kind, action), both.spots());
    change.facts.put(Fact::Sunset, sunset);
    (change.before, change.after) =
        (before.cloned().unwrap_or(Value::Null), after.cloned().unwrap_or(Value::Null));
}

/// The operation's own name, and its tags.
fn names(reader: &mut Reader<'_>, both: &Both<'_>) {
    if both.base.id != both.revised.id {
        let action = if both.base.id.is_some() { Action::Removed } else { Action::Added };
        let change = reader.tell(&both.at, (Area::Operation, Kind::OperationId, action), both.spots());
        change.before = Value::from(both.base.id);
        change.after = Value::from(both.revised.id);
    }
    let tags = |side: &Side<'_>| -> Vec<String> {
        let tags = side.get("tags").and_then(Value::as_array).into_iter().flatten();
        tags.filter_map(|tag| tag.as_str().map(str::to_owned)).collect()
    };
    let (was, now) = (tags(&both.base), tags(&both.revised));
    for (action, alone) in [
        (Action::Removed, was.iter().filter(|tag| !now.contains(tag)).collect::<Vec<_>>()),
        (Action::Added, now.iter().filter(|tag| !was.contains(tag)).collect()),
    ] {
        for tag in alone {
            let change = reader.tell(&both.at, (Area::Tag, Kind::Existence, action), both.spots());
            change.name = Some(tag.clone());
        }
    }
}

impl Both<'_> {
    pub fn spots(&self) -> (Option<&Spot>, Option<&Spot>) {
        (Some(&self.base.operation.spot), Some(&self.revised.operation.spot))
    }
}
