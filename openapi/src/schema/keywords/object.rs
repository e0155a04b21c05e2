//! `properties` and its kin, `required`, `propertyNames` and what depends on a member's presence.

use std::sync::Arc;

use serde_json::Value;

use super::direction;
use crate::pointer::Path;
use crate::schema::SchemaError;
use crate::schema::judge::{Run, Subject};
use crate::schema::leaf::Leaf;
use crate::schema::node::Node;
use crate::schema::report::{Verdict, excerpt};
use crate::schema::seen::{Closed, Seen};

/// The members of an object: by name, by pattern, and the rest.
#[derive(Debug)]
pub(in crate::schema) struct Properties {
    /// Sorted by name.
    pub(in crate::schema) by_name: Box<[(String, Node)]>,
    pub(in crate::schema) by_pattern: Vec<ByPattern>,
    pub(in crate::schema) rest: Option<Node>,
}

/// The members whose names match a pattern.
#[derive(Debug)]
pub(in crate::schema) struct ByPattern {
    pub(in crate::schema) pattern: Arc<Leaf>,
    pub(in crate::schema) node: Node,
}

/// Whether a name matches a pattern; `None` where the engine gave up.
fn matches(run: &mut Run<'_>, pattern: &Leaf, name: &Value) -> Option<bool> {
    if run.is_spent() {
        return None;
    }
    run.spend(1 + pattern.cost(name));
    if pattern.is_kept(name) {
        return Some(true);
    }
    if pattern.failed(name).iter().any(|failed| failed.undecided) {
        run.give_up();
        return None;
    }
    Some(false)
}

impl Properties {
    pub(super) fn judge<'s, 'i>(
        &'s self,
        run: &mut Run<'s>,
        subject: Subject<'s, 'i, '_>,
        seen: &mut Option<Seen<'i>>,
    ) -> Verdict {
        let Value::Object(members) = subject.instance else { return Verdict::Kept };
        if let (true, Some(seen)) = (self.rest.as_ref().is_some_and(Node::is_nothing), seen.as_mut()) {
            seen.close(Closed::Expressly);
        }
        let mut verdict = Verdict::Kept;
        for (name, value) in members {
            let at = Path::Member(subject.at, name);
            let mut known = false;
            if let Some(node) = self.named(name) {
                known = true;
                run.meet(subject.instance, value, &at, node);
                verdict.and(direction::judge(run, node, value, &at));
                verdict.and(run.judge(node, value, &at, None));
            }
            for ByPattern { pattern, node } in &self.by_pattern {
                match matches(run, pattern, &Value::String(name.clone())) {
                    Some(true) => {
                        known = true;
                        run.meet(subject.instance, value, &at, node);
                        verdict.and(direction::judge(run, node, value, &at));
                        verdict.and(run.judge(node, value, &at, None));
                    }
                    Some(false) => {}
                    None => {
                        known = true;
                        let reason = "a pattern takes too many steps back on the name of a member";
                        verdict.and(run.undecided(subject, "patternProperties", reason));
                    }
                }
            }
            if let (false, Some(rest)) = (known, &self.rest) {
                // What one schema of an object refuses, another one may know.
                if rest.is_nothing() && run.is_part() {
                    continue;
                }
                known = !(rest.is_anything() && run.wants_names());
                verdict.and(judge_rest(run, subject, rest, (name, value)));
            }
            if let (true, Some(seen)) = (known, seen.as_mut()) {
                seen.see_member(name);
            }
            if run.is_enough(verdict) {
                break;
            }
        }
        verdict
    }

    pub(super) fn named(&self, name: &str) -> Option<&Node> {
        let index = self.by_name.binary_search_by(|(known, _)| known.as_str().cmp(name));
        index.ok().map(|index| &self.by_name[index].1)
    }

    pub(in crate::schema) fn is_empty(&self) -> bool {
        self.by_name.is_empty() && self.by_pattern.is_empty() && self.rest.is_none()
    }

    pub(super) fn children(&self) -> Vec<&Node> {
        let by_pattern = self.by_pattern.iter().map(|by| &by.node);
        self.by_name.iter().map(|(_, node)| node).chain(by_pattern).chain(&self.rest).collect()
    }
}

