//! `countersign record-…`: tells a Pact Broker what runs where, and what no longer does.

use super::access::{Configured, asking, failed};
use super::failure::Failure;
use super::say::say;
use crate::exit::Exit;

/// Tells a Pact Broker that a version is deployed, in place of the one that was there.
#[derive(Debug, clap::Args)]
pub struct Deployment {
    #[command(flatten)]
    version: Version,
    /// Which of several instances, where it is deployed several times side by side.
    #[arg(long, value_name = "NAME")]
    application_instance: Option<String>,
    #[command(flatten)]
    broker: Configured,
}

/// Tells a Pact Broker that a version is released, beside those that were released before.
#[derive(Debug, clap::Args)]
pub struct Release {
    #[command(flatten)]
    version: Version,
    #[command(flatten)]
    broker: Configured,
}

/// Tells a Pact Broker that nothing of a pacticipant is deployed any more.
#[derive(Debug, clap::Args)]
pub struct Undeployment {
    /// Who was deployed.
    #[arg(long, short = 'a', value_name = "NAME")]
    pacticipant: String,
    /// Where to.
    #[arg(long, value_name = "E")]
    environment: String,
    /// Which of several instances.
    #[arg(long, value_name = "NAME")]
    application_instance: Option<String>,
    #[command(flatten)]
    broker: Configured,
}

/// Tells a Pact Broker that a released version is no longer supported.
#[derive(Debug, clap::Args)]
pub struct SupportEnded {
    #[command(flatten)]
    version: Version,
    #[command(flatten)]
    broker: Configured,
}

#[derive(Debug, clap::Args)]
struct Version {
    /// Whose version.
    #[arg(long, short = 'a', value_name = "NAME")]
    pacticipant: String,
    /// Which one.
    #[arg(long = "version", short = 'e', value_name = "V")]
    number: String,
    /// The environment.
    #[arg(long, value_name = "E")]
    environment: String,
}

impl Version {
    fn parts(&self) -> (&str, &str) {
        (&self.pacticipant, &self.number)
    }

    /// As in `web 1.2 is deployed to live`.
    fn say(&self, is: &str) {
        let Self { pacticipant, number, environment } = self;
        say(&format!("{pacticipant} {number} {is} {environment}"));
    }
}

impl Deployment {
    pub fn run(self) -> Result<Exit, Failure> {
        let client = self.broker.client()?;
        let instance = self.application_instance.as_deref();
        asking(async {
            let done = client.record_deployment(self.version.parts(), &self.version.environment, instance);
            done.await.map_err(failed("record the deployment"))
        })?;
        self.version.say("is deployed to");
        Ok(Exit::Kept)
    }
}

impl Release {
    pub fn run(self) -> Result<Exit, Failure> {
        let client = self.broker.client()?;
        asking(async {
            let done = client.record_release(self.version.parts(), &self.version.environment);
            done.await.map_err(failed("record the release"))
        })?;
        self.version.say("is released to");
        Ok(Exit::Kept)
    }
}

impl Undeployment {
    pub fn run(self) -> Result<Exit, Failure> {
        let client = self.broker.client()?;
        let Self { pacticipant, environment, application_instance, .. } = &self;
        asking(async {
            let done = client.record_undeployment(pacticipant, environment, application_instance.as_deref());
            done.await.map_err(failed("record that it is no longer deployed"))
        })?;
        say(&format!("{pacticipant} is no longer deployed to {environment}"));
        Ok(Exit::Kept)
    }
}

impl SupportEnded {
    pub fn run(self) -> Result<Exit, Failure> {
        let client = self.broker.client()?;
        asking(async {
            let done = client.record_support_ended(self.version.parts(), &self.version.environment);
            done.await.map_err(failed("record the end of support"))
        })?;
        self.version.say("is no longer supported in");
        Ok(Exit::Kept)
    }
}
