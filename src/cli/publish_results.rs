//! `countersign publish-results`: publishes what `verify --publish` could not.

use std::path::PathBuf;

use super::access::Configured;
use super::failure::Failure;
use super::say::say;
use super::verify::results;
use crate::exit::Exit;

/// Publishes results of a verification that could not be published when they were found.
///
/// What fails again stays in the file, and what was published is taken out of it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file that `countersign verify --publish` left.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    broker: Configured,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let mut results = results::read(&self.file)?;
        let client = self.broker.client()?;
        let count = results::count(results.len());
        results::publish(&client, &mut results, &self.file)?;
        say(&format!("published {count}"));
        Ok(Exit::Kept)
    }
}
