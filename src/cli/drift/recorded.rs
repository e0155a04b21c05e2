//! The flags for recorded traffic, and whose traffic each recording is.

use countersign_traffic::Scope;

use super::plan::named;
use crate::cli::failure::Failure;
use crate::config::{Config, Provider};
use crate::drift::Recorded;
use crate::traffic::Recording;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(group(clap::ArgGroup::new("recordings").args(["har", "log"]).multiple(true)))]
pub(super) struct Flags {
    /// Recorded traffic, held against the current document: a HAR file. May be given several times.
    #[arg(long, value_name = "[NAME=]FILE")]
    har: Vec<String>,
    /// The same as a log of one JSON object a line, or - for standard input. May be given several times.
    #[arg(long, value_name = "[NAME=]FILE")]
    log: Vec<String>,
    /// Where the operations that were recorded are, in place of the document's own servers; exchanges with
    /// others are passed over. May be given several times.
    #[arg(long, value_name = "[NAME=]URL", requires = "recordings")]
    base_url: Vec<String>,
}

/// Recordings and URLs, each with the name of its provider.
pub(super) struct Named {
    recordings: Vec<(String, Recording)>,
    base_urls: Vec<(String, String)>,
}

impl Flags {
    /// Finds out whose recordings they are. `again`: they are read more than once.
    pub fn named(&self, chosen: &[&Provider], config: &Config, again: bool) -> Result<Named, Failure> {
        let logs = named(&self.log, "--log", chosen, config)?;
        if again && logs.iter().any(|(_, file)| file == "-") {
            return Err(Failure::new(
                "standard input can be read once only, and --watch looks again and again",
            )
            .hint("write the log into a file, and name it"));
        }
        let mut recordings = Vec::new();
        for (name, file) in named(&self.har, "--har", chosen, config)? {
            recordings.push((name, Recording::Har(file.into())));
        }
        recordings.extend(logs.into_iter().map(|(name, file)| (name, Recording::Log(file.into()))));
        Ok(Named { recordings, base_urls: named(&self.base_url, "--base-url", chosen, config)? })
    }
}

impl Named {
    /// What was recorded of one provider.
    pub fn of(&self, provider: &str) -> Result<Recorded, Failure> {
        let own = self.recordings.iter().filter(|(name, _)| name == provider);
        let urls = self.base_urls.iter().filter(|(name, _)| name == provider);
        let urls: Vec<String> = urls.map(|(_, url)| url.clone()).collect();
        let scope = (!urls.is_empty()).then(|| Scope::of_urls(&urls)).transpose();
        let scope = scope.map_err(|error| Failure::new(format!("failed to read --base-url: {error}")))?;
        Ok(Recorded { recordings: own.map(|(_, recording)| recording.clone()).collect(), scope })
    }
}
