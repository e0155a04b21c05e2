//! Parameters: those of the operation and those of its path, each held against the one of the same
//! name and place. A path parameter is known by where it stands in the path.

use serde_json::Value;

use super::change::{Action, Area, Direction, Kind, Part};
use super::facts::Fact;
use super::operation::{Both, Side};
use super::reader::{At, Class, End, Placed, Reader};
use super::response::HEADER;
use super::schema::Together;
use crate::schema::Types;

/// A parameter on one side.
#[derive(Clone, Debug)]
struct Parameter<'d> {
    placed: Placed<'d>,
    location: &'d str,
    name: &'d str,
    /// What it is known by: for a path parameter, its name in the base document.
    known_as: String,
    /// Whether it stands at the path, for all its operations.
    of_path: bool,
}

pub(super) fn compare<'d>(reader: &mut Reader<'d>, both: &Both<'d>) {
    let base = parameters(reader, End::Base, &both.base, &both.base.captures);
    let revised = parameters(reader, End::Revised, &both.revised, &both.base.captures);
    for was in &base {
        match revised.iter().find(|now| now.is(was)) {
            Some(now) => kept(reader, both, was, now),
            None => removed(reader, both, was),
        }
    }
    for now in revised.iter().filter(|now| !base.iter().any(|was| was.is(now))) {
        added(reader, both, now);
    }
}

/// The parameters of an operation and those of its path that it does not replace.
fn parameters<'d>(
    reader: &mut Reader<'d>,
    end: End,
    side: &Side<'d>,
    base_captures: &[String],
) -> Vec<Parameter<'d>> {
    let mut found: Vec<Parameter<'d>> = Vec::new();
    let owners = std::iter::once((&side.operation, false)).chain(side.items.iter().map(|item| (item, true)));
    for (owner, of_path) in owners {
        let list = owner.value.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let spot = owner.spot.join("parameters");
        let mut more = Vec::new();
        for (index, value) in list.enumerate() {
            let placed = reader.follow(end, Placed { spot: spot.index(index), value });
            let text = |key: &str| placed.value.get(key).and_then(Value::as_str);
            let (Some(name), Some(location)) = (text("name"), text("in")) else { continue };
            let renamed = || {
                let at = side.captures.iter().position(|capture| capture == name)?;
                base_captures.get(at).cloned()
            };
            let known_as = match location {
                "path" => renamed().unwrap_or_else(|| name.to_owned()),
                "header" => name.to_ascii_lowercase(),
                // All of a query has no name to be known by.
                "querystring" => String::new(),
                _ => name.to_owned(),
            };
            more.push(Parameter { placed, location, name, known_as, of_path });
        }
        more.retain(|parameter| !found.iter().any(|known| known.is(parameter)));
        found.append(&mut more);
    }
    found
}

impl Parameter<'_> {
    fn is(&self, other: &Parameter<'_>) -> bool {
        self.location == other.location && self.known_as == other.known_as
    }

    fn flag(&self, key: &str) -> bool {
        self.placed.value.get(key) == Some(&Value::Bool(true))
    }

    fn get(&self, key: &str) -> Option<&Value> {
        self.placed.value.get(key)
    }

    fn at(&self, both: &Both<'_>) -> At {
        let part = Part::Parameter { location: self.location.to_owned(), name: self.name.to_owned() };
        both.at.part(part, Direction::Request)
    }

    /// How the value is written, where that is not as usual.
    fn style(&self) -> (&str, bool) {
        let usual = if matches!(self.location, "query" | "cookie") { "form" } else { "simple" };
        let style = self.get("style").and_then(Value::as_str).unwrap_or(usual);
        let explode = self.get("explode").and_then(Value::as_bool).unwrap_or(style == "form");
        (style, explode)
    }
}

/// What a webhook has in the place of a header is to a consumer what a header of an answer is elsewhere.
fn area(at: &At) -> Area {
    if at.is_outgoing() { Area::Header } else { Area::Parameter }
}

fn removed(reader: &mut Reader<'_>, both: &Both<'_>, was: &Parameter<'_>) {
    let sunset = reader.pairs.calendar.removal(was.get("x-sunset"));
    let what = (area(&both.at), Kind::Existence, Action::Removed);
    let spots = (Some(&was.placed.spot), Some(&both.revised.operation.spot));
    let change = reader.tell(&was.at(both), what, spots);
    change.name = Some(was.name.to_owned());
    change.facts.put(Fact::Location, was.location);
    change.facts.put(Fact::Required, was.flag("required"));
    change.facts.put(Fact::Deprecated, was.flag("deprecated"));
    change.facts.put(Fact::Sunset, sunset);
    change.before = was.get("x-sunset").cloned().unwrap_or(Value::Null);
}

fn added<'d>(reader: &mut Reader<'d>, both: &Both<'d>, now: &Parameter<'d>) {
    let schema = Reader::schema_in(&now.placed, "schema");
    let has_default = schema.is_some_and(|schema| {
        let schema = reader.schema(End::Revised, &schema);
        reader.pairs.revised.traits(&Together::One(schema)).has_default
    });
    let what = (area(&both.at), Kind::Existence, Action::Added);
    let spots = (Some(&both.base.operation.spot), Some(&now.placed.spot));
    let change = reader.tell(&now.at(both), what, spots);
    change.name = Some(now.name.to_owned());
    change.facts.put(Fact::Location, now.location);
    change.facts.put(Fact::Required, now.flag("required"));
    change.facts.put(Fact::HasDefault, has_default);
    change.facts.put(Fact::Level, if now.of_path { "path" } else { "operation" });
}

