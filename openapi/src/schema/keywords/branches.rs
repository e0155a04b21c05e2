//! `allOf`, `anyOf`, `oneOf` and `not`.

use std::cmp::Reverse;
use std::collections::HashSet;

use serde_json::Value;

use crate::pointer::JsonPointer;
use crate::schema::judge::{Run, Subject};
use crate::schema::meant::Meant;
use crate::schema::node::{Node, Rule};
use crate::schema::part::{Notes, PartRun, Undeclared};
use crate::schema::report::{Errors, Verdict};
use crate::schema::seen::{Closed, Seen};
use crate::schema::{SchemaError, Schemas};

/// The schemas of an `anyOf` or a `oneOf`.
#[derive(Debug)]
pub(in crate::schema) struct Branches {
    pub(in crate::schema) nodes: Box<[Node]>,
}

/// What came of one branch.
struct Tried<'s, 'i> {
    verdict: Verdict,
    errors: Errors,
    seen: Option<Seen<'i>>,
    /// What was noted on the way, of a part.
    notes: Notes<'s>,
}

pub(super) fn all_of<'s, 'i>(
    run: &mut Run<'s>,
    subject: Subject<'s, 'i, '_>,
    branches: &'s [Node],
    seen: &mut Option<Seen<'i>>,
) -> Verdict {
    let mut verdict = Verdict::Kept;
    for branch in branches {
        verdict.and(run.judge(branch, subject.instance, subject.at, seen.as_mut()));
        if run.is_enough(verdict) {
            break;
        }
    }
    verdict
}

pub(super) fn not<'s>(run: &mut Run<'s>, subject: Subject<'s, '_, '_>, negated: &'s Node) -> Verdict {
    // What is left out of a part may be what keeps it from being what it must not be.
    if run.is_part() && is_compound(subject.instance) {
        return Verdict::Kept;
    }
    let returns = run.returns;
    match run.quietly(|run| run.judge(negated, subject.instance, subject.at, None)) {
        // It is kept where it is not kept.
        Verdict::Kept if run.returns > returns => {
            run.undecided(subject, "not", "its schema leads back to itself")
        }
        Verdict::Broken => Verdict::Kept,
        Verdict::Kept => {
            run.broken(subject, "not", || "value keeps a schema that it must not keep".to_owned())
        }
        Verdict::Undecided => run.undecided(subject, "not", "its schema could not be judged"),
    }
}

impl Branches {
    pub(super) fn any_of<'s, 'i>(
        &'s self,
        run: &mut Run<'s>,
        subject: Subject<'s, 'i, '_>,
        seen: &mut Option<Seen<'i>>,
    ) -> Verdict {
        if run.is_part() {
            return self.any_of_part(run, subject, seen, "anyOf");
        }
        let mut all = Vec::with_capacity(self.nodes.len());
        let mut kept = false;
        for branch in &self.nodes {
            let tried = try_branch(run, subject, branch, seen.is_some());
            if tried.verdict == Verdict::Kept {
                kept = true;
                see(seen, tried.seen);
                // What further branches would have looked at counts too.
                if seen.is_none() {
                    break;
                }
            } else {
                all.push(tried);
            }
        }
        if kept { Verdict::Kept } else { self.none(run, subject, "anyOf", all) }
    }

    pub(super) fn one_of<'s, 'i>(
        &'s self,
        run: &mut Run<'s>,
        subject: Subject<'s, 'i, '_>,
        seen: &mut Option<Seen<'i>>,
    ) -> Verdict {
        // A part may keep several, where what tells them apart is not in it.
        if run.is_part() && is_compound(subject.instance) {
            return self.any_of_part(run, subject, seen, "oneOf");
        }
        let mut kept = Vec::new();
        let mut others = Vec::with_capacity(self.nodes.len());
        for (index, branch) in self.nodes.iter().enumerate() {
            let tried = try_branch(run, subject, branch, seen.is_some());
            if tried.verdict == Verdict::Kept {
                kept.push(index);
                see(seen, tried.seen);
                if kept.len() > 1 && !run.wants_errors() {
                    return Verdict::Broken;
                }
            } else {
                others.push(tried);
            }
        }
        match kept.len() {
            0 => self.none(run, subject, "oneOf", others),
            1 if others.iter().all(|tried| tried.verdict == Verdict::Broken) => Verdict::Kept,
            1 => undecided(run, others),
            _ => {
                let schemas = run.schemas;
                run.broken(subject, "oneOf", || {
                    let names: Vec<String> =
                        kept.iter().map(|index| self.nodes[*index].label(schemas, *index)).collect();
                    let (kept, all) = (names.len(), self.nodes.len());
                    format!("value keeps {kept} of {all} branches and must keep one: {}", names.join(", "))
                })
            }
        }
    }

