//! Applications and their versions: numbers, branches, tags.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use super::ContentId;
use crate::event::About;
use crate::{Key, Moment};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacticipantId(u32);

/// Orders by creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId(u32);

impl PacticipantId {
    pub(super) const FIRST: Self = Self(0);

    pub(super) fn new(index: usize) -> Self {
        Self(u32::try_from(index).expect("no log has four thousand million pacticipants"))
    }

    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

impl VersionId {
    pub(super) fn new(index: usize) -> Self {
        Self(u32::try_from(index).expect("no log has four thousand million versions"))
    }

    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Debug)]
pub struct Pacticipant {
    pub id: PacticipantId,
    pub name: String,
    pub about: About,
    pub labels: BTreeMap<String, Moment>,
    pub created: Moment,
    pub updated: Moment,
    /// In the order of creation.
    pub versions: BTreeSet<VersionId>,
    pub branches: BTreeMap<Arc<str>, Branch>,
    /// The versions of each tag, in the order of the versions' creation.
    pub tags: BTreeMap<String, BTreeSet<VersionId>>,
    /// Who has a pact with it, in the order of their creation.
    pub(super) consumers: BTreeSet<PacticipantId>,
}

#[derive(Debug)]
pub struct Branch {
    pub created: Moment,
    /// In the order of the versions' creation.
    pub versions: BTreeSet<VersionId>,
}

#[derive(Debug)]
pub struct Version {
    pub id: VersionId,
    pub pacticipant: PacticipantId,
    pub number: String,
    pub build_url: Option<String>,
    pub created: Moment,
    pub updated: Moment,
    /// When the version came to each branch; the first is the branch it was made on.
    pub branches: Vec<(Arc<str>, Moment)>,
    pub tags: BTreeMap<String, Moment>,
    pub deployments: Vec<Uuid>,
    pub releases: Vec<Uuid>,
    /// What it verified as a provider: content and number of the result.
    pub verified: Vec<(ContentId, u32)>,
    /// The document that it published as a provider.
    pub document: Option<Box<Document>>,
}

#[derive(Clone, Debug)]
pub struct Document {
    pub content_type: String,
    /// Key of the stored text.
    pub body: Key,
    /// Key of what the provider tells of its own tests, where it does.
    pub results: Option<Key>,
    pub at: Moment,
}

impl Pacticipant {
    #[must_use]
    pub fn latest(&self) -> Option<VersionId> {
        self.versions.last().copied()
    }

    #[must_use]
    pub fn latest_tagged(&self, tag: &str) -> Option<VersionId> {
        self.tags.get(tag)?.last().copied()
    }

    #[must_use]
    pub fn latest_of_branch(&self, branch: &str) -> Option<VersionId> {
        self.branches.get(branch)?.versions.last().copied()
    }
}

impl Version {
    /// The branch it came to last.
    #[must_use]
    pub fn branch(&self) -> Option<&str> {
        self.branches.last().map(|(name, _)| &**name)
    }

    #[must_use]
    pub fn is_on(&self, branch: &str) -> bool {
        self.branches.iter().any(|(name, _)| **name == *branch)
    }
}
