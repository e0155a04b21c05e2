//! `discriminator`: a member of the value says which schema is meant, and that one alone is judged,
//! so that its errors are the ones that are told.

use std::collections::BTreeMap;

use serde_json::Value;

use super::branches::Branches;
use crate::pointer::Path;
use crate::schema::judge::{Run, Subject};
use crate::schema::node::{Node, Rule};
use crate::schema::report::{Verdict, excerpt};
use crate::schema::seen::Seen;
use crate::schema::slots::NodeId;
use crate::schema::{SchemaError, Schemas};

#[derive(Debug)]
pub(in crate::schema) struct Discriminator {
    /// The member that says which schema is meant.
    pub(in crate::schema) property: String,
    /// What `mapping` says of its values; an error is the reason why a target is none.
    pub(in crate::schema) mapping: BTreeMap<String, Result<NodeId, String>>,
    /// From 3.2 on: the schema that is meant by all values that name no other, and by none.
    pub(in crate::schema) default: Option<Result<NodeId, String>>,
    pub(in crate::schema) among: Among,
    /// In OpenAPI 2.0 and AsyncAPI a value has to be the name of a schema; from 3.0 on nobody says so.
    pub(in crate::schema) closed: bool,
}

/// What a discriminator chooses from.
#[derive(Debug)]
pub(in crate::schema) enum Among {
    AnyOf(Branches),
    OneOf(Branches),
    /// Schemas that have this one in their `allOf`. Which these are nobody says: any component may
    /// be meant by its name.
    Components,
}

/// What came of looking for the schema that is meant.
enum Choice<'s> {
    Schema(&'s Node),
    /// No branch is a reference, so none has a name.
    Nameless,
    Unknown,
    Unjudgeable(&'s str),
}

impl Discriminator {
    pub(super) fn judge<'s, 'i>(
        &'s self,
        run: &mut Run<'s>,
        subject: Subject<'s, 'i, '_>,
        seen: &mut Option<Seen<'i>>,
    ) -> Verdict {
        let Value::Object(members) = subject.instance else { return self.without(run, subject, seen) };
        let value = match members.get(&self.property) {
            Some(Value::String(value)) => value,
            Some(other) => return self.unknown(run, subject, other),
            // Which schema is meant, a part may leave open.
            None if run.is_part() => return self.without(run, subject, seen),
            None => {
                return match self.default(run.schemas) {
                    Some(Choice::Schema(node)) => {
                        run.judge(node, subject.instance, subject.at, seen.as_mut())
                    }
                    Some(Choice::Unjudgeable(reason)) => run.undecided(subject, "discriminator", reason),
                    _ => self.missing(run, subject),
                };
            }
        };
        let choice = match self.choose(run.schemas, subject, value) {
            Choice::Unknown => self.default(run.schemas).unwrap_or(Choice::Unknown),
            choice => choice,
        };
        match choice {
            Choice::Schema(node) => run.judge(node, subject.instance, subject.at, seen.as_mut()),
            Choice::Nameless => self.without(run, subject, seen),
            Choice::Unknown => self.unknown(run, subject, &members[&self.property]),
            Choice::Unjudgeable(reason) => run.undecided(subject, "discriminator", reason),
        }
    }

    fn default<'s>(&'s self, schemas: &'s Schemas) -> Option<Choice<'s>> {
        self.default.as_ref().map(|target| match target {
            Ok(id) => Choice::Schema(schemas.node(*id)),
            Err(reason) => Choice::Unjudgeable(reason),
        })
    }

    fn choose<'s>(&'s self, schemas: &'s Schemas, subject: Subject<'s, '_, '_>, value: &str) -> Choice<'s> {
        match self.mapping.get(value) {
            Some(Ok(id)) => return Choice::Schema(schemas.node(*id)),
            Some(Err(reason)) => return Choice::Unjudgeable(reason),
            None => {}
        }
        let Some(branches) = self.branches() else {
            let spot = &subject.node.spot;
            let component = schemas.component(spot, value).or_else(|| schemas.child(spot, value));
            return component.map_or(Choice::Unknown, |id| Choice::Schema(schemas.node(id)));
        };
        let named =
            branches.nodes.iter().find(|node| reference_name(schemas, node).as_deref() == Some(value));
        match named {
            Some(node) => Choice::Schema(node),
            None if branches.nodes.iter().any(|node| reference_name(schemas, node).is_none()) => {
                Choice::Nameless
            }
            None => Choice::Unknown,
        }
    }

    fn branches(&self) -> Option<&Branches> {
        match &self.among {
            Among::AnyOf(branches) | Among::OneOf(branches) => Some(branches),
            Among::Components => None,
        }
    }

    /// Judges as though there were no discriminator.
    fn without<'s, 'i>(
        &'s self,
        run: &mut Run<'s>,
        subject: Subject<'s, 'i, '_>,
        seen: &mut Option<Seen<'i>>,
    ) -> Verdict {
        match &self.among {
            Among::AnyOf(branches) => branches.any_of(run, subject, seen),
            Among::OneOf(branches) => branches.one_of(run, subject, seen),
            Among::Components => Verdict::Kept,
        }
    }

    /// Whether nobody wrote down which values there are. Any component may be meant by its name then, and
    /// real documents name theirs otherwise, so that a value of no component may be one of the provider's.
    fn is_open(&self) -> bool {
        !self.closed && matches!(self.among, Among::Components) && self.mapping.is_empty()
    }

    fn missing<'s>(&self, run: &mut Run<'s>, subject: Subject<'s, '_, '_>) -> Verdict {
        if self.is_open() {
            return run.undecided(subject, "discriminator", "no member says which schema is meant");
        }
        let expected = self.values(run.schemas);
        run.report(|| SchemaError {
            instance: subject.at.pointer(),
            rule: subject.node.spot.join("discriminator"),
            keyword: "discriminator".to_owned(),
            expected,
            actual: None,
            message: format!("{:?} is required: it says which schema is meant", self.property),
            undecided: false,
        });
        Verdict::Broken
    }

    fn unknown<'s>(&self, run: &mut Run<'s>, subject: Subject<'s, '_, '_>, value: &Value) -> Verdict {
        if self.is_open() {
            return run.undecided(subject, "discriminator", "no schema has the name that the member says");
        }
        let expected = self.values(run.schemas);
        run.report(|| SchemaError {
            instance: Path::Member(subject.at, &self.property).pointer(),
            rule: subject.node.spot.join("discriminator"),
            keyword: "discriminator".to_owned(),
            expected,
            actual: Some(excerpt(value)),
            message: "value names no schema that the discriminator knows".to_owned(),
            undecided: false,
        });
        Verdict::Broken
    }

    /// The values that choose a schema, as far as they are written down.
    fn values(&self, schemas: &Schemas) -> Value {
        let branches = self.branches().map(|branches| &*branches.nodes).unwrap_or_default();
        let mapped = self.mapping.keys().cloned();
        let mut values: Vec<String> =
            mapped.chain(branches.iter().filter_map(|node| reference_name(schemas, node))).collect();
        values.sort();
        values.dedup();
        excerpt(&values.into())
    }

    pub(super) fn children(&self) -> Vec<&Node> {
        self.branches().map(|branches| branches.nodes.iter().collect()).unwrap_or_default()
    }
}

/// The name of a branch that is a reference and nothing else: that of its target.
fn reference_name(schemas: &Schemas, node: &Node) -> Option<String> {
    match node.rules() {
        [Rule::Reference(reference)] => Some(reference.name(schemas)),
        _ => None,
    }
}
