//! A value that is a part of another one: what a consumer uses of an answer.
//!
//! A schema describes the whole answer. What it asks for beyond the part says nothing against the
//! part (`required`, `minProperties`, `then` of a condition that the part leaves open); what it does
//! not know, the part may not count on. So an object is closed unless the schema opens it, and all
//! schemas of one object are closed together: a member that one of an `allOf` knows is known.

use std::collections::HashMap;
use std::sync::Arc;

use regex::Regex;
use serde_json::Value;

use super::facts::Facts;
use super::judge::{Run, Subject};
use super::keywords;
use super::meant::{AllMeant, Meant};
use super::node::{Node, Rule, Rules};
use super::report::{Errors, Verdict, excerpt};
use super::seen::{Closed, Seen};
use super::{Direction, SchemaError, Schemas};
use crate::pointer::{JsonPointer, Path};
use crate::sources::Spot;

/// What is thought of members that the document does not speak of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Undeclared {
    /// They are not promised, whatever `additionalProperties: true` says: what the OpenAPI-Pact
    /// comparator holds.
    Refused,
    /// They are not promised, unless `additionalProperties` says that there may be others.
    #[default]
    RefusedUnlessOpen,
    /// Whatever is not forbidden may be counted on.
    Allowed,
}

/// What else than the example a consumer takes at one place of the part.
#[derive(Clone, Debug, Default)]
pub struct Leeway {
    /// An array of any length.
    pub length: bool,
    /// An object with members of any names.
    pub members: bool,
    pub value: Latitude,
}

/// Which other values are taken.
#[derive(Clone, Debug, Default)]
pub enum Latitude {
    #[default]
    None,
    /// Every value of the same type.
    OfType,
    /// Every text that the pattern matches.
    Matching(Regex),
}

/// The places where a consumer takes more than its example.
pub type Leeways = HashMap<JsonPointer, Leeway>;

/// How a part is held to its schema.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner<'m> {
    pub undeclared: Undeclared,
    pub leeways: &'m Leeways,
}

/// What the document promises of one place of the part.
#[derive(Clone, Debug)]
pub struct Promise {
    /// Where in the part.
    pub at: JsonPointer,
    /// The schema of the place.
    pub rule: Spot,
    /// Whether it is always there where what it stands in is.
    pub always: bool,
    pub facts: Arc<Facts>,
}

/// What a part breaks, and what its places were promised.
#[derive(Debug, Default)]
pub(crate) struct Parted {
    pub errors: Vec<SchemaError>,
    /// In no order. Where the part breaks its schema, some are left out.
    pub promises: Vec<Promise>,
}

/// The keywords that ask for more of an object than a part of it may have.
const OF_WHOLE_OBJECTS: [&str; 1] = ["minProperties"];
/// The keywords that are about all elements of an array, which a sample is not.
const OF_WHOLE_ARRAYS: [&str; 3] = ["minItems", "maxItems", "uniqueItems"];
/// The keywords that tell values of one type apart.
const OF_VALUES: [&str; 11] = [
    "const",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxLength",
    "maximum",
    "minLength",
    "minimum",
    "multipleOf",
    "pattern",
];

/// One part on its way through its schemas.
#[derive(Debug)]
pub(super) struct PartRun<'s> {
    manner: Manner<'s>,
    /// Whether it goes through once more, for what there is to tell.
    tells: bool,
    pub(super) notes: Notes<'s>,
}

/// What was met on the way. Places in memory are compared, and never read.
#[derive(Debug, Default)]
pub(super) struct Notes<'s> {
    met: Vec<Met<'s>>,
    asked: Vec<(*const Value, &'s [String])>,
    objects: Vec<Object<'s>>,
    meant: Vec<Meant>,
}

/// A place of the part and one schema that is about it.
#[derive(Debug)]
struct Met<'s> {
    parent: *const Value,
    instance: *const Value,
    at: JsonPointer,
    node: &'s Node,
}

/// An object of the part, and what one way through its schemas has left unseen. Others may know it.
#[derive(Debug)]
struct Object<'s> {
    instance: *const Value,
    closed: Closed,
    unseen: Vec<Unseen>,
    owner: &'s Node,
}

/// A member that no schema has looked at.
#[derive(Clone, Debug)]
struct Unseen {
    of: *const Value,
    name: String,
    /// Where it stands and what it is, for who has to tell of it: most are known to another schema.
    told: Option<(JsonPointer, Value)>,
}

/// How many notes there were at some point of the way.
#[derive(Clone, Copy)]
pub(super) struct Mark(usize, usize, usize, usize);

impl<'s> PartRun<'s> {
    pub(super) fn new(manner: Manner<'s>) -> Self {
        Self { manner, tells: false, notes: Notes::default() }
    }

