//! Whether a pact is pending: one that the provider never verified may fail without failing its build.

use super::Ask;
use crate::model::{Content, Model, Pacticipant, Verification};
use crate::{Moment, selectors::words};

/// The line of the provider's development that a result will belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) kind: Kind,
    /// When it began; none where it has no version yet.
    began: Option<Moment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Neither branch nor tag is told.
    Any,
    Branch(String),
    Tag(String),
}

/// For which lines a pact has yet to be verified, and for which it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub(super) pending: Vec<Kind>,
    pub(super) verified: Vec<Kind>,
}

pub(super) fn lines(model: &Model, provider: &Pacticipant, ask: &Ask) -> Vec<Line> {
    if let Some(branch) = &ask.provider_branch {
        let began = provider.branches.get(branch.as_str()).map(|known| known.created);
        return vec![Line { kind: Kind::Branch(branch.clone()), began }];
    }
    if ask.provider_tags.is_empty() {
        return vec![Line { kind: Kind::Any, began: None }];
    }
    let tags = ask.provider_tags.iter();
    tags.map(|tag| {
        let tagged = provider.tags.get(tag).into_iter().flatten();
        let began = tagged.filter_map(|&version| model.version(version).tags.get(tag)).min().copied();
        Line { kind: Kind::Tag(tag.clone()), began }
    })
    .collect()
}

impl Line {
    /// A success counts that came from this line, or from another one before this one began: a new branch
    /// owes what its origin kept. What a result found of work in progress counts for nobody.
    fn verified(&self, model: &Model, content: &Content) -> bool {
        let before = |result: &Verification| self.began.is_none_or(|began| result.at < began);
        let counts = |result: &Verification| {
            let version = model.version(result.version);
            match &self.kind {
                Kind::Any => true,
                Kind::Branch(branch) => {
                    let elsewhere = version.branches.iter().any(|(name, _)| **name != **branch);
                    version.is_on(branch) || (elsewhere && before(result))
                }
                Kind::Tag(tag) => {
                    let elsewhere = version.tags.keys().any(|name| name != tag);
                    version.tags.contains_key(tag) || (elsewhere && before(result))
                }
            }
        };
        let mut kept = content.verifications.iter().filter(|it| it.result.success && !it.result.wip);
        kept.any(counts)
    }
}

impl Standing {
    pub(super) fn of(model: &Model, content: &Content, lines: &[Line]) -> Self {
        let mut standing = Self::default();
        for line in lines {
            let list =
                if line.verified(model, content) { &mut standing.verified } else { &mut standing.pending };
            list.push(line.kind.clone());
        }
        standing
    }

    #[must_use]
    pub const fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// "version of NAME …" for whom it is pending, or for whom it is not.
    pub(super) fn whom(&self, provider: &str) -> String {
        let list = if self.is_pending() { &self.pending } else { &self.verified };
        let names = list.iter().map(|kind| match kind {
            Kind::Any => String::new(),
            Kind::Branch(branch) => format!(" from branch '{branch}'"),
            Kind::Tag(tag) => format!(" with tag '{tag}'"),
        });
        format!("version of {provider}{}", words::listed(names, " or"))
    }
}
