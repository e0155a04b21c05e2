//! Pacts between two, and what was verified of them.

use std::collections::BTreeMap;

use super::{Pair, VersionId};
use crate::event::VerificationResult;
use crate::{Key, Moment};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId(u32);

impl ContentId {
    pub(super) fn new(index: usize) -> Self {
        Self(u32::try_from(index).expect("no log has four thousand million pacts"))
    }

    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A consumer and a provider that have, or had, a pact.
#[derive(Debug)]
pub struct Integration {
    pub pair: Pair,
    pub created: Moment,
    /// By the consumer's version, in the order of the versions' creation.
    pub publications: BTreeMap<VersionId, Publication>,
}

impl Integration {
    #[must_use]
    pub fn latest(&self) -> Option<&Publication> {
        self.publications.values().next_back()
    }
}

/// A pact as one version of the consumer published it.
#[derive(Debug)]
pub struct Publication {
    pub pair: Pair,
    pub version: VersionId,
    pub content: ContentId,
    /// Key of the stored text.
    pub body: Key,
    /// 1 for the first; one more each time that the same version published another content.
    pub revision: u32,
    pub created: Moment,
}

/// What binds, whoever published it: results belong here.
#[derive(Debug)]
pub struct Content {
    pub id: ContentId,
    pub pair: Pair,
    pub sha: String,
    pub created: Moment,
    /// The consumer's versions that published it and still have it.
    pub publications: Vec<VersionId>,
    /// In the order of their numbers.
    pub verifications: Vec<Verification>,
}

impl Content {
    #[must_use]
    pub fn verification(&self, number: u32) -> Option<&Verification> {
        self.verifications.iter().find(|verification| verification.number == number)
    }

    #[must_use]
    pub fn next_number(&self) -> u32 {
        self.verifications.last().map_or(1, |last| last.number + 1)
    }

    /// The last result of one provider version.
    #[must_use]
    pub fn verified_by(&self, version: VersionId) -> Option<&Verification> {
        self.verifications.iter().rfind(|verification| verification.version == version)
    }

    #[must_use]
    pub fn latest_verification(&self) -> Option<&Verification> {
        self.verifications.last()
    }
}

#[derive(Debug)]
pub struct Verification {
    pub number: u32,
    pub version: VersionId,
    pub result: VerificationResult,
    pub at: Moment,
}
