//! `unevaluatedProperties` and `unevaluatedItems`: what no other keyword has looked at.

use serde_json::Value;

use super::object::not_allowed;
use crate::pointer::Path;
use crate::schema::judge::{Run, Subject};
use crate::schema::node::Node;
use crate::schema::report::Verdict;
use crate::schema::seen::{Closed, Seen};

pub(super) fn properties<'s, 'i>(
    run: &mut Run<'s>,
    subject: Subject<'s, 'i, '_>,
    rest: &'s Node,
    seen: &mut Option<Seen<'i>>,
) -> Verdict {
    let (Value::Object(members), Some(seen)) = (subject.instance, seen) else { return Verdict::Kept };
    if rest.is_nothing() && run.is_part() {
        seen.close(Closed::Expressly);
        return Verdict::Kept;
    }
    let mut verdict = Verdict::Kept;
    for (name, value) in members.iter().filter(|(name, _)| !seen.has_member(name)) {
        let at = Path::Member(subject.at, name);
        verdict.and(if rest.is_nothing() {
            not_allowed(run, rest, "unevaluatedProperties", (&at, name, value))
        } else {
            run.judge(rest, value, &at, None)
        });
    }
    seen.see_all_members();
    verdict
}

pub(super) fn items<'s, 'i>(
    run: &mut Run<'s>,
    subject: Subject<'s, 'i, '_>,
    rest: &'s Node,
    seen: &mut Option<Seen<'i>>,
) -> Verdict {
    let (Value::Array(elements), Some(seen)) = (subject.instance, seen) else { return Verdict::Kept };
    let mut verdict = Verdict::Kept;
    for (index, element) in elements.iter().enumerate().filter(|(index, _)| !seen.has_element(*index)) {
        if rest.is_nothing() {
            let message = || format!("the schema says nothing of element {index} and allows no other");
            verdict.and(run.broken(subject, "unevaluatedItems", message));
        } else {
            verdict.and(run.judge(rest, element, &Path::Element(subject.at, index), None));
        }
    }
    seen.see_all_elements();
    verdict
}
