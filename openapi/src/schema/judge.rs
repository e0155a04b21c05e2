//! Goes through a value and a schema together.

use serde_json::Value;

use super::keywords;
use super::node::{Kind, Node};
use super::part::{self, Manner, Notes, PartRun, Parted, Undeclared};
use super::report::{Errors, Verdict, excerpt};
use super::seen::Seen;
use super::{Direction, SchemaError, Schemas};
use crate::pointer::Path;
use crate::sources::{ResourceId, Spot};

/// Schemas inside one another, at most: what a stack of 2 MiB bears in a debug build, and more than
/// a value of 127 levels needs, each with a reference and an `allOf`.
const MAX_DEPTH: usize = 600;
/// Schemas that one value may meet, in about a second: a body of 10 MiB needs a tenth of them, and
/// a few references that each name two others need more than there is time.
const MAX_STEPS: usize = 10_000_000;
/// Patterns that may be given up on one value: each takes as long as many schemas.
const MAX_GIVEN_UP: usize = 20;
/// Schemas on one and the same part of a value that cost as much as one step to look through.
const CHAIN_STEP: usize = 4;

/// One value on its way through the schemas of a document.
pub(super) struct Run<'s> {
    pub(super) schemas: &'s Schemas,
    pub(super) direction: Direction,
    /// The schemas that are being judged, outermost first, each with the part of the value.
    active: Vec<Active<'s>>,
    /// The schema resources on the way, outermost first, for `$dynamicRef`.
    scope: Vec<ResourceId>,
    steps: usize,
    /// How often a schema has come back to itself.
    pub(super) returns: usize,
    /// `None` while only the verdict is wanted.
    errors: Option<Errors>,
    /// Where the value is a part of another one.
    part: Option<PartRun<'s>>,
}

struct Active<'s> {
    node: &'s Node,
    /// Compared, never read: the part of the value as a place in memory.
    instance: *const Value,
}

/// What a rule is judged on.
#[derive(Clone, Copy)]
pub(super) struct Subject<'s, 'i, 'p> {
    pub(super) node: &'s Node,
    pub(super) instance: &'i Value,
    pub(super) at: &'p Path<'p>,
}

impl<'s> Run<'s> {
    /// The errors of a value. Most values have none, so that is asked first: it builds nothing.
    pub(super) fn errors(
        schemas: &'s Schemas,
        node: &'s Node,
        instance: &Value,
        direction: Direction,
    ) -> Vec<SchemaError> {
        let mut run = Self::new(schemas, direction, None);
        match run.judge(node, instance, &Path::Root, None) {
            Verdict::Kept => Vec::new(),
            _ => run.again(node, instance),
        }
    }