    /// The same part on its way once more, for what there is to tell.
    pub(super) fn once_more(manner: Manner<'s>) -> Self {
        Self { tells: true, ..Self::new(manner) }
    }

    pub(super) fn undeclared(&self) -> Undeclared {
        self.manner.undeclared
    }

    fn leeway(&self, at: &Path<'_>) -> Option<&'s Leeway> {
        let leeways = self.manner.leeways;
        if leeways.is_empty() { None } else { leeways.get(&at.pointer()) }
    }

    /// Whether the array at `at` stands for arrays of other lengths.
    pub(super) fn is_sample(&self, at: &Path<'_>) -> bool {
        self.leeway(at).is_some_and(|leeway| leeway.length)
    }

    /// Tells what no schema knows: the document does not promise it, and so nobody can count on it. Where a
    /// branch knows it that the part does not keep, what the part breaks of that branch is told instead.
    pub(super) fn report_unknown(&self, errors: &mut Errors) {
        let meant = AllMeant::of(&self.notes.meant);
        for (owner, Unseen { of, name, told }) in self.notes.close(self.manner.undeclared) {
            if let Some(broken) = meant.errors(*of, name) {
                errors.append(broken.clone());
                continue;
            }
            let Some((at, value)) = told else { continue };
            errors.push(|| SchemaError {
                instance: at.clone(),
                rule: owner.spot.clone(),
                keyword: "additionalProperties".to_owned(),
                expected: Value::Bool(false),
                actual: Some(value.clone()),
                message: format!("{name:?} is not a property that the document promises"),
                undecided: false,
            });
        }
    }

    /// Whether a part need not keep this keyword.
    pub(super) fn excuses(&self, schemas: &Schemas, keyword: &str, subject: Subject<'_, '_, '_>) -> bool {
        if OF_WHOLE_OBJECTS.contains(&keyword) {
            return true;
        }
        if OF_WHOLE_ARRAYS.contains(&keyword) {
            return self.is_sample(subject.at);
        }
        if !OF_VALUES.contains(&keyword) {
            return false;
        }
        match self.leeway(subject.at).map(|leeway| &leeway.value) {
            Some(Latitude::OfType) => true,
            Some(Latitude::Matching(pattern)) => {
                let words = schemas.sources.get(&subject.node.spot.join(keyword));
                let words = words.map_or(&[][..], |words| {
                    words.as_array().map_or(std::slice::from_ref(words), Vec::as_slice)
                });
                matches!(keyword, "enum" | "const")
                    && words.iter().filter_map(Value::as_str).any(|word| pattern.is_match(word))
            }
            Some(Latitude::None) | None => false,
        }
    }
}

impl<'s> Notes<'s> {
    pub(super) fn meet(&mut self, parent: &Value, instance: &Value, at: &Path<'_>, node: &'s Node) {
        self.met.push(Met { parent, instance, at: at.pointer(), node });
    }

    /// Notes that an object always has members of these names.
    pub(super) fn ask(&mut self, instance: &Value, names: &'s [String]) {
        self.asked.push((instance, names));
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.met.len(), self.asked.len(), self.objects.len(), self.meant.len())
    }

    /// Takes off what was noted since.
    pub(super) fn split_off(&mut self, mark: Mark) -> Self {
        Self {
            met: self.met.split_off(mark.0),
            asked: self.asked.split_off(mark.1),
            objects: self.objects.split_off(mark.2),
            meant: self.meant.split_off(mark.3),
        }
    }

    pub(super) fn append(&mut self, mut more: Self) {
        self.met.append(&mut more.met);
        self.asked.append(&mut more.asked);
        self.objects.append(&mut more.objects);
        self.meant.append(&mut more.meant);
    }

    /// Notes a branch that an object does not keep and was meant for.
    pub(super) fn mean(&mut self, meant: Meant) {
        self.meant.push(meant);
    }

    /// How many members are left that neither these notes nor those before know.
    pub(super) fn unknown(&self, before: &Self, undeclared: Undeclared) -> usize {
        let all = || before.objects.iter().chain(&self.objects);
        let own =
            |object: &Object<'_>| self.objects.iter().any(|one| std::ptr::eq(one.instance, object.instance));
        left_over(all().filter(|object| own(object)), undeclared).len()
    }

    /// Whether some schema knows all of the part.
    pub(super) fn know_all(&self, undeclared: Undeclared) -> bool {
        self.close(undeclared).is_empty()
    }

    /// What no schema knows, each with the schema that should.
    fn close(&self, undeclared: Undeclared) -> Vec<(&'s Node, &Unseen)> {
        let mut left = left_over(self.objects.iter(), undeclared);
        left.retain(|(_, unseen)| undeclared != Undeclared::RefusedUnlessOpen || !self.names(unseen));
        left
    }

