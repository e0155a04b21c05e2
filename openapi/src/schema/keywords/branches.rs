//! `allOf`, `anyOf`, `oneOf` and `not`.

use crate::pointer::JsonPointer;
use crate::schema::judge::{Run, Subject};
use crate::schema::node::{Node, Rule};
use crate::schema::report::{Errors, Verdict};
use crate::schema::seen::Seen;
use crate::schema::{SchemaError, Schemas};

/// The schemas of an `anyOf` or a `oneOf`.
#[derive(Debug)]
pub(in crate::schema) struct Branches {
    pub(in crate::schema) nodes: Box<[Node]>,
}

/// What came of one branch.
struct Tried<'i> {
    verdict: Verdict,
    errors: Errors,
    seen: Option<Seen<'i>>,
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

    /// No branch is kept. One of them was meant: its errors are told, and not those of all.
    fn none<'s>(
        &'s self,
        run: &mut Run<'s>,
        subject: Subject<'s, '_, '_>,
        keyword: &str,
        tried: Vec<Tried<'_>>,
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
) -> Tried<'i> {
    let mut seen = tracks.then(Seen::default);
    let (verdict, errors) = run.apart(|run| run.judge(branch, subject.instance, subject.at, seen.as_mut()));
    Tried { verdict, errors, seen }
}

fn see<'i>(seen: &mut Option<Seen<'i>>, more: Option<Seen<'i>>) {
    if let (Some(seen), Some(more)) = (seen, more) {
        seen.merge(more);
    }
}

/// Tells why branches could not be judged.
fn undecided(run: &mut Run<'_>, tried: Vec<Tried<'_>>) -> Verdict {
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
