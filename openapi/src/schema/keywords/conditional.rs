//! `if`, `then` and `else`.

use crate::schema::judge::{Run, Subject};
use crate::schema::node::Node;
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

    pub(super) fn children(&self) -> Vec<&Node> {
        [Some(&self.condition), self.then.as_ref(), self.otherwise.as_ref()].into_iter().flatten().collect()
    }
}
