//! Pacts and their verifications come and go.

use std::collections::BTreeMap;

use super::Contradiction;
use crate::event::{Event, VerificationResult};
use crate::model::lookup::push;
use crate::model::{
    Content, ContentId, Integration, Model, Pair, Publication, Verification, VersionId, named,
};
use crate::{Key, Moment};

/// Where a result belongs.
struct Place {
    pair: Pair,
    sha: String,
    number: u32,
}

impl Model {
    pub(super) fn apply_to_pacts(&mut self, event: Event, at: Moment) -> Result<(), Contradiction> {
        match event {
            Event::PactPublished { consumer, number, provider, sha, body } => {
                let pair = self.known_pair(&consumer, &provider)?;
                let version = self.version_id(&consumer, &number)?;
                self.publish(pair, version, (sha, body), at);
            }
            Event::PactDeleted { consumer, number, provider } => {
                let pair = self.known_pair(&consumer, &provider)?;
                let version = self.version_id(&consumer, &number)?;
                self.delete_publication(pair, version);
            }
            Event::IntegrationDeleted { consumer, provider } => {
                let pair = self.known_pair(&consumer, &provider)?;
                self.delete_integration(pair);
            }
            Event::VerificationPublished { consumer, provider, sha, number, result } => {
                let pair = self.known_pair(&consumer, &provider)?;
                let version = self.version_id(&provider, &result.provider_version)?;
                self.add_verification(&Place { pair, sha, number }, version, result, at)?;
            }
            Event::VerificationDeleted { consumer, provider, sha, number } => {
                let pair = self.known_pair(&consumer, &provider)?;
                self.delete_verification(&Place { pair, sha, number })?;
            }
            event => return self.apply_to_environments(event, at),
        }
        Ok(())
    }

    fn known_pair(&self, consumer: &str, provider: &str) -> Result<Pair, Contradiction> {
        Ok(Pair { consumer: self.id(consumer)?, provider: self.id(provider)? })
    }

    fn publish(&mut self, pair: Pair, version: VersionId, (sha, body): (String, Key), at: Moment) {
        let content = self.content_id(pair, sha, at);
        let before = self.integrations.get(&pair).and_then(|it| it.publications.get(&version));
        let revision = before.map_or(1, |before| before.revision + 1);
        if let Some(old) = before.map(|before| before.content) {
            self.contents[old.index()].publications.retain(|it| *it != version);
        }
        push(&mut self.contents[content.index()].publications, version);
        self.living_pacticipant(pair.provider).consumers.insert(pair.consumer);
        let integration = self.integrations.entry(pair).or_insert_with(|| Integration {
            pair,
            created: at,
            publications: BTreeMap::new(),
        });
        let publication = Publication { pair, version, content, body, revision, created: at };
        integration.publications.insert(version, publication);
    }

    fn content_id(&mut self, pair: Pair, sha: String, at: Moment) -> ContentId {
        if let Some(known) = self.by_sha.find((pair, &sha), named(&self.contents)) {
            return known;
        }
        let id = ContentId::new(self.contents.len());
        let (publications, verifications) = (Vec::new(), Vec::new());
        self.contents.push(Content { id, pair, sha, created: at, publications, verifications });
        self.by_sha.insert(id, named(&self.contents));
        id
    }

    pub(super) fn delete_publication(&mut self, pair: Pair, version: VersionId) {
        let Some(integration) = self.integrations.get_mut(&pair) else { return };
        let Some(gone) = integration.publications.remove(&version) else { return };
        self.contents[gone.content.index()].publications.retain(|it| *it != version);
        if self.contents[gone.content.index()].publications.is_empty() {
            self.forget_results(gone.content);
        }
    }

    /// With all of its pacts and their results; the two themselves stay.
    pub(super) fn delete_integration(&mut self, pair: Pair) {
        let Some(gone) = self.integrations.remove(&pair) else { return };
        self.living_pacticipant(pair.provider).consumers.remove(&pair.consumer);
        for publication in gone.publications.values() {
            self.contents[publication.content.index()].publications.clear();
            self.forget_results(publication.content);
        }
    }

    /// The same content, published again later, starts unverified.
    fn forget_results(&mut self, content: ContentId) {
        let results = std::mem::take(&mut self.contents[content.index()].verifications);
        for result in results {
            let number = result.number;
            self.living_version(result.version).verified.retain(|it| *it != (content, number));
        }
    }

    fn add_verification(
        &mut self,
        place: &Place,
        version: VersionId,
        result: VerificationResult,
        at: Moment,
    ) -> Result<(), Contradiction> {
        let content = self.place(place)?;
        let verification = Verification { number: place.number, version, result, at };
        push(&mut self.contents[content.index()].verifications, verification);
        self.living_version(version).verified.push((content, place.number));
        Ok(())
    }

    fn delete_verification(&mut self, place: &Place) -> Result<(), Contradiction> {
        let content = self.place(place)?;
        let verifications = &mut self.contents[content.index()].verifications;
        let Some(at) = verifications.iter().position(|result| result.number == place.number) else {
            return Ok(());
        };
        let version = verifications.remove(at).version;
        self.living_version(version).verified.retain(|it| *it != (content, place.number));
        Ok(())
    }

    fn place(&self, Place { pair, sha, .. }: &Place) -> Result<ContentId, Contradiction> {
        let found = self.by_sha.find((*pair, sha), named(&self.contents));
        found.ok_or_else(|| Contradiction(format!("the pact version {sha}")))
    }
}
