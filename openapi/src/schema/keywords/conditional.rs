//! `if`, `then` and `else`.

use serde_json::Value;

use super::direction;
use crate::schema::judge::{Run, Subject};
use crate::schema::node::{Node, Rule};
use crate::schema::report::Verdict;
use crate::schema::seen::Seen;

#[derive(Debug)]
pub(in crate::schema) struct Conditional {
    pub(in crate::schema) condition: Node,
    pub(in crate::schema) then: Option<Node>,
    pub(in crate::schema) otherwise: Option<Node>,
}

impl Conditional {
    pub(super) fn judge<'s, 'i>(
        &'s self,
        run: &mut Run<'s>,
        subject: Subject<'s, 'i, '_>,
        seen: &mut Option<Seen<'i>>,
    ) -> Verdict {
        if run.is_part() && self.is_open(run, subject.instance) {
            return self.judge_either(run, subject, seen);
        }
        let mut inner = seen.is_some().then(Seen::default);
        let holds =
            run.quietly(|run| run.judge(&self.condition, subject.instance, subject.at, inner.as_mut()));
        let consequence = match holds {
            Verdict::Kept => {
                if let (Some(seen), Some(inner)) = (seen.as_mut(), inner) {
                    seen.merge(inner);
                }
                &self.then
            }
            Verdict::Broken => &self.otherwise,
            Verdict::Undecided => return run.undecided(subject, "if", "its schema could not be judged"),
        };
        match consequence {
            Some(node) => run.judge(node, subject.instance, subject.at, seen.as_mut()),
            None => Verdict::Kept,
        }
    }

    /// Whether a part leaves open what comes of the condition: it keeps it so far, and lacks
    /// members that the condition asks about.
    fn is_open<'s>(&'s self, run: &Run<'s>, instance: &Value) -> bool {
        let Value::Object(members) = instance else { return false };
        let asks = |node: &'s Node| {
            node.rules().iter().any(|rule| match rule {
                Rule::Required(names) => names.iter().any(|name| !members.contains_key(name)),
                Rule::Properties(properties) => {
                    properties.by_name.iter().any(|(name, _)| !members.contains_key(name))
                }
                _ => false,
            })
        };
        direction::same_place(run.schemas, &self.condition).into_iter().any(asks)
    }

    /// A part that may be of either kind keeps one of them. What the condition refuses already is
    /// of the other kind.
    fn judge_either<'s, 'i>(
        &'s self,
        run: &mut Run<'s>,
        subject: Subject<'s, 'i, '_>,
        seen: &mut Option<Seen<'i>>,
    ) -> Verdict {
        let holds = run.aside(|run| run.judge(&self.condition, subject.instance, subject.at, None));
        let (likely, other) = match holds {
            Verdict::Broken => (&self.otherwise, None),
            _ => (&self.then, Some(&self.otherwise)),
        };
        let mut judge = |run: &mut Run<'s>, node: &'s Option<Node>| {
            let mut inner = seen.is_some().then(Seen::default);
            let verdict = node
                .as_ref()
                .map_or(Verdict::Kept, |node| run.judge(node, subject.instance, subject.at, inner.as_mut()));
            if let (Some(seen), Some(inner), Verdict::Kept) = (seen.as_mut(), inner, verdict) {
                seen.merge(inner);
            }
            verdict
        };
        let (verdict, errors) = run.apart(|run| judge(run, likely));
        if verdict == Verdict::Kept {
            return verdict;
        }
        if let Some(other) = other
            && run.quietly(|run| judge(run, other)) == Verdict::Kept
        {
            return Verdict::Kept;
        }
        run.report_all(errors);
        verdict
    }

    pub(super) fn children(&self) -> Vec<&Node> {
        [Some(&self.condition), self.then.as_ref(), self.otherwise.as_ref()].into_iter().flatten().collect()
    }
}
