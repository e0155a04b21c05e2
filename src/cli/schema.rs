//! `countersign schema`: the JSON Schema of the JSON report.

use std::io::{self, Write};

use super::failure::Failure;
use crate::exit::Exit;
use crate::report;

/// Prints the JSON Schema of the report that `--format json` writes.
#[derive(Debug, clap::Args)]
pub struct Args {}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let Self {} = self;
        let schema = serde_json::to_string_pretty(&report::schema()).map_err(Failure::new)?;
        writeln!(io::stdout(), "{schema}")
            .map(|()| Exit::Kept)
            .map_err(|error| Failure::new(format!("failed to print the schema: {error}")))
    }
}