/// Judges a member that neither a name nor a pattern knows.
fn judge_rest<'s>(
    run: &mut Run<'s>,
    subject: Subject<'s, '_, '_>,
    rest: &'s Node,
    (name, value): (&str, &Value),
) -> Verdict {
    let at = Path::Member(subject.at, name);
    if !rest.is_nothing() {
        run.meet(subject.instance, value, &at, rest);
        return run.judge(rest, value, &at, None);
    }
    not_allowed(run, rest, "additionalProperties", (&at, name, value))
}

/// Tells that a member should not be there.
pub(super) fn not_allowed<'s>(
    run: &mut Run<'s>,
    nothing: &'s Node,
    keyword: &str,
    (at, name, value): (&Path<'_>, &str, &Value),
) -> Verdict {
    run.report(|| SchemaError {
        instance: at.pointer(),
        rule: nothing.spot.clone(),
        keyword: keyword.to_owned(),
        expected: Value::Bool(false),
        actual: Some(excerpt(value)),
        message: format!("{name:?} is not a property that the schema knows, and it allows no other"),
        undecided: false,
    });
    Verdict::Broken
}

/// `required`, but for what is not sent in this direction. A part need not have everything.
pub(super) fn required<'s>(run: &mut Run<'s>, subject: Subject<'s, '_, '_>, names: &'s [String]) -> Verdict {
    let Value::Object(members) = subject.instance else { return Verdict::Kept };
    if let Some(notes) = run.notes() {
        notes.ask(subject.instance, names);
        return Verdict::Kept;
    }
    let mut verdict = Verdict::Kept;
    for name in names.iter().filter(|name| !members.contains_key(*name)) {
        if direction::is_unsent(run, subject.instance, name) {
            continue;
        }
        verdict.and(missing(run, subject, "required", name));
        if run.is_enough(verdict) {
            break;
        }
    }
    verdict
}

/// Tells that a member is missing.
fn missing<'s>(run: &mut Run<'s>, subject: Subject<'s, '_, '_>, keyword: &str, name: &str) -> Verdict {
    let schemas = run.schemas;
    run.report(|| {
        let rule = subject.node.spot.join(keyword);
        SchemaError {
            instance: subject.at.pointer(),
            expected: schemas.expected(&rule),
            rule,
            keyword: keyword.to_owned(),
            actual: None,
            message: format!("{name:?} is required"),
            undecided: false,
        }
    });
    Verdict::Broken
}

pub(super) fn property_names<'s>(
    run: &mut Run<'s>,
    subject: Subject<'s, '_, '_>,
    names: &'s Node,
) -> Verdict {
    let Value::Object(members) = subject.instance else { return Verdict::Kept };
    let mut verdict = Verdict::Kept;
    for name in members.keys() {
        let text = Value::String(name.clone());
        verdict.and(run.judge(names, &text, &Path::Member(subject.at, name), None));
        if run.is_enough(verdict) {
            break;
        }
    }
    verdict
}

/// What the presence of a member asks for: `dependentRequired`, `dependentSchemas`, and the
/// `dependencies` of draft 4, which are both.
#[derive(Debug)]
pub(in crate::schema) struct Dependencies {
    pub(in crate::schema) keyword: &'static str,
    pub(in crate::schema) members: Vec<(String, Vec<String>)>,
    pub(in crate::schema) schemas: Vec<(String, Node)>,
}

impl Dependencies {
    pub(super) fn judge<'s, 'i>(
        &'s self,
        run: &mut Run<'s>,
        subject: Subject<'s, 'i, '_>,
        seen: &mut Option<Seen<'i>>,
    ) -> Verdict {
        let Value::Object(members) = subject.instance else { return Verdict::Kept };
        let mut verdict = Verdict::Kept;
        let wanted = if run.is_part() { &[][..] } else { &self.members };
        for (name, wanted) in wanted.iter().filter(|(name, _)| members.contains_key(name)) {
            for absent in wanted.iter().filter(|wanted| !members.contains_key(*wanted)) {
                verdict.and(run.broken(subject, self.keyword, || {
                    format!("{absent:?} is required because {name:?} is there")
                }));
            }
        }
        for (_, node) in self.schemas.iter().filter(|(name, _)| members.contains_key(name)) {
            verdict.and(run.judge(node, subject.instance, subject.at, seen.as_mut()));
        }
        verdict
    }

    pub(super) fn children(&self) -> Vec<&Node> {
        self.schemas.iter().map(|(_, node)| node).collect()
    }
}