fn kept<'d>(reader: &mut Reader<'d>, both: &Both<'d>, was: &Parameter<'d>, now: &Parameter<'d>) {
    let at = was.at(both);
    let spots = (Some(&was.placed.spot), Some(&now.placed.spot));
    let (before, after) = (was.flag("required"), now.flag("required"));
    // What stands in the path is always there.
    if before != after && was.location != "path" {
        let action = if after { Action::Set } else { Action::Unset };
        let change = reader.tell(&at, (area(&at), Kind::Requiredness, action), spots);
        change.name = Some(was.name.to_owned());
        change.facts.put(Fact::Location, was.location);
        (change.before, change.after) = (Value::from(before), Value::from(after));
    }
    lifecycle(reader, &at, was, now);
    style(reader, &at, was, now);
    values(reader, &at, was, now);
}

fn lifecycle(reader: &mut Reader<'_>, at: &At, was: &Parameter<'_>, now: &Parameter<'_>) {
    let (before, after) = (was.get("x-sunset"), now.get("x-sunset"));
    let (kind, action, sunset) = match (was.flag("deprecated"), now.flag("deprecated")) {
        (false, true) => (Kind::Deprecation, Action::Set, Some(reader.pairs.calendar.sunset(after))),
        (true, false) => (Kind::Deprecation, Action::Unset, Some("none")),
        (true, true) => (Kind::Sunset, Action::Changed, reader.pairs.calendar.moved(before, after)),
        (false, false) => return,
    };
    let Some(sunset) = sunset else { return };
    let spots = (Some(&was.placed.spot), Some(&now.placed.spot));
    let change = reader.tell(at, (Area::Parameter, kind, action), spots);
    change.name = Some(was.name.to_owned());
    change.facts.put(Fact::Sunset, sunset);
    (change.before, change.after) =
        (before.cloned().unwrap_or(Value::Null), after.cloned().unwrap_or(Value::Null));
}

/// How a value is written counts where it has parts.
fn style(reader: &mut Reader<'_>, at: &At, was: &Parameter<'_>, now: &Parameter<'_>) {
    let has_parts = [was, now].iter().any(|it| {
        let schema = it.get("schema");
        schema.is_some_and(|schema| schema["type"] != "string" && schema["type"] != "integer")
    });
    let styled = was.get("content").is_none() && now.get("content").is_none();
    if styled && has_parts && was.style() != now.style() {
        let spots = (Some(&was.placed.spot), Some(&now.placed.spot));
        let change = reader.tell(at, (Area::Parameter, Kind::Style, Action::Changed), spots);
        let shown = |(style, explode): (&str, bool)| {
            Value::from(format!("{style}{}", if explode { ", exploded" } else { "" }))
        };
        change.name = Some(was.name.to_owned());
        (change.before, change.after) = (shown(was.style()), shown(now.style()));
    }
}

fn values<'d>(reader: &mut Reader<'d>, at: &At, was: &Parameter<'d>, now: &Parameter<'d>) {
    let class = if at.is_outgoing() {
        HEADER
    } else {
        let parameter = Some((was.location.to_owned(), was.flag("required") && now.flag("required")));
        Class { outer: Area::Parameter, inner: Area::ParameterProperty, parameter }
    };
    let base = Reader::schema_in(&was.placed, "schema");
    let revised = Reader::schema_in(&now.placed, "schema");
    match (base, revised) {
        (Some(base), Some(revised)) => {
            // Who reads a list does not find the one value that was there.
            let revised = if at.is_outgoing() { revised } else { one_of_many(reader, now, &base, revised) };
            reader.lead(at, class, (Some(&base), Some(&revised)), true);
        }
        (base, revised) => {
            let base = base.or_else(|| media_schema(reader, End::Base, was));
            let revised = revised.or_else(|| media_schema(reader, End::Revised, now));
            let text = was.get("content").is_none() && now.get("content").is_none();
            reader.lead(at, class, (base.as_ref(), revised.as_ref()), text);
        }
    }
}

/// In a query `?a=1` is both a value and a list of one: where there was one value and is a list now,
/// its elements are what the value is held against.
fn one_of_many<'d>(
    reader: &mut Reader<'d>,
    now: &Parameter<'d>,
    base: &Placed<'d>,
    revised: Placed<'d>,
) -> Placed<'d> {
    if now.style() != ("form", true) {
        return revised;
    }
    let was = reader.schema(End::Base, base);
    let is = reader.schema(End::Revised, &revised);
    let (was, is) = (reader.pairs.base.kinds(was), reader.pairs.revised.kinds(is));
    let compound = Types::ARRAY.or(Types::OBJECT);
    let is_list = is.declared && is.beside_null() == Types::ARRAY;
    if !was.declared || was.types.meets(compound) || !is_list {
        return revised;
    }
    let list = reader.follow(End::Revised, revised.clone());
    let Some(items) = Reader::schema_in(&list, "items") else { return revised };
    let element = reader.schema(End::Revised, &items);
    if reader.pairs.revised.kinds(element).contain(&was) { items } else { revised }
}

/// The schema of the only media type in `content`.
fn media_schema<'d>(reader: &Reader<'d>, end: End, parameter: &Parameter<'d>) -> Option<Placed<'d>> {
    let (_, media) = reader.members(end, &parameter.placed, "content").into_iter().next()?;
    Reader::schema_in(&media, "schema")
}
