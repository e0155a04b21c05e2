//! Goes through both documents side by side, tells what differs, and leaves the schemas that meet to
//! be compared.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::calendar::Calendar;
use super::change::{Action, Area, Change, Direction, Kind, OperationPair, Part, Use};
use super::facts::Facts;
use super::outgoing::{self, Callbacks};
use super::schema::{Context, PairId, Pairs, SchemaId, Side};
use super::{Comparison, TooComplex, component, operation, security, uses, version};
use crate::document::Document;
use crate::pointer::JsonPointer;
use crate::sources::{FileId, Sources, Spot};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Placed<'d> {
    pub spot: Spot,
    pub value: &'d Value,
}

/// A place in an operation from which schemas are reached.
#[derive(Debug)]
pub(super) struct Root {
    pub operation: Arc<OperationPair>,
    pub part: Part,
    pub class: Class,
    pub pair: PairId,
}

/// What the meaning of a change depends on beside the schemas that differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Class {
    /// Of the value itself.
    pub outer: Area,
    /// Of what is inside.
    pub inner: Area,
    /// Of a parameter: where it stands, and whether it has to.
    pub parameter: Option<(String, bool)>,
}

pub(super) struct Reader<'d> {
    pub base: &'d Document,
    pub revised: &'d Document,
    pub pairs: Pairs<'d>,
    pub roots: Vec<Root>,
    pub changes: Vec<Change>,
    pub callbacks: Callbacks,
    /// What references lead to: few are followed from many places.
    followed: RefCell<HashMap<(End, FileId, &'d str), Placed<'d>>>,
}

/// Which of the two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum End {
    Base,
    Revised,
}

impl<'d> Reader<'d> {
    pub fn new(base: &'d Document, revised: &'d Document, calendar: Calendar) -> Self {
        let pairs = Pairs::new(Side::new(base), Side::new(revised), calendar);
        Self {
            base,
            revised,
            pairs,
            roots: Vec::new(),
            changes: Vec::new(),
            callbacks: Callbacks::default(),
            followed: RefCell::default(),
        }
    }

    pub fn read(mut self, max_uses: usize) -> Result<Comparison, TooComplex> {
        version::compare(&mut self);
        security::compare_documents(&mut self);
        component::compare(&mut self);
        operation::compare(&mut self);
        outgoing::webhooks(&mut self);
        self.callbacks.all()?;
        self.pairs.finish()?;
        let inside = uses::changes(&self.pairs, &self.roots, max_uses);
        self.changes.extend(inside);
        Ok(Comparison { changes: uses::in_order(self.changes) })
    }

