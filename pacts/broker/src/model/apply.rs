//! The fold: what an event makes of the model.
//!
//! An event was judged before it was written, so here it is only carried out. One that names what is not
//! there shows a log that somebody else wrote in, and is refused: to guess would be to lose.

mod deployment;
mod pact;
mod pacticipant;
mod webhook;

use super::{Model, PacticipantId, VersionId};
use crate::event::{Event, Happening};

/// The log contradicts itself.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the log speaks of {0}, which is not there")]
pub struct Contradiction(pub(super) String);

impl Model {
    /// Carries an event out.
    pub fn apply(&mut self, Happening { at, event }: Happening) -> Result<(), Contradiction> {
        use Event as E;
        self.changed = at;
        match event {
            E::PacticipantCreated { name } => self.create_pacticipant(name, at),
            E::PacticipantDescribed { name, about } => {
                let pacticipant = self.pacticipant_mut(&name)?;
                (pacticipant.about, pacticipant.updated) = (about, at);
            }
            E::PacticipantDeleted { name } => self.delete_pacticipant(&name)?,
            E::LabelAdded { pacticipant, label } => {
                self.pacticipant_mut(&pacticipant)?.labels.insert(label, at);
            }
            E::LabelRemoved { pacticipant, label } => {
                self.pacticipant_mut(&pacticipant)?.labels.remove(&label);
            }
            E::VersionCreated { pacticipant, number } => self.create_version(&pacticipant, number, at)?,
            E::VersionDescribed { pacticipant, number, build_url } => {
                let version = self.version_mut(&pacticipant, &number)?;
                (version.build_url, version.updated) = (build_url, at);
            }
            E::VersionDeleted { pacticipant, number } => self.delete_version(&pacticipant, &number)?,
            E::BranchVersionAdded { pacticipant, branch, number, by_rule: _ } => {
                self.add_to_branch(&pacticipant, branch, &number, at)?;
            }
            E::BranchVersionRemoved { pacticipant, branch, number } => {
                self.remove_from_branch(&pacticipant, &branch, &number)?;
            }
            E::BranchDeleted { pacticipant, branch } => self.delete_branch(&pacticipant, &branch)?,
            E::TagAdded { pacticipant, number, tag } => self.add_tag(&pacticipant, &number, tag, at)?,
            E::TagRemoved { pacticipant, number, tag } => self.remove_tag(&pacticipant, &number, &tag)?,
            E::DocumentPublished { provider, number, content_type, body, results } => {
                let document = super::Document { content_type, body, results, at };
                self.version_mut(&provider, &number)?.document = Some(document.into());
            }
            event => return self.apply_to_pacts(event, at),
        }
        Ok(())
    }

    pub(super) fn id(&self, name: &str) -> Result<PacticipantId, Contradiction> {
        self.by_name.get(name).copied().ok_or_else(|| Contradiction(format!("pacticipant {name:?}")))
    }

    pub(super) fn version_id(&self, pacticipant: &str, number: &str) -> Result<VersionId, Contradiction> {
        let found = self.version_of(self.id(pacticipant)?, number);
        found.ok_or_else(|| Contradiction(format!("version {number:?} of {pacticipant:?}")))
    }

    fn pacticipant_mut(&mut self, name: &str) -> Result<&mut super::Pacticipant, Contradiction> {
        let id = self.id(name)?;
        Ok(self.living_pacticipant(id))
    }

    fn version_mut(&mut self, pacticipant: &str, number: &str) -> Result<&mut super::Version, Contradiction> {
        let id = self.version_id(pacticipant, number)?;
        Ok(self.living_version(id))
    }

    pub(super) fn living_pacticipant(&mut self, id: PacticipantId) -> &mut super::Pacticipant {
        self.pacticipants[id.index()].as_mut().expect("ids of pacticipants are of living ones")
    }

    pub(super) fn living_version(&mut self, id: VersionId) -> &mut super::Version {
        self.versions[id.index()].as_mut().expect("ids of versions are of living ones")
    }
}

#[cfg(test)]
mod tests;
