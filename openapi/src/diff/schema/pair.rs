//! One pair of schemas: what each family of keywords makes of it.

use serde_json::Value;

use super::pairs::{Compared, Context, Delta, Edge, Pairs, Step};
use super::side::SchemaId;
use super::view::{Families, View};
use super::{
    all_of, array, choices, conditions, content, discriminator, number, object, text, types, values,
};
use crate::diff::change::{Action, Kind};
use crate::diff::facts::{Fact, Facts};
use crate::diff::readable::readable;
use crate::sources::Spot;

/// A keyword's value and the schema that has it.
pub(super) type Found<'d> = Option<(SchemaId, &'d Value)>;

/// Compares what one family of keywords says.
type Compare<'p, 'd> = fn(&mut Pair<'p, 'd>);

/// Two schemas that are compared, and what is found.
pub(super) struct Pair<'p, 'd> {
    pub pairs: &'p mut Pairs<'d>,
    pub context: Context,
    pub base: View<'d>,
    pub revised: View<'d>,
    found: Compared<'d>,
}

impl<'p, 'd> Pair<'p, 'd> {
    pub fn new(pairs: &'p mut Pairs<'d>, context: Context, base: View<'d>, revised: View<'d>) -> Self {
        Self { pairs, context, base, revised, found: Compared::default() }
    }

    pub fn compare(mut self) -> Compared<'d> {
        let families = self.base.families.or(self.revised.families);
        let wrapped = choices::compare(&mut self);
        types::compare(&mut self);
        if wrapped {
            // Each constraint has moved into the branches.
            return self.found;
        }
        let all: [(Families, Compare<'p, 'd>); 9] = [
            (Families::VALUES, values::compare),
            (Families::NUMBER, number::compare),
            (Families::TEXT, text::compare),
            (Families::ARRAY, array::compare),
            (Families::OBJECT, object::compare),
            (Families::CONDITIONS, conditions::compare),
            (Families::CONTENT, content::compare),
            (Families::DISCRIMINATOR, discriminator::compare),
            (Families::ALL_OF, all_of::compare),
        ];
        for (family, compare) in all {
            if families.has(family) {
                compare(&mut self);
            }
        }
        self.found
    }

    /// A difference between what both say under `keyword`.
    pub fn differ(
        &mut self,
        (kind, action): (Kind, Action),
        keyword: &str,
        base: Found<'d>,
        revised: Found<'d>,
    ) -> &mut Delta<'d> {
        let before = base.map_or(Value::Null, |(_, value)| readable(value));
        let after = revised.map_or(Value::Null, |(_, value)| readable(value));
        let base = self.base_spot(base.map(|(schema, _)| schema), keyword);
        let revised = self.revised_spot(revised.map(|(schema, _)| schema), keyword);
        self.tell(Delta {
            kind,
            action,
            member: None,
            name: None,
            before,
            after,
            base,
            revised,
            facts: Facts::default(),
        })
    }

    pub fn tell(&mut self, mut delta: Delta<'d>) -> &mut Delta<'d> {
        if delta.facts.get(Fact::Carried).is_none() {
            delta.facts.put(Fact::Carried, self.context.carried);
        }
        self.found.deltas.push(delta);
        self.found.deltas.last_mut().expect("it was put in just now")
    }

    /// Where `keyword` stands, or would stand.
    pub fn base_spot(&self, schema: Option<SchemaId>, keyword: &str) -> Option<Spot> {
        match schema {
            Some(schema) => Some(self.pairs.base.spot(schema).join(keyword)),
            None => self.base.outermost().map(|schema| self.pairs.base.spot(schema)),
        }
    }

    pub fn revised_spot(&self, schema: Option<SchemaId>, keyword: &str) -> Option<Spot> {
        match schema {
            Some(schema) => Some(self.pairs.revised.spot(schema).join(keyword)),
            None => self.revised.outermost().map(|schema| self.pairs.revised.spot(schema)),
        }
    }

    /// Goes on to schemas inside; none stands for one that says nothing.
    pub fn lead(&mut self, step: Step<'d>, base: &[SchemaId], revised: &[SchemaId], carried: bool) {
        if base.is_empty() && revised.is_empty() {
            return;
        }
        let context = Context { carried: self.context.carried && carried, ..self.context };
        let to = self.pairs.pair(base, revised, context);
        self.found.edges.push(Edge { step, to });
    }

    /// The schemas of all parts under `keyword`.
    pub fn inner(&mut self, keyword: &'static str) -> (Vec<SchemaId>, Vec<SchemaId>) {
        let base: Vec<_> = self.base.all(keyword).collect();
        let revised: Vec<_> = self.revised.all(keyword).collect();
        let side = &mut self.pairs.base;
        let base = base.into_iter().map(|(owner, value)| side.keyword(owner, keyword, value)).collect();
        let side = &mut self.pairs.revised;
        let revised = revised.into_iter().map(|(owner, value)| side.keyword(owner, keyword, value)).collect();
        (base, revised)
    }

    /// A schema under `keyword` that is there or not, and is gone into where both have it.
    pub fn sub_schema(&mut self, kind: Kind, keyword: &'static str, step: Step<'d>) {
        let (base, revised) = (self.base.first(keyword), self.revised.first(keyword));
        match (base, revised) {
            (None, None) => {}
            (None, Some(_)) => {
                self.differ((kind, Action::Added), keyword, base, revised);
            }
            (Some(_), None) => {
                self.differ((kind, Action::Removed), keyword, base, revised);
            }
            (Some(_), Some(_)) => {
                let (base, revised) = self.inner(keyword);
                self.lead(step, &base, &revised, true);
            }
        }
    }
}