    /// Of the branches that a part keeps, one that knows all its members is the one that is meant.
    /// Where none does, those of an `anyOf` count together, and of a `oneOf` the one that knows most.
    fn any_of_part<'s, 'i>(
        &'s self,
        run: &mut Run<'s>,
        subject: Subject<'s, 'i, '_>,
        seen: &mut Option<Seen<'i>>,
        keyword: &str,
    ) -> Verdict {
        let tried = self.nodes.iter().map(|branch| try_branch(run, subject, branch, seen.is_some()));
        let (kept, others): (Vec<_>, Vec<_>) = tried.partition(|tried| tried.verdict == Verdict::Kept);
        if kept.is_empty() {
            // Which members are known, nobody can tell.
            if let Some(seen) = seen {
                seen.see_all_members();
            }
            return self.none(run, subject, keyword, others);
        }
        let undeclared = run.part_run().map_or(Undeclared::default(), PartRun::undeclared);
        let before = run.part_run().map(|part| &part.notes);
        let unknown = |tried: &Tried<'s, 'i>| {
            let below = before.map_or(0, |before| tried.notes.unknown(before, undeclared));
            below + unknown_members(subject.instance, seen.as_ref(), tried.seen.as_ref())
        };
        let counts: Vec<usize> = kept.iter().map(unknown).collect();
        let least = counts.iter().copied().min().unwrap_or_default();
        let best = counts.iter().position(|count| *count == least).unwrap_or_default();
        let all = least > 0 && keyword == "anyOf";
        // What the part breaks is wanted in a second pass only.
        let meant = if least > 0 && run.wants_errors() { meant(subject, &kept, others) } else { None };
        if let (Some(meant), Some(notes)) = (meant, run.notes()) {
            notes.mean(meant);
        }
        for (_, tried) in kept.into_iter().enumerate().filter(|(index, _)| all || *index == best) {
            see(seen, tried.seen);
            if let Some(notes) = run.notes() {
                notes.append(tried.notes);
            }
        }
        Verdict::Kept
    }

    /// No branch is kept. One of them was meant: its errors are told, and not those of all.
    fn none<'s>(
        &'s self,
        run: &mut Run<'s>,
        subject: Subject<'s, '_, '_>,
        keyword: &str,
        tried: Vec<Tried<'s, '_>>,
    ) -> Verdict {
        if tried.iter().any(|tried| tried.verdict == Verdict::Undecided) {
            return undecided(run, tried);
        }
        if !run.wants_errors() {
            return Verdict::Broken;
        }
        let here = subject.at.pointer();
        let count = tried.len();
        let nearest = tried
            .into_iter()
            .enumerate()
            .map(|(index, tried)| (cost(&tried.errors, &here), index, tried.errors))
            .min_by_key(|(cost, index, _)| (*cost, *index));
        let Some((cost, index, errors)) = nearest else {
            return run.broken(subject, keyword, || "there is no branch to keep".to_owned());
        };
        if cost >= OTHER_TYPE {
            return run
                .broken(subject, keyword, || format!("value is of the type of none of {count} branches"));
        }
        let label = self.nodes[index].label(run.schemas, index);
        run.broken(subject, keyword, || match count {
            1 => "value does not keep the only branch".to_owned(),
            _ => format!("value keeps none of {count} branches; the nearest is {label}"),
        });
        run.report_all(errors);
        Verdict::Broken
    }
}

/// What a value of another type than a branch wants costs: such a branch was not meant.
const OTHER_TYPE: usize = 1_000_000;
/// A member that names another kind of object.
const OTHER_KIND: usize = 1_000;

