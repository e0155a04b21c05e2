//! `countersign schema`: the JSON Schema of a report in JSON.

use std::io::{self, Write};

use super::failure::Failure;
use crate::exit::Exit;
use crate::{phases, report};

/// Prints the JSON Schema of a report in JSON.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of which report.
    #[arg(value_enum, default_value_t)]
    of: Of,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Of {
    /// What `--format json` writes.
    #[default]
    Report,
    /// phases.json of `countersign phases --report DIR`.
    Phases,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let schema = match self.of {
            Of::Report => report::schema(),
            Of::Phases => phases::schema(),
        };
        let schema = serde_json::to_string_pretty(&schema).map_err(Failure::new)?;
        writeln!(io::stdout(), "{schema}")
            .map(|()| Exit::Kept)
            .map_err(|error| Failure::new(format!("failed to print the schema: {error}")))
    }
}