    /// The errors of a value that is a part of another one, and what its places were promised.
    pub(super) fn part(
        schemas: &'s Schemas,
        node: &'s Node,
        instance: &Value,
        (direction, manner): (Direction, Manner<'s>),
    ) -> Parted {
        let mut run = Self::new(schemas, direction, Some(PartRun::new(manner)));
        run.meet(&Value::Null, instance, &Path::Root, node);
        let verdict = run.judge(node, instance, &Path::Root, None);
        let known = run.part_run().is_some_and(|part| part.notes.know_all(manner.undeclared));
        let errors = if verdict == Verdict::Kept && known {
            Vec::new()
        } else {
            run.part = Some(PartRun::once_more(manner));
            run.again(node, instance)
        };
        let notes = run.part.map(|part| part.notes).unwrap_or_default();
        Parted { errors, promises: notes.promises(schemas) }
    }

    fn new(schemas: &'s Schemas, direction: Direction, part: Option<PartRun<'s>>) -> Self {
        let (active, scope) = (Vec::new(), Vec::new());
        Self { schemas, direction, active, scope, steps: 0, returns: 0, errors: None, part }
    }

    /// Judges once more a value that is not kept, for its errors.
    fn again(&mut self, node: &'s Node, instance: &Value) -> Vec<SchemaError> {
        self.errors = Some(Errors::default());
        if self.steps <= MAX_STEPS {
            self.steps = 0;
            self.judge(node, instance, &Path::Root, None);
        }
        let mut errors = self.errors.take().unwrap_or_default();
        if let Some(part) = &self.part {
            part.report_unknown(&mut errors);
        }
        if self.steps > MAX_STEPS {
            errors = Errors::default();
            errors.push(|| SchemaError {
                instance: Path::Root.pointer(),
                rule: node.spot.clone(),
                keyword: "schema".to_owned(),
                expected: Value::Null,
                actual: None,
                message: format!(
                    "could not be judged: the value meets more than {MAX_STEPS} schemas, or costs as much"
                ),
                undecided: true,
            });
        }
        errors.finish()
    }

    /// Judges `instance`, which stands at `at`, by `node`. What it looks at goes into `seen`.
    pub(super) fn judge<'i>(
        &mut self,
        node: &'s Node,
        instance: &'i Value,
        at: &Path<'_>,
        seen: Option<&mut Seen<'i>>,
    ) -> Verdict {
        self.steps += 1;
        let rules = match &node.kind {
            Kind::Anything => return Verdict::Kept,
            Kind::Nothing => return self.judge_nothing(node, instance, at),
            Kind::Rules(rules) => rules,
        };
        if rules.nullable && instance.is_null() {
            return Verdict::Kept;
        }
        // A schema that comes back to itself at the same place asks for nothing new.
        let (mut chain, mut comes_back) = (0, false);
        for active in self.in_place(instance) {
            chain += 1;
            comes_back |= std::ptr::eq(active, node);
        }
        if comes_back {
            self.returns += 1;
            return Verdict::Kept;
        }
        self.steps += chain / CHAIN_STEP;
        if self.steps > MAX_STEPS {
            return Verdict::Undecided;
        }
        let subject = Subject { node, instance, at };
        if self.active.len() >= MAX_DEPTH {
            return self.undecided(subject, "schema", "the value and its schema are nested too deep");
        }
        let crosses = node.resource.filter(|resource| self.scope.last() != Some(resource));
        self.scope.extend(crosses);
        self.active.push(Active { node, instance });
        let verdict = if chain == 0 && self.part.is_some() {
            part::judge_place(self, subject, rules)
        } else {
            keywords::judge_all(self, subject, rules, seen)
        };
        self.active.pop();
        if crosses.is_some() {
            self.scope.pop();
        }
        verdict
    }

    fn judge_nothing(&mut self, node: &'s Node, instance: &Value, at: &Path<'_>) -> Verdict {
        self.report(|| SchemaError {
            instance: at.pointer(),
            rule: node.spot.clone(),
            keyword: "false".to_owned(),
            expected: Value::Bool(false),
            actual: Some(excerpt(instance)),
            message: "nothing is allowed here: the schema is `false`".to_owned(),
            undecided: false,
        });
        Verdict::Broken
    }

    /// The schemas that are being judged on `instance` itself, innermost first.
    pub(super) fn in_place(&self, instance: &Value) -> impl Iterator<Item = &'s Node> + '_ {
        let here: *const Value = instance;
        let same = self.active.iter().rev().take_while(move |active| std::ptr::eq(active.instance, here));
        same.map(|active| active.node)
    }

