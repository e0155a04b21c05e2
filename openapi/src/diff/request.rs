//! What an operation takes: its body, and the media types of that.

use serde_json::Value;

use super::change::{Action, Area, Direction, Kind, Part};
use super::facts::Fact;
use super::media::{Matched, Relation, is_text, match_up};
use super::operation::Both;
use super::reader::{Class, End, Placed, Reader};

/// What changes in a body mean.
pub(super) const BODY: Class = Class { outer: Area::Body, inner: Area::Property, parameter: None };

pub(super) fn compare<'d>(reader: &mut Reader<'d>, both: &Both<'d>) {
    let base = reader.member(End::Base, &both.base.operation, "requestBody");
    let revised = reader.member(End::Revised, &both.revised.operation, "requestBody");
    let at = both.at.part(Part::RequestBody { media_type: None }, Direction::Request);
    let required = |body: &Placed<'_>| body.value.get("required") == Some(&Value::Bool(true));
    match (base, revised) {
        (None, None) => {}
        (None, Some(now)) => {
            let spots = (Some(&both.base.operation.spot), Some(&now.spot));
            let change = reader.tell(&at, (Area::Body, Kind::Existence, Action::Added), spots);
            change.facts.put(Fact::Required, required(&now));
        }
        (Some(was), None) => {
            let spots = (Some(&was.spot), Some(&both.revised.operation.spot));
            let change = reader.tell(&at, (Area::Body, Kind::Existence, Action::Removed), spots);
            change.facts.put(Fact::Required, required(&was));
        }
        (Some(was), Some(now)) => {
            let (before, after) = (required(&was), required(&now));
            if before != after {
                let action = if after { Action::Set } else { Action::Unset };
                let spots = (Some(&was.spot), Some(&now.spot));
                let change = reader.tell(&at, (Area::Body, Kind::Requiredness, action), spots);
                (change.before, change.after) = (Value::from(before), Value::from(after));
            }
            content(reader, both, &was, &now);
        }
    }
}

fn content<'d>(reader: &mut Reader<'d>, both: &Both<'d>, was: &Placed<'d>, now: &Placed<'d>) {
    let base = reader.members(End::Base, was, "content");
    let revised = reader.members(End::Revised, now, "content");
    // A consumer that reads the body cannot choose what it is written in.
    let outgoing = both.at.is_outgoing();
    let Matched { both: kept, removed, added } = match_up(base, revised, outgoing);
    let at = |media_type: &str| {
        both.at.part(Part::RequestBody { media_type: Some(media_type.to_owned()) }, Direction::Request)
    };
    for (key, media) in removed {
        let what = (Area::Body, Kind::MediaType, Action::Removed);
        reader.tell(&at(key), what, (Some(&media.spot), Some(&now.spot))).name = Some(key.to_owned());
    }
    for (key, media) in added {
        let what = (Area::Body, Kind::MediaType, Action::Added);
        reader.tell(&at(key), what, (Some(&was.spot), Some(&media.spot))).name = Some(key.to_owned());
    }
    for ((key, was), (new_key, now), relation) in kept {
        if outgoing && relation == Relation::Wider {
            let what = (Area::Body, Kind::MediaType, Action::Widened);
            let change = reader.tell(&at(key), what, (Some(&was.spot), Some(&now.spot)));
            (change.before, change.after) = (Value::from(key), Value::from(new_key));
        }
        let base = Reader::schema_in(&was, "schema");
        let revised = Reader::schema_in(&now, "schema");
        if let Some(action) = schema_existence(base.as_ref(), revised.as_ref()) {
            let what = (Area::Body, Kind::MediaTypeSchema, action);
            reader.tell(&at(key), what, (Some(&was.spot), Some(&now.spot))).name = Some(key.to_owned());
        } else {
            reader.lead(&at(key), BODY, (base.as_ref(), revised.as_ref()), is_text(key));
        }
    }
}

/// Whether a schema came or went.
pub(super) fn schema_existence(base: Option<&Placed<'_>>, revised: Option<&Placed<'_>>) -> Option<Action> {
    match (base, revised) {
        (None, Some(_)) => Some(Action::Added),
        (Some(_), None) => Some(Action::Removed),
        _ => None,
    }
}
