//! `countersign pacticipant` and `countersign branch`: what a Pact Broker knows of one service.

use clap::Subcommand;

use super::access::{Configured, asking, failed};
use super::failure::Failure;
use super::say::{json, say};
use crate::exit::Exit;

/// Shows what a Pact Broker knows of a pacticipant.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Shows it as JSON.
    Describe {
        /// Its name.
        #[arg(long, value_name = "NAME")]
        name: String,
        #[command(flatten)]
        broker: Configured,
    },
}

/// Tidies up the branches that a Pact Broker knows.
#[derive(Debug, clap::Args)]
pub struct Branch {
    #[command(subcommand)]
    what: OfBranch,
}

#[derive(Debug, Subcommand)]
enum OfBranch {
    /// Forgets a branch; the versions that were built from it stay.
    Delete {
        /// Whose branch.
        #[arg(long, short = 'a', value_name = "NAME")]
        pacticipant: String,
        /// Which one.
        #[arg(long, value_name = "B")]
        branch: String,
        #[command(flatten)]
        broker: Configured,
    },
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let What::Describe { name, broker } = self.what;
        let client = broker.client()?;
        let what = format!("describe {name}");
        json(&asking(async { client.pacticipant(&name).await.map_err(failed(&what)) })?)?;
        Ok(Exit::Kept)
    }
}

impl Branch {
    pub fn run(self) -> Result<Exit, Failure> {
        let OfBranch::Delete { pacticipant, branch, broker } = self.what;
        let client = broker.client()?;
        let what = format!("delete the branch {branch} of {pacticipant}");
        asking(async { client.delete_branch(&pacticipant, &branch).await.map_err(failed(&what)) })?;
        say(&format!("deleted the branch {branch} of {pacticipant}"));
        Ok(Exit::Kept)
    }
}