    pub fn sources(&self, end: End) -> &'d Sources {
        match end {
            End::Base => self.base.sources(),
            End::Revised => self.revised.sources(),
        }
    }

    /// The member `key` of an object, behind its references.
    pub fn member(&self, end: End, owner: &Placed<'d>, key: &str) -> Option<Placed<'d>> {
        let value = owner.value.get(key)?;
        Some(self.follow(end, Placed { spot: owner.spot.join(key), value }))
    }

    /// What a value is behind its references; where they lead nowhere, the value itself.
    pub fn follow(&self, end: End, placed: Placed<'d>) -> Placed<'d> {
        let Some(reference) = placed.value.get("$ref").and_then(Value::as_str) else { return placed };
        let sources = self.sources(end);
        let key = (end, placed.spot.file, reference);
        if let Some(known) = self.followed.borrow().get(&key) {
            return known.clone();
        }
        let spot = sources.follow(placed.spot.clone()).ok();
        let target = spot.and_then(|spot| Some(Placed { value: sources.get(&spot)?, spot }));
        let target = target.unwrap_or_else(|| placed.clone());
        if !sources.has_inner_resources(placed.spot.file) {
            self.followed.borrow_mut().insert(key, target.clone());
        }
        target
    }

    /// The schema under `key` of an object, as it stands: it may say more beside a reference.
    pub fn schema_in(owner: &Placed<'d>, key: &str) -> Option<Placed<'d>> {
        let value = owner.value.get(key)?;
        Some(Placed { spot: owner.spot.join(key), value })
    }

    /// The members of the map `key` of an object, each behind its references. A header may be called
    /// `x-` something: only among responses that is an extension.
    pub fn members(&self, end: End, owner: &Placed<'d>, key: &str) -> Vec<(&'d str, Placed<'d>)> {
        let spot = owner.spot.join(key);
        let members = owner.value.get(key).and_then(Value::as_object).into_iter().flatten();
        members
            .filter(|(name, _)| key != "responses" || !name.starts_with("x-"))
            .map(|(name, value)| (name.as_str(), self.follow(end, Placed { spot: spot.join(name), value })))
            .collect()
    }

    pub fn schema(&mut self, end: End, placed: &Placed<'d>) -> SchemaId {
        let side = match end {
            End::Base => &mut self.pairs.base,
            End::Revised => &mut self.pairs.revised,
        };
        side.schema(&placed.spot, placed.value)
    }

    /// Has the schemas under `key` compared; where one side has none, it says nothing.
    pub fn lead(
        &mut self,
        at: &At,
        class: Class,
        (base, revised): (Option<&Placed<'d>>, Option<&Placed<'d>>),
        text: bool,
    ) {
        let base = base.map(|placed| self.schema(End::Base, placed));
        let revised = revised.map(|placed| self.schema(End::Revised, placed));
        if base.is_none() && revised.is_none() {
            return;
        }
        let context = Context { direction: at.direction, carried: true, text };
        let pair = self.pairs.pair(base.as_slice(), revised.as_slice(), context);
        self.roots.push(Root { operation: Arc::clone(&at.operation), part: at.part.clone(), class, pair });
    }

    /// A change of one operation.
    pub fn tell(
        &mut self,
        at: &At,
        (area, kind, action): (Area, Kind, Action),
        (base, revised): (Option<&Spot>, Option<&Spot>),
    ) -> &mut Change {
        let place = Use {
            operation: Some(Arc::clone(&at.operation)),
            part: at.part.clone(),
            place: JsonPointer::root(),
            also: Vec::new(),
        };
        self.changes.push(Change {
            direction: at.direction,
            area,
            kind,
            action,
            name: None,
            member: None,
            before: Value::Null,
            after: Value::Null,
            base: base.map(|spot| self.base.sources().position(spot)),
            revised: revised.map(|spot| self.revised.sources().position(spot)),
            facts: Facts::default(),
            uses: Arc::new([place]),
            unlisted: 0,
        });
        self.changes.last_mut().expect("it was put in just now")
    }

    /// A change of the whole document.
    pub fn tell_of_document(
        &mut self,
        (area, kind, action): (Area, Kind, Action),
        (base, revised): (Option<&Spot>, Option<&Spot>),
    ) -> &mut Change {
        let mut change = Change::of_document(area, kind, action);
        change.base = base.map(|spot| self.base.sources().position(spot));
        change.revised = revised.map(|spot| self.revised.sources().position(spot));
        self.changes.push(change);
        self.changes.last_mut().expect("it was put in just now")
    }
}

/// Where in an operation.
#[derive(Clone, Debug)]
pub(super) struct At {
    pub operation: Arc<OperationPair>,
    pub part: Part,
    pub direction: Direction,
}

impl At {
    pub fn whole(operation: OperationPair) -> Self {
        Self { operation: Arc::new(operation), part: Part::Whole, direction: Direction::None }
    }

    /// A part that travels in `direction` where a consumer sends the request; where the provider does,
    /// it travels the other way.
    pub fn part(&self, part: Part, direction: Direction) -> Self {
        let direction = match direction {
            Direction::Request if self.is_outgoing() => Direction::Response,
            Direction::Response if self.is_outgoing() => Direction::Request,
            other => other,
        };
        Self { operation: Arc::clone(&self.operation), part, direction }
    }

    pub fn is_outgoing(&self) -> bool {
        self.operation.is_outgoing()
    }
}