/// How far a value is from a branch, by the errors that the branch has with it.
fn cost(errors: &Errors, here: &JsonPointer) -> usize {
    let depth = |pointer: &JsonPointer| pointer.as_str().matches('/').count();
    let one = |error: &SchemaError| match (error.keyword.as_str(), depth(&error.instance) - depth(here)) {
        ("type" | "enum" | "const" | "false", 0) => OTHER_TYPE,
        ("const" | "enum", 1) => OTHER_KIND,
        _ => 1,
    };
    errors.list.iter().map(one).sum::<usize>() + errors.left_out
}

fn try_branch<'s, 'i>(
    run: &mut Run<'s>,
    subject: Subject<'s, 'i, '_>,
    branch: &'s Node,
    tracks: bool,
) -> Tried<'s, 'i> {
    let mut seen = tracks.then(Seen::default);
    let mark = run.notes().map(|notes| notes.mark());
    let (verdict, errors) = run.apart(|run| run.judge(branch, subject.instance, subject.at, seen.as_mut()));
    let notes = mark.zip(run.notes()).map(|(mark, notes)| notes.split_off(mark)).unwrap_or_default();
    Tried { verdict, errors, seen, notes }
}

/// Of the branches that an object does not keep, the one that it was meant for: of its kind rather than another, and knowing most.
fn meant<'s>(
    subject: Subject<'s, '_, '_>,
    kept: &[Tried<'s, '_>],
    broken: Vec<Tried<'s, '_>>,
) -> Option<Meant> {
    let Value::Object(members) = subject.instance else { return None };
    // Where one that is kept knows some of it, the object is of that kind.
    let has_some = |seen: &Seen<'_>| members.keys().any(|name| seen.has_member(name));
    let is_of_kept = kept.iter().filter_map(|tried| tried.seen.as_ref()).any(has_some);
    let limit = if is_of_kept { OTHER_KIND } else { OTHER_TYPE };
    let here = subject.at.pointer();
    let near = broken.into_iter().filter(|tried| tried.verdict == Verdict::Broken).filter_map(|tried| {
        let seen = tried.seen?;
        let knows: HashSet<String> = members.keys().filter(|name| seen.has_member(name)).cloned().collect();
        let cost = cost(&tried.errors, &here);
        (cost < limit && !knows.is_empty()).then_some((knows, cost, tried.errors))
    });
    let (knows, _, errors) =
        near.min_by_key(|(knows, cost, _)| (cost / OTHER_KIND, Reverse(knows.len()), *cost))?;
    Some(Meant { instance: subject.instance, knows, errors })
}

fn is_compound(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// How many members neither the schema so far nor the branch knows; none where the branch does not
/// say what the object is made of.
fn unknown_members<'i>(instance: &'i Value, outer: Option<&Seen<'i>>, branch: Option<&Seen<'i>>) -> usize {
    let (Value::Object(members), Some(branch)) = (instance, branch) else { return 0 };
    if branch.closed() == Closed::Not {
        return 0;
    }
    let known = |name: &str| branch.has_member(name) || outer.is_some_and(|outer| outer.has_member(name));
    members.keys().filter(|name| !known(name)).count()
}

fn see<'i>(seen: &mut Option<Seen<'i>>, more: Option<Seen<'i>>) {
    if let (Some(seen), Some(more)) = (seen, more) {
        seen.merge(more);
    }
}

/// Tells why branches could not be judged.
fn undecided<'s>(run: &mut Run<'s>, tried: Vec<Tried<'s, '_>>) -> Verdict {
    for mut tried in tried.into_iter().filter(|tried| tried.verdict == Verdict::Undecided) {
        tried.errors.list.retain(|error| error.undecided);
        run.report_all(tried.errors);
    }
    Verdict::Undecided
}

impl Node {
    /// How a message names a branch: by what it refers to, or by its number.
    pub(super) fn label(&self, schemas: &Schemas, index: usize) -> String {
        match self.rules() {
            [Rule::Reference(reference), ..] => reference.name(schemas),
            _ => format!("branch {}", index + 1),
        }
    }
}
