//! What an operation answers with: statuses, media types, and headers.

use serde_json::Value;

use super::change::{Action, Area, Direction, Kind, Part};
use super::facts::Fact;
use super::media::{Matched, Relation, is_text, match_up};
use super::operation::Both;
use super::reader::{At, Class, End, Placed, Reader};
use super::request::{BODY, schema_existence};
use crate::sources::Spot;

/// What changes in a header mean.
pub(super) const HEADER: Class = Class { outer: Area::Header, inner: Area::HeaderProperty, parameter: None };

pub(super) fn compare<'d>(reader: &mut Reader<'d>, both: &Both<'d>) {
    let base = reader.members(End::Base, &both.base.operation, "responses");
    let revised = reader.members(End::Revised, &both.revised.operation, "responses");
    let of = |key: &str| Part::Response { status: key.to_owned() };
    for (key, was) in &base {
        // `2XX` answers for what was `200`.
        let now = revised.iter().find(|(other, _)| other.eq_ignore_ascii_case(key));
        let now = now.or_else(|| revised.iter().find(|(range, _)| is_range_of(range, key)));
        // Who takes any status goes on taking this one.
        let any = || revised.iter().find(|(any, _)| both.at.is_outgoing() && *any == "default");
        let now = now.or_else(any);
        if let Some((_, now)) = now {
            response(reader, both, key, (was, now));
            continue;
        }
        let at = both.at.part(of(key), Direction::Response);
        let spots = (Some(&was.spot), Some(&both.revised.operation.spot));
        status(reader.tell(&at, (Area::Response, Kind::Status, Action::Removed), spots), key);
    }
    let known = |key: &str| base.iter().any(|(other, _)| other.eq_ignore_ascii_case(key));
    for (key, now) in revised.iter().filter(|(key, _)| !known(key)) {
        let at = both.at.part(of(key), Direction::Response);
        let spots = (Some(&both.base.operation.spot), Some(&now.spot));
        status(reader.tell(&at, (Area::Response, Kind::Status, Action::Added), spots), key);
    }
}

fn status(change: &mut super::Change, key: &str) {
    change.name = Some(key.to_owned());
    change.facts.put(Fact::Status, if key.starts_with('2') { "success" } else { "other" });
}

/// Whether `range` is `2XX` and the like, and `key` a status of it.
fn is_range_of(range: &str, key: &str) -> bool {
    let digit = range.to_ascii_uppercase().strip_suffix("XX").map(str::to_owned);
    digit.is_some_and(|digit| key.len() == 3 && key.starts_with(&digit))
}

fn response<'d>(
    reader: &mut Reader<'d>,
    both: &Both<'d>,
    status: &str,
    (was, now): (&Placed<'d>, &Placed<'d>),
) {
    headers(reader, both, status, (was, now));
    let base = reader.members(End::Base, was, "content");
    let revised = reader.members(End::Revised, now, "content");
    let Matched { both: kept, removed, added } = match_up(base, revised, true);
    let at = |media_type: &str| {
        let part = Part::ResponseBody { status: status.to_owned(), media_type: media_type.to_owned() };
        both.at.part(part, Direction::Response)
    };
    for (key, media) in removed {
        let what = (Area::Response, Kind::MediaType, Action::Removed);
        reader.tell(&at(key), what, (Some(&media.spot), Some(&now.spot))).name = Some(key.to_owned());
    }
    for (key, media) in added {
        let what = (Area::Response, Kind::MediaType, Action::Added);
        reader.tell(&at(key), what, (Some(&was.spot), Some(&media.spot))).name = Some(key.to_owned());
    }
    for ((key, was), (new_key, now), relation) in kept {
        if relation != Relation::Same {
            let action = if relation == Relation::Wider { Action::Widened } else { Action::Narrowed };
            let what = (Area::Response, Kind::MediaType, action);
            let change = reader.tell(&at(key), what, (Some(&was.spot), Some(&now.spot)));
            (change.before, change.after) = (Value::from(key), Value::from(new_key));
        }
        let base = Reader::schema_in(&was, "schema");
        let revised = Reader::schema_in(&now, "schema");
        if let Some(action) = schema_existence(base.as_ref(), revised.as_ref()) {
            let what = (Area::Response, Kind::MediaTypeSchema, action);
            reader.tell(&at(key), what, (Some(&was.spot), Some(&now.spot))).name = Some(key.to_owned());
        } else {
            reader.lead(&at(key), BODY, (base.as_ref(), revised.as_ref()), is_text(key));
        }
    }
}

fn headers<'d>(
    reader: &mut Reader<'d>,
    both: &Both<'d>,
    status: &str,
    (was, now): (&Placed<'d>, &Placed<'d>),
) {
    let base = reader.members(End::Base, was, "headers");
    let revised = reader.members(End::Revised, now, "headers");
    for (name, header) in &base {
        let at = both.at.part(header_of(status, name), Direction::Response);
        if let Some((_, new)) = revised.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)) {
            kept_header(reader, &at, name, (header, new));
        } else {
            let change = tell_of_header(reader, &at, Action::Removed, (&header.spot, &now.spot));
            change.name = Some((*name).to_owned());
            change.facts.put(Fact::Required, is_required(header));
        }
    }
    for (name, header) in &revised {
        if !base.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            let at = both.at.part(header_of(status, name), Direction::Response);
            let change = tell_of_header(reader, &at, Action::Added, (&was.spot, &header.spot));
            change.name = Some((*name).to_owned());
            change.facts.put(Fact::Required, is_required(header));
            change.facts.put(Fact::Level, "operation");
        }
    }
}

fn header_of(status: &str, name: &str) -> Part {
    Part::ResponseHeader { status: status.to_owned(), name: name.to_owned() }
}

fn is_required(header: &Placed<'_>) -> bool {
    header.value.get("required") == Some(&Value::Bool(true))
}

/// The header of an answer to a webhook is what a header parameter is elsewhere: a consumer sends it.
fn header_area(at: &At) -> Area {
    if at.is_outgoing() { Area::Parameter } else { Area::Header }
}

fn tell_of_header<'r>(
    reader: &'r mut Reader<'_>,
    at: &At,
    action: Action,
    (base, revised): (&Spot, &Spot),
) -> &'r mut super::Change {
    let change = reader.tell(at, (header_area(at), Kind::Existence, action), (Some(base), Some(revised)));
    if at.is_outgoing() {
        change.facts.put(Fact::Location, "header");
    }
    change
}

fn kept_header<'d>(reader: &mut Reader<'d>, at: &At, name: &str, (was, now): (&Placed<'d>, &Placed<'d>)) {
    let (before, after) = (is_required(was), is_required(now));
    if before != after {
        let action = if after { Action::Set } else { Action::Unset };
        let what = (header_area(at), Kind::Requiredness, action);
        let change = reader.tell(at, what, (Some(&was.spot), Some(&now.spot)));
        change.name = Some(name.to_owned());
    }
    let class = if at.is_outgoing() {
        let parameter = Some(("header".to_owned(), before && after));
        Class { outer: Area::Parameter, inner: Area::ParameterProperty, parameter }
    } else {
        HEADER
    };
    let base = Reader::schema_in(was, "schema");
    let revised = Reader::schema_in(now, "schema");
    reader.lead(at, class, (base.as_ref(), revised.as_ref()), true);
}