    /// Where the value is a part of another one: how it is held to its schema.
    pub(super) fn part_run(&self) -> Option<&PartRun<'s>> {
        self.part.as_ref()
    }

    pub(super) fn notes(&mut self) -> Option<&mut Notes<'s>> {
        self.part.as_mut().map(|part| &mut part.notes)
    }

    /// Notes, of a part, that `node` is about `instance`, which stands in `parent` at `at`.
    pub(super) fn meet(&mut self, parent: &Value, instance: &Value, at: &Path<'_>, node: &'s Node) {
        if let Some(notes) = self.notes() {
            notes.meet(parent, instance, at, node);
        }
    }

    /// Whether a member has to be known by its name, whatever is open.
    pub(super) fn wants_names(&self) -> bool {
        self.part_run().is_some_and(|part| part.undeclared() == Undeclared::Refused)
    }

    /// Whether the value is a part of another one, which need not keep this keyword.
    pub(super) fn excuses(&self, keyword: &str, subject: Subject<'_, '_, '_>) -> bool {
        self.part_run().is_some_and(|part| part.excuses(self.schemas, keyword, subject))
    }

    pub(super) fn is_part(&self) -> bool {
        self.part.is_some()
    }

    /// Counts what costs as much as `steps` schemas.
    pub(super) fn spend(&mut self, steps: usize) {
        self.steps = self.steps.saturating_add(steps);
    }

    /// Counts a pattern that went on for too long.
    pub(super) fn give_up(&mut self) {
        self.spend(MAX_STEPS / MAX_GIVEN_UP);
    }

    /// Whether there is no time left.
    pub(super) fn is_spent(&self) -> bool {
        self.steps > MAX_STEPS
    }

    pub(super) fn scope(&self) -> &[ResourceId] {
        &self.scope
    }

    /// Whether a rule may stop at the first thing that is wrong.
    pub(super) fn is_enough(&self, verdict: Verdict) -> bool {
        verdict == Verdict::Broken && self.errors.is_none() || self.steps > MAX_STEPS
    }

    pub(super) fn wants_errors(&self) -> bool {
        self.errors.is_some()
    }

    pub(super) fn report(&mut self, error: impl FnOnce() -> SchemaError) {
        if let Some(errors) = &mut self.errors {
            errors.push(error);
        }
    }

    pub(super) fn report_all(&mut self, errors: Errors) {
        if let Some(all) = &mut self.errors {
            all.append(errors);
        }
    }

    /// Tells that `keyword` of the subject's schema is broken by the subject.
    pub(super) fn broken(
        &mut self,
        subject: Subject<'s, '_, '_>,
        keyword: &str,
        message: impl FnOnce() -> String,
    ) -> Verdict {
        let schemas = self.schemas;
        self.report(|| {
            let rule = subject.node.spot.join(keyword);
            SchemaError {
                instance: subject.at.pointer(),
                expected: schemas.expected(&rule),
                rule,
                keyword: keyword.to_owned(),
                actual: Some(excerpt(subject.instance)),
                message: message(),
                undecided: false,
            }
        });
        Verdict::Broken
    }

    /// Tells that `keyword` of the subject's schema could not be judged.
    pub(super) fn undecided(&mut self, subject: Subject<'s, '_, '_>, keyword: &str, reason: &str) -> Verdict {
        self.report(|| SchemaError {
            instance: subject.at.pointer(),
            rule: subject.node.spot.join(keyword),
            keyword: keyword.to_owned(),
            expected: Value::Null,
            actual: None,
            message: format!("could not be judged: {reason}"),
            undecided: true,
        });
        Verdict::Undecided
    }

    /// The verdict of `judge` without its errors.
    pub(super) fn quietly<T>(&mut self, judge: impl FnOnce(&mut Self) -> T) -> T {
        let errors = self.errors.take();
        let result = judge(self);
        self.errors = errors;
        result
    }

    /// The verdict of `judge` without its errors, and of a part without what it notes.
    pub(super) fn aside<T>(&mut self, judge: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.notes().map(|notes| notes.mark());
        let result = self.quietly(judge);
        if let (Some(mark), Some(notes)) = (mark, self.notes()) {
            notes.split_off(mark);
        }
        result
    }

    /// The verdict of `judge` with its errors kept apart, where errors are wanted at all.
    pub(super) fn apart<T>(&mut self, judge: impl FnOnce(&mut Self) -> T) -> (T, Errors) {
        let outer = self.errors.take();
        self.errors = outer.is_some().then(Errors::default);
        let result = judge(self);
        let inner = std::mem::replace(&mut self.errors, outer);
        (result, inner.unwrap_or_default())
    }
}

impl Schemas {
    /// What stands at a keyword, cut to a readable size.
    pub(super) fn expected(&self, rule: &Spot) -> Value {
        self.sources.get(rule).map(excerpt).unwrap_or_default()
    }
}
