//! The keywords, a file for each group that only makes sense together.

pub(super) mod array;
pub(super) mod branches;
pub(super) mod conditional;
pub(super) mod direction;
pub(super) mod discriminator;
pub(super) mod number_format;
pub(super) mod object;
pub(super) mod reference;
mod unevaluated;

use super::judge::{Run, Subject};
use super::leaf::Leaf;
use super::node::{Node, Rule, Rules};
use super::report::Verdict;
use super::seen::{Closed, Seen};

/// Judges all rules of a schema.
pub(super) fn judge_all<'s, 'i>(
    run: &mut Run<'s>,
    subject: Subject<'s, 'i, '_>,
    rules: &'s Rules,
    outer: Option<&mut Seen<'i>>,
) -> Verdict {
    let mut own = (rules.tracks || outer.is_some()).then(Seen::default);
    if let (true, Some(own)) = (rules.describes_objects, own.as_mut()) {
        own.close(Closed::Silently);
    }
    let mut verdict = Verdict::Kept;
    for rule in &rules.all {
        verdict.and(judge_rule(run, subject, rule, &mut own));
        if run.is_enough(verdict) {
            return verdict;
        }
    }
    if let (Some(outer), Some(own)) = (outer, own) {
        outer.merge(own);
    }
    verdict
}

fn judge_rule<'s, 'i>(
    run: &mut Run<'s>,
    subject: Subject<'s, 'i, '_>,
    rule: &'s Rule,
    seen: &mut Option<Seen<'i>>,
) -> Verdict {
    match rule {
        Rule::Leaf(leaf) => judge_leaf(run, subject, leaf),
        Rule::NumberFormat(format) => format.judge(run, subject),
        Rule::Reference(reference) => reference.judge(run, subject, seen),
        Rule::DynamicReference(reference) => reference.judge(run, subject, seen),
        Rule::AllOf(branches) => branches::all_of(run, subject, branches, seen),
        Rule::AnyOf(branches) => branches.any_of(run, subject, seen),
        Rule::OneOf(branches) => branches.one_of(run, subject, seen),
        Rule::Not(negated) => branches::not(run, subject, negated),
        Rule::Conditional(conditional) => conditional.judge(run, subject, seen),
        Rule::Discriminator(discriminator) => discriminator.judge(run, subject, seen),
        Rule::Required(names) => object::required(run, subject, names),
        Rule::Properties(properties) => properties.judge(run, subject, seen),
        Rule::PropertyNames(names) => object::property_names(run, subject, names),
        Rule::Dependencies(dependencies) => dependencies.judge(run, subject, seen),
        Rule::Items(items) => items.judge(run, subject, seen),
        Rule::Contains(contains) => contains.judge(run, subject, seen),
        Rule::UnevaluatedProperties(rest) => unevaluated::properties(run, subject, rest, seen),
        Rule::UnevaluatedItems(rest) => unevaluated::items(run, subject, rest, seen),
        Rule::Unjudgeable { keyword, reason } => run.undecided(subject, keyword, reason),
    }
}

fn judge_leaf<'s>(run: &mut Run<'s>, subject: Subject<'s, '_, '_>, leaf: &Leaf) -> Verdict {
    run.spend(leaf.cost(subject.instance));
    if leaf.is_kept(subject.instance) {
        return Verdict::Kept;
    }
    let mut verdict = Verdict::Kept;
    for failed in leaf.failed(subject.instance) {
        if run.excuses(&failed.keyword, subject) {
            continue;
        }
        if failed.undecided {
            run.give_up();
            verdict.and(run.undecided(subject, &failed.keyword, &failed.message));
        } else {
            verdict.and(run.broken(subject, &failed.keyword, || failed.message));
        }
    }
    verdict
}

/// The schemas that stand inside the value of a keyword.
pub(super) fn children(rule: &Rule) -> Vec<&Node> {
    match rule {
        Rule::AllOf(branches) => branches.iter().collect(),
        Rule::AnyOf(branches) | Rule::OneOf(branches) => branches.nodes.iter().collect(),
        Rule::Not(node)
        | Rule::PropertyNames(node)
        | Rule::UnevaluatedProperties(node)
        | Rule::UnevaluatedItems(node) => vec![node],
        Rule::Conditional(conditional) => conditional.children(),
        Rule::Discriminator(discriminator) => discriminator.children(),
        Rule::Properties(properties) => properties.children(),
        Rule::Dependencies(dependencies) => dependencies.children(),
        Rule::Items(items) => items.children(),
        Rule::Contains(contains) => vec![&contains.node],
        Rule::Leaf(_)
        | Rule::NumberFormat(_)
        | Rule::Reference(_)
        | Rule::DynamicReference(_)
        | Rule::Required(_)
        | Rule::Unjudgeable { .. } => Vec::new(),
    }
}
