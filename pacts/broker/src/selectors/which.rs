//! Which of the pacts between two are meant, newest first.

use crate::Model;
use crate::model::{Integration, Publication, VersionId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    All,
    Tag(&'a str),
    Branch(&'a str),
    /// Of the branch that the consumer calls its main one.
    MainBranch,
    /// Of versions without a tag.
    Untagged,
}

impl<'a> Which<'a> {
    /// In the order of the versions' creation, the newest first.
    #[must_use]
    pub fn newest_first<'m>(
        self,
        model: &'m Model,
        integration: &'m Integration,
    ) -> Box<dyn Iterator<Item = &'m Publication> + 'm>
    where
        'a: 'm,
    {
        let consumer = model.pacticipant(integration.pair.consumer);
        let branch = |name: &str| consumer.branches.get(name).map(|branch| &branch.versions);
        let versions = match self {
            Self::All => return Box::new(integration.publications.values().rev()),
            Self::Untagged => {
                let untagged =
                    |publication: &&Publication| model.version(publication.version).tags.is_empty();
                return Box::new(integration.publications.values().rev().filter(untagged));
            }
            Self::Tag(tag) => consumer.tags.get(tag),
            Self::Branch(name) => branch(name),
            Self::MainBranch => consumer.about.main_branch.as_deref().and_then(branch),
        };
        let published = |version: &VersionId| integration.publications.get(version);
        Box::new(versions.into_iter().flatten().rev().filter_map(published))
    }
}
