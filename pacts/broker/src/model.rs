//! Everything the broker knows, as the fold of its log: small, indexed, in memory.
//!
//! Texts (pacts, results, logs) are not here: the model names them by key and the store holds them.
//! Versions are numbered as they came, so "later" is "greater" ([`VersionId`] orders by creation, as the
//! Pact Broker does).

mod apply;
mod deployment;
mod integration;
mod lookup;
mod pacticipant;
mod webhook;

use std::collections::BTreeMap;

use uuid::Uuid;

pub use deployment::{Deployment, Environment, Release};
pub use integration::{Content, ContentId, Integration, Publication, Verification};
pub use pacticipant::{Branch, Document, Pacticipant, PacticipantId, Version, VersionId};
pub use webhook::{Attempt, Token, Triggered, Webhook};

use crate::Moment;
use lookup::Lookup;

/// Who relies on whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    pub consumer: PacticipantId,
    pub provider: PacticipantId,
}

#[derive(Debug, Default)]
pub struct Model {
    pacticipants: Vec<Option<Pacticipant>>,
    by_name: BTreeMap<String, PacticipantId>,
    versions: Vec<Option<Version>>,
    by_number: Lookup<VersionId>,
    contents: Vec<Content>,
    by_sha: Lookup<ContentId>,
    integrations: BTreeMap<Pair, Integration>,
    environments: BTreeMap<Uuid, Environment>,
    deployments: BTreeMap<Uuid, Deployment>,
    releases: BTreeMap<Uuid, Release>,
    webhooks: BTreeMap<Uuid, Webhook>,
    triggered: BTreeMap<Uuid, Triggered>,
    tokens: BTreeMap<Uuid, Token>,
    changed: Moment,
}

impl Model {
    /// By name, in the order of the alphabet.
    pub fn pacticipants(&self) -> impl Iterator<Item = &Pacticipant> {
        self.by_name.values().map(|&id| self.pacticipant(id))
    }

    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Pacticipant> {
        self.by_name.get(name).map(|&id| self.pacticipant(id))
    }

    /// An id is only ever handed out for what is there, and ids are not kept over a deletion.
    ///
    /// # Panics
    /// Where the id is of another model, or of one from before a deletion.
    #[must_use]
    pub fn pacticipant(&self, id: PacticipantId) -> &Pacticipant {
        self.pacticipants[id.index()].as_ref().expect("ids of pacticipants are of living ones")
    }

    /// # Panics
    /// Where the id is of another model, or of one from before a deletion.
    #[must_use]
    pub fn version(&self, id: VersionId) -> &Version {
        self.versions[id.index()].as_ref().expect("ids of versions are of living ones")
    }

    #[must_use]
    pub fn find_version(&self, pacticipant: &str, number: &str) -> Option<&Version> {
        self.version_of(self.find(pacticipant)?.id, number).map(|id| self.version(id))
    }

    #[must_use]
    pub fn version_of(&self, pacticipant: PacticipantId, number: &str) -> Option<VersionId> {
        self.by_number.find((pacticipant, number), numbered(&self.versions))
    }

    #[must_use]
    pub fn content(&self, id: ContentId) -> &Content {
        &self.contents[id.index()]
    }

    #[must_use]
    pub fn find_content(&self, pair: Pair, sha: &str) -> Option<&Content> {
        let content = self.content(self.by_sha.find((pair, sha), named(&self.contents))?);
        (!content.publications.is_empty()).then_some(content)
    }

    #[must_use]
    pub fn pair(&self, consumer: &str, provider: &str) -> Option<Pair> {
        Some(Pair { consumer: self.find(consumer)?.id, provider: self.find(provider)?.id })
    }

    #[must_use]
    pub fn integration(&self, pair: Pair) -> Option<&Integration> {
        self.integrations.get(&pair)
    }

    pub fn integrations(&self) -> impl Iterator<Item = &Integration> {
        self.integrations.values()
    }

    /// Whom a pacticipant relies on.
    pub fn providers_of(&self, consumer: PacticipantId) -> impl Iterator<Item = &Integration> {
        let from = Pair { consumer, provider: PacticipantId::FIRST };
        self.integrations.range(from..).map_while(move |(pair, it)| (pair.consumer == consumer).then_some(it))
    }

    /// Who relies on a pacticipant, in the order of their creation.
    pub fn consumers_of(&self, provider: PacticipantId) -> impl Iterator<Item = &Integration> {
        let consumers = self.pacticipant(provider).consumers.iter();
        consumers.filter_map(move |&consumer| self.integrations.get(&Pair { consumer, provider }))
    }

    /// The pact that a consumer's version has with a provider.
    #[must_use]
    pub fn publication(&self, version: VersionId, provider: PacticipantId) -> Option<&Publication> {
        let pair = Pair { consumer: self.version(version).pacticipant, provider };
        self.integrations.get(&pair)?.publications.get(&version)
    }

    pub fn environments(&self) -> impl Iterator<Item = &Environment> {
        self.environments.values()
    }

    #[must_use]
    pub fn environment(&self, uuid: Uuid) -> Option<&Environment> {
        self.environments.get(&uuid)
    }

    #[must_use]
    pub fn environment_named(&self, name: &str) -> Option<&Environment> {
        self.environments.values().find(|environment| environment.about.name == name)
    }

    #[must_use]
    pub fn deployment(&self, uuid: Uuid) -> Option<&Deployment> {
        self.deployments.get(&uuid)
    }

    #[must_use]
    pub fn release(&self, uuid: Uuid) -> Option<&Release> {
        self.releases.get(&uuid)
    }

    pub fn webhooks(&self) -> impl Iterator<Item = &Webhook> {
        self.webhooks.values()
    }

    #[must_use]
    pub fn webhook(&self, uuid: Uuid) -> Option<&Webhook> {
        self.webhooks.get(&uuid)
    }

    pub fn triggered(&self) -> impl Iterator<Item = &Triggered> {
        self.triggered.values()
    }

    #[must_use]
    pub fn triggered_by(&self, uuid: Uuid) -> Option<&Triggered> {
        self.triggered.get(&uuid)
    }

    pub fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens.values()
    }

    /// When anything changed last.
    #[must_use]
    pub const fn changed(&self) -> Moment {
        self.changed
    }
}

/// Whose a version is, and its number.
fn numbered<'m>(versions: &'m [Option<Version>]) -> impl Fn(VersionId) -> (PacticipantId, &'m str) {
    move |id| {
        let version = versions[id.index()].as_ref().expect("who is looked up is living");
        (version.pacticipant, version.number.as_str())
    }
}

/// Between whom a content is, and its SHA.
fn named<'m>(contents: &'m [Content]) -> impl Fn(ContentId) -> (Pair, &'m str) {
    move |id| (contents[id.index()].pair, contents[id.index()].sha.as_str())
}
