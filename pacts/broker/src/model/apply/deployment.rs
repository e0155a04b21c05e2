//! Environments come and go, and what is deployed and released there.

use uuid::Uuid;

use super::Contradiction;
use crate::Moment;
use crate::event::Event;
use crate::model::{Deployment, Environment, Model, Release, VersionId};

impl Model {
    pub(super) fn apply_to_environments(&mut self, event: Event, at: Moment) -> Result<(), Contradiction> {
        match event {
            Event::EnvironmentCreated { uuid, about } => {
                let (deployments, releases) = (Vec::new(), Vec::new());
                let new = Environment { uuid, about, created: at, updated: at, deployments, releases };
                self.environments.insert(uuid, new);
            }
            Event::EnvironmentDescribed { uuid, about } => {
                let environment = self.environment_mut(uuid)?;
                (environment.about, environment.updated) = (about, at);
            }
            Event::EnvironmentDeleted { uuid } => self.delete_environment(uuid),
            Event::Deployed { uuid, pacticipant, number, environment, instance } => {
                let version = self.version_id(&pacticipant, &number)?;
                self.deploy(Deployment { uuid, version, environment, instance, created: at, ended: None })?;
            }
            Event::Undeployed { uuid } => self.undeploy(uuid, at),
            Event::Released { uuid, pacticipant, number, environment } => {
                let version = self.version_id(&pacticipant, &number)?;
                self.environment_mut(environment)?.releases.push(uuid);
                self.living_version(version).releases.push(uuid);
                self.releases.insert(uuid, Release { uuid, version, environment, created: at, ended: None });
            }
            Event::SupportEnded { uuid } => {
                let Some(release) = self.releases.get_mut(&uuid) else { return Ok(()) };
                release.ended = Some(at);
                let environment = release.environment;
                self.environment_mut(environment)?.releases.retain(|it| *it != uuid);
            }
            event => return self.apply_to_webhooks(event, at),
        }
        Ok(())
    }

    fn environment_mut(&mut self, uuid: Uuid) -> Result<&mut Environment, Contradiction> {
        self.environments.get_mut(&uuid).ok_or_else(|| Contradiction(format!("environment {uuid}")))
    }

    fn deploy(&mut self, new: Deployment) -> Result<(), Contradiction> {
        let place = (self.version(new.version).pacticipant, new.instance.clone());
        let environment = self.environment(new.environment);
        let there = environment.map(|environment| environment.deployments.clone()).unwrap_or_default();
        for uuid in there {
            let old = &self.deployments[&uuid];
            if (self.version(old.version).pacticipant, old.instance.clone()) == place {
                self.undeploy(uuid, new.created);
            }
        }
        self.environment_mut(new.environment)?.deployments.push(new.uuid);
        self.living_version(new.version).deployments.push(new.uuid);
        self.deployments.insert(new.uuid, new);
        Ok(())
    }

    fn undeploy(&mut self, uuid: Uuid, at: Moment) {
        let Some(deployment) = self.deployments.get_mut(&uuid) else { return };
        deployment.ended = Some(at);
        if let Some(environment) = self.environments.get_mut(&deployment.environment) {
            environment.deployments.retain(|it| *it != uuid);
        }
    }

    fn delete_environment(&mut self, uuid: Uuid) {
        self.environments.remove(&uuid);
        let mut freed: Vec<VersionId> = Vec::new();
        self.deployments.retain(|_, it| {
            it.environment != uuid || {
                freed.push(it.version);
                false
            }
        });
        self.releases.retain(|_, it| {
            it.environment != uuid || {
                freed.push(it.version);
                false
            }
        });
        for id in freed {
            let (deployments, releases) = (&self.deployments, &self.releases);
            let version = self.versions[id.index()].as_mut().expect("ids of versions are of living ones");
            version.deployments.retain(|it| deployments.contains_key(it));
            version.releases.retain(|it| releases.contains_key(it));
        }
    }
}
