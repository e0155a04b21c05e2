//! Applications, versions, branches and tags come and go.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Contradiction;
use crate::Moment;
use crate::event::About;
use crate::model::lookup::push;
use crate::model::{Branch, Model, Pacticipant, PacticipantId, Pair, Version, VersionId, numbered};

impl Model {
    pub(super) fn create_pacticipant(&mut self, name: String, at: Moment) {
        if self.by_name.contains_key(&name) {
            return;
        }
        let id = PacticipantId::new(self.pacticipants.len());
        self.by_name.insert(name.clone(), id);
        self.pacticipants.push(Some(Pacticipant {
            id,
            name,
            about: About::default(),
            labels: BTreeMap::new(),
            created: at,
            updated: at,
            versions: BTreeSet::new(),
            branches: BTreeMap::new(),
            tags: BTreeMap::new(),
            consumers: BTreeSet::new(),
        }));
    }

    pub(super) fn delete_pacticipant(&mut self, name: &str) -> Result<(), Contradiction> {
        let id = self.id(name)?;
        let pairs: Vec<Pair> = self
            .integrations
            .keys()
            .filter(|pair| pair.consumer == id || pair.provider == id)
            .copied()
            .collect();
        for pair in pairs {
            self.delete_integration(pair);
        }
        let versions: Vec<VersionId> = self.pacticipant(id).versions.iter().copied().collect();
        for version in versions {
            self.forget_version(version);
        }
        self.webhooks.retain(|_, webhook| !webhook.about.names(name));
        let left = &self.webhooks;
        self.triggered.retain(|_, triggered| left.contains_key(&triggered.webhook));
        self.by_name.remove(name);
        self.pacticipants[id.index()] = None;
        Ok(())
    }

    pub(super) fn create_version(
        &mut self,
        pacticipant: &str,
        number: String,
        at: Moment,
    ) -> Result<(), Contradiction> {
        let owner = self.id(pacticipant)?;
        if self.version_of(owner, &number).is_some() {
            return Ok(());
        }
        let id = VersionId::new(self.versions.len());
        self.living_pacticipant(owner).versions.insert(id);
        self.versions.push(Some(Version {
            id,
            pacticipant: owner,
            number,
            build_url: None,
            created: at,
            updated: at,
            branches: Vec::new(),
            tags: BTreeMap::new(),
            deployments: Vec::new(),
            releases: Vec::new(),
            verified: Vec::new(),
            document: None,
        }));
        self.by_number.insert(id, numbered(&self.versions));
        Ok(())
    }

    pub(super) fn delete_version(&mut self, pacticipant: &str, number: &str) -> Result<(), Contradiction> {
        let id = self.version_id(pacticipant, number)?;
        self.forget_version(id);
        Ok(())
    }

    /// With its pacts, its results and where it is deployed.
    fn forget_version(&mut self, id: VersionId) {
        let owner = self.version(id).pacticipant;
        let providers: Vec<PacticipantId> =
            self.providers_of(owner).map(|integration| integration.pair.provider).collect();
        for provider in providers {
            self.delete_publication(Pair { consumer: owner, provider }, id);
        }
        self.by_number.remove(id, numbered(&self.versions));
        let version = self.versions[id.index()].take().expect("ids of versions are of living ones");
        for (content, number) in version.verified {
            self.contents[content.index()].verifications.retain(|result| result.number != number);
        }
        for uuid in version.deployments {
            self.deployments.remove(&uuid);
            self.environments
                .values_mut()
                .for_each(|environment| environment.deployments.retain(|it| *it != uuid));
        }
        for uuid in version.releases {
            self.releases.remove(&uuid);
            self.environments
                .values_mut()
                .for_each(|environment| environment.releases.retain(|it| *it != uuid));
        }
        let owner = self.living_pacticipant(owner);
        owner.versions.remove(&id);
        for branch in owner.branches.values_mut() {
            branch.versions.remove(&id);
        }
        owner.tags.retain(|_, versions| {
            versions.remove(&id);
            !versions.is_empty()
        });
    }

    pub(super) fn add_to_branch(
        &mut self,
        pacticipant: &str,
        branch: String,
        number: &str,
        at: Moment,
    ) -> Result<(), Contradiction> {
        let id = self.version_id(pacticipant, number)?;
        let known = self.pacticipant_mut(pacticipant)?;
        // One text for all versions of the branch.
        let branch: Arc<str> = match known.branches.get_key_value(branch.as_str()) {
            Some((name, _)) => Arc::clone(name),
            None => branch.into(),
        };
        let new = || Branch { created: at, versions: BTreeSet::new() };
        known.branches.entry(Arc::clone(&branch)).or_insert_with(new).versions.insert(id);
        let version = self.living_version(id);
        if !version.is_on(&branch) {
            push(&mut version.branches, (branch, at));
            version.updated = at;
        }
        Ok(())
    }

    pub(super) fn remove_from_branch(
        &mut self,
        pacticipant: &str,
        branch: &str,
        number: &str,
    ) -> Result<(), Contradiction> {
        let id = self.version_id(pacticipant, number)?;
        self.living_version(id).branches.retain(|(name, _)| **name != *branch);
        if let Some(branch) = self.pacticipant_mut(pacticipant)?.branches.get_mut(branch) {
            branch.versions.remove(&id);
        }
        Ok(())
    }

    pub(super) fn delete_branch(&mut self, pacticipant: &str, branch: &str) -> Result<(), Contradiction> {
        let Some(gone) = self.pacticipant_mut(pacticipant)?.branches.remove(branch) else { return Ok(()) };
        for version in gone.versions {
            self.living_version(version).branches.retain(|(name, _)| **name != *branch);
        }
        Ok(())
    }

    pub(super) fn add_tag(
        &mut self,
        pacticipant: &str,
        number: &str,
        tag: String,
        at: Moment,
    ) -> Result<(), Contradiction> {
        let id = self.version_id(pacticipant, number)?;
        self.living_version(id).tags.entry(tag.clone()).or_insert(at);
        self.pacticipant_mut(pacticipant)?.tags.entry(tag).or_default().insert(id);
        Ok(())
    }

    pub(super) fn remove_tag(
        &mut self,
        pacticipant: &str,
        number: &str,
        tag: &str,
    ) -> Result<(), Contradiction> {
        let id = self.version_id(pacticipant, number)?;
        self.living_version(id).tags.remove(tag);
        let known = self.pacticipant_mut(pacticipant)?;
        if let Some(versions) = known.tags.get_mut(tag) {
            versions.remove(&id);
            if versions.is_empty() {
                known.tags.remove(tag);
            }
        }
        Ok(())
    }
}
