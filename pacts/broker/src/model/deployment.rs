//! Environments, and what is deployed or released there.

use uuid::Uuid;

use super::VersionId;
use crate::Moment;
use crate::event::EnvironmentAbout;

#[derive(Debug)]
pub struct Environment {
    pub uuid: Uuid,
    pub about: EnvironmentAbout,
    pub created: Moment,
    pub updated: Moment,
    /// What is there now, in the order in which it came. A version knows what has ended.
    pub deployments: Vec<Uuid>,
    pub releases: Vec<Uuid>,
}

/// A version in an environment, one at a time for each instance of the application.
#[derive(Debug)]
pub struct Deployment {
    pub uuid: Uuid,
    pub version: VersionId,
    pub environment: Uuid,
    pub instance: Option<String>,
    pub created: Moment,
    /// None while it is deployed.
    pub ended: Option<Moment>,
}

/// A version that users may have in their hands, until its support ends.
#[derive(Debug)]
pub struct Release {
    pub uuid: Uuid,
    pub version: VersionId,
    pub environment: Uuid,
    pub created: Moment,
    pub ended: Option<Moment>,
}
