//! `countersign traffic`: recorded traffic held against a document.

use std::path::PathBuf;
use std::time::Instant;

use countersign_traffic::{Scope, Watch};

use super::failure::Failure;
use super::{judged, output};
use crate::exit::Exit;
use crate::report::Verb;
use crate::traffic::Recording;

/// Holds recorded traffic against a document.
///
/// A HAR file is what browsers and proxies write. A log has one JSON object a line: method, url or path,
/// status, and as far as they were recorded `request_headers`, `request_body`, `response_headers` and
/// `response_body` (a text as it was sent, or a JSON value). What was not recorded is not judged, and told. A request that
/// the service refused with a 4xx weighs as a warning.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    judged: judged::Judged,
    /// A HAR file; may be given several times.
    #[arg(long, value_name = "FILE", required_unless_present = "log")]
    har: Vec<PathBuf>,
    /// A log of one JSON object a line, or - for standard input; may be given several times.
    #[arg(long, value_name = "FILE")]
    log: Vec<PathBuf>,
    /// Where the document's operations are, in place of its own servers; exchanges with others are passed
    /// over. May be given several times.
    #[arg(long, value_name = "URL")]
    base_url: Vec<String>,
    #[command(flatten)]
    output: output::Flags,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let places = self.output.open()?;
        let subject = self.judged.load()?;
        let scope = self.scope(&subject.document)?;
        let watch = Watch::new(subject.document.clone());
        let begin = Instant::now();
        let hars = self.har.into_iter().map(Recording::Har);
        let recordings: Vec<Recording> = hars.chain(self.log.into_iter().map(Recording::Log)).collect();
        let troubles = Recording::judge(&recordings, &scope, &watch);
        let observed = watch.observed();
        let seen = subject.report(Verb::Traffic, &observed, troubles, begin.elapsed());
        self.output.write(&seen.report, places)?;
        if !self.output.quiet {
            judged::tell_stale(seen.stale);
        }
        Ok(Exit::from(seen.report.summary.outcome))
    }

    fn scope(&self, document: &countersign_openapi::Document) -> Result<Scope, Failure> {
        if self.base_url.is_empty() {
            return Ok(Scope::of_document(document));
        }
        Scope::of_urls(&self.base_url)
            .map_err(|error| Failure::new(format!("failed to read --base-url: {error}")))
    }
}
