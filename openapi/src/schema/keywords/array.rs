//! `prefixItems`, `items`, `additionalItems` and `contains`.

use serde_json::Value;

use crate::pointer::Path;
use crate::schema::judge::{Run, Subject};
use crate::schema::node::Node;
use crate::schema::report::Verdict;
use crate::schema::seen::Seen;

/// The elements of an array: some at the front each by a schema of its own, the rest by one.
#[derive(Debug)]
pub(in crate::schema) struct Items {
    pub(in crate::schema) front: Box<[Node]>,
    pub(in crate::schema) rest: Option<Node>,
    /// The keyword that says what the rest is: `items` or `additionalItems`.
    pub(in crate::schema) rest_keyword: &'static str,
}

impl Items {
    pub(super) fn judge<'s, 'i>(
        &'s self,
        run: &mut Run<'s>,
        subject: Subject<'s, 'i, '_>,
        seen: &mut Option<Seen<'i>>,
    ) -> Verdict {
        let Value::Array(elements) = subject.instance else { return Verdict::Kept };
        let mut verdict = Verdict::Kept;
        for (index, element) in elements.iter().enumerate() {
            let Some(node) = self.front.get(index).or(self.rest.as_ref()) else { break };
            if index >= self.front.len() && node.is_nothing() {
                verdict.and(run.broken(subject, self.rest_keyword, || {
                    format!("value has {} elements and may have {}", elements.len(), self.front.len())
                }));
                break;
            }
            let at = Path::Element(subject.at, index);
            run.meet(subject.instance, element, &at, node);
            verdict.and(run.judge(node, element, &at, None));
            if run.is_enough(verdict) {
                return verdict;
            }
            if let Some(seen) = seen {
                seen.see_element(index);
            }
        }
        if let (Some(seen), Some(_)) = (seen, &self.rest) {
            seen.see_all_elements();
        }
        verdict
    }

    pub(super) fn children(&self) -> Vec<&Node> {
        self.front.iter().chain(&self.rest).collect()
    }
}

/// `contains` with its bounds.
#[derive(Debug)]
pub(in crate::schema) struct Contains {
    pub(in crate::schema) node: Node,
    pub(in crate::schema) min: u64,
    pub(in crate::schema) max: Option<u64>,
}

impl Contains {
    pub(super) fn judge<'s, 'i>(
        &'s self,
        run: &mut Run<'s>,
        subject: Subject<'s, 'i, '_>,
        seen: &mut Option<Seen<'i>>,
    ) -> Verdict {
        let Value::Array(elements) = subject.instance else { return Verdict::Kept };
        if run.part_run().is_some_and(|part| part.is_sample(subject.at)) {
            return Verdict::Kept;
        }
        let (mut kept, mut undecided) = (0_u64, 0_u64);
        for (index, element) in elements.iter().enumerate() {
            let at = Path::Element(subject.at, index);
            match run.aside(|run| run.judge(&self.node, element, &at, None)) {
                Verdict::Kept => {
                    kept += 1;
                    if let Some(seen) = seen {
                        seen.see_element(index);
                    }
                }
                Verdict::Undecided => undecided += 1,
                Verdict::Broken => {}
            }
        }
        self.verdict(run, subject, kept, undecided)
    }

    fn verdict<'s>(
        &self,
        run: &mut Run<'s>,
        subject: Subject<'s, '_, '_>,
        kept: u64,
        undecided: u64,
    ) -> Verdict {
        if self.max.is_some_and(|max| kept > max) {
            return run.broken(subject, "maxContains", || format!("value contains {kept} such elements"));
        }
        if kept + undecided < self.min {
            let keyword = if self.min == 1 { "contains" } else { "minContains" };
            return run.broken(subject, keyword, || format!("value contains {kept} such elements"));
        }
        if kept < self.min || self.max.is_some_and(|max| kept + undecided > max) {
            return run.undecided(subject, "contains", "its schema could not be judged");
        }
        Verdict::Kept
    }
}
