//! What the verbs that judge traffic share: which document judges whose traffic, and what is known already.

use std::io::{self, Write as _};
use std::path::PathBuf;

use super::documents;
use super::failure::Failure;
use crate::baseline::Baseline;
use crate::traffic::Subject;

#[derive(Debug, clap::Args)]
pub struct Judged {
    /// The OpenAPI document that judges.
    #[arg(long, value_name = "FILE")]
    openapi: PathBuf,
    /// The name of the provider that it describes, for the report.
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
    #[command(flatten)]
    documents: documents::Documents,
    /// Findings that are known and do not count.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Writes what is found now into the baseline, and takes out what no longer occurs.
    #[arg(long, requires = "baseline")]
    update_baseline: bool,
}

impl Judged {
    pub fn load(&self) -> Result<Subject, Failure> {
        let subject = Subject::load(&self.openapi, &self.documents.alone())
            .map_err(|error| Failure::unread(self.openapi.display(), &error))?;
        let baseline = self.baseline.as_deref().map(|file| {
            let fresh = self.update_baseline && !file.exists();
            if fresh { Ok(Baseline::empty(file)) } else { Baseline::load(file) }
        });
        let baseline = baseline.transpose().map_err(|error| {
            Failure::new(format!("failed to {error}"))
                .hint("--update-baseline writes one of what is found now")
        })?;
        Ok(Subject { provider: self.provider.clone(), baseline, update: self.update_baseline, ..subject })
    }
}

/// Says how many findings of the baseline did not occur; nobody is left to tell where standard error is closed.
pub fn tell_stale(stale: usize) {
    if stale > 0 {
        let line = format!("{stale} of the baseline did not occur; --update-baseline takes them out");
        let _ = writeln!(io::stderr(), "{line}");
    }
}