    /// Whether `required` promises a member that nothing else speaks of: many documents have such a
    /// slip, and what is always there can be counted on. It cannot where there are to be no others.
    fn names(&self, unseen: &Unseen) -> bool {
        let shut =
            |one: &Object<'_>| std::ptr::eq(one.instance, unseen.of) && one.closed == Closed::Expressly;
        let asks = |(of, names): &(*const Value, &[String])| {
            std::ptr::eq(*of, unseen.of) && names.contains(&unseen.name)
        };
        self.asked.iter().any(asks) && !self.objects.iter().any(shut)
    }

    /// One promise for each place, of all schemas that are about it.
    pub(super) fn promises(self, schemas: &'s Schemas) -> Vec<Promise> {
        let mut required: HashMap<*const Value, Vec<&'s [String]>> = HashMap::new();
        for (instance, names) in self.asked {
            required.entry(instance).or_default().push(names);
        }
        let mut places: HashMap<*const Value, usize> = HashMap::with_capacity(self.met.len());
        let mut promises: Vec<Promise> = Vec::with_capacity(self.met.len());
        for met in self.met {
            let facts = schemas.facts(met.node);
            if let Some(&known) = places.get(&met.instance) {
                let known = &mut promises[known];
                known.facts = Arc::new(Facts::clone(&known.facts).and(&facts));
                continue;
            }
            places.insert(met.instance, promises.len());
            let always = required.get(&met.parent).is_some_and(|lists| {
                let name = met.at.last().unwrap_or_default();
                lists.iter().any(|names| names.iter().any(|wanted| *wanted == name))
            });
            let rule = met.node.spot.clone();
            promises.push(Promise { at: met.at, rule, always, facts });
        }
        promises
    }
}

impl Schemas {
    /// What `instance`, a part of an answer, breaks of the schema at `schema`, sorted.
    pub fn check_part(
        &self,
        schema: &Spot,
        instance: &Value,
        direction: Direction,
        manner: Manner<'_>,
    ) -> Parted {
        let node = self.node(self.slots.id(schema));
        Run::part(self, node, instance, (direction, manner))
    }
}

/// The members of closed objects that all ways through their schemas have left unseen, each with the
/// schema that should know it.
fn left_over<'o, 's>(
    objects: impl Iterator<Item = &'o Object<'s>>,
    undeclared: Undeclared,
) -> Vec<(&'s Node, &'o Unseen)>
where
    's: 'o,
{
    let mut by_place: HashMap<*const Value, Vec<&Object<'s>>> = HashMap::new();
    let mut order = Vec::new();
    for object in objects {
        let ways = by_place.entry(object.instance).or_default();
        if ways.is_empty() {
            order.push(object.instance);
        }
        ways.push(object);
    }
    let mut left = Vec::new();
    for place in order {
        let ways = &by_place[&place];
        let closes = |object: &&&Object<'s>| object.closed.counts(undeclared);
        let Some(first) = ways.iter().find(closes) else { continue };
        let unseen = |unseen: &&Unseen| {
            ways.iter().all(|way| way.unseen.iter().any(|other| other.name == unseen.name))
        };
        left.extend(first.unseen.iter().filter(unseen).map(|unseen| (first.owner, unseen)));
    }
    left
}

/// Judges a place by one of its schemas, and notes what of an object that has left unseen.
pub(super) fn judge_place<'s>(run: &mut Run<'s>, subject: Subject<'s, '_, '_>, rules: &'s Rules) -> Verdict {
    let mut seen = Seen::default();
    let verdict = keywords::judge_all(run, subject, rules, Some(&mut seen));
    let Value::Object(members) = subject.instance else { return verdict };
    let free = run.part_run().and_then(|part| part.leeway(subject.at)).is_some_and(|leeway| leeway.members);
    let tells = run.part_run().is_some_and(|part| part.tells);
    let unseen = |(name, value): (&String, &Value)| Unseen {
        of: subject.instance,
        name: name.clone(),
        told: tells.then(|| (Path::Member(subject.at, name).pointer(), excerpt(value))),
    };
    let unseen = members.iter().filter(|(name, _)| !free && !seen.has_member(name)).map(unseen).collect();
    let owner = describing(run.schemas, subject.node);
    if let Some(notes) = run.notes() {
        notes.objects.push(Object { instance: subject.instance, closed: seen.closed(), unseen, owner });
    }
    verdict
}

/// The schema that a chain of mere references leads to.
fn describing<'s>(schemas: &'s Schemas, mut node: &'s Node) -> &'s Node {
    for _ in 0..MAX_REFERENCES {
        let [Rule::Reference(reference)] = node.rules() else { break };
        node = schemas.node(reference.target);
    }
    node
}

/// References that are followed to the schema that a message names.
const MAX_REFERENCES: usize = 16;
