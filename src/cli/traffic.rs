//! `countersign traffic`: recorded traffic held against a document.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::time::Instant;

use countersign_traffic::{Heard, Limits, Reading, RecordingError, Scope, Watch, har, log};

use super::failure::Failure;
use super::{judged, output};
use crate::exit::Exit;
use crate::finding::traffic::unjudged;
use crate::report::{Trouble, Verb};
use crate::traffic::{bad, elsewhere};

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

/// What is written how.
#[derive(Clone, Copy)]
enum Kind {
    Har,
    Log,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let places = self.output.open()?;
        let subject = self.judged.load()?;
        let scope = self.scope(&subject.document)?;
        let watch = Watch::new(subject.document.clone());
        let begin = Instant::now();
        let (mut troubles, mut heard) = (Vec::new(), Heard::default());
        let hars = self.har.iter().map(|file| (Kind::Har, file));
        for (turn, (kind, file)) in hars.chain(self.log.iter().map(|file| (Kind::Log, file))).enumerate() {
            let name = file.display().to_string();
            let limits = Limits::default();
            let named = countersign_traffic::File { turn, name: name.as_str().into() };
            let reading = Reading { file: named, scope: &scope, watch: &watch, limits };
            match hear(kind, file, &reading) {
                Ok(more) => {
                    troubles.extend(bad(&name, &more));
                    heard.add(more, &limits);
                }
                Err(error) => {
                    let message = format!("failed to read the recording {name}: {error}");
                    troubles.push(Trouble::new("recording.unreadable", message));
                }
            }
        }
        let observed = watch.observed();
        troubles.extend(elsewhere(&observed, &heard));
        troubles.extend(unjudged(&observed.tally, &|_| None));
        let report = subject.report(Verb::Traffic, &observed, troubles, begin.elapsed());
        self.output.write(&report, places)?;
        Ok(Exit::from(report.summary.outcome))
    }

    fn scope(&self, document: &countersign_openapi::Document) -> Result<Scope, Failure> {
        if self.base_url.is_empty() {
            return Ok(Scope::of_document(document));
        }
        Scope::of_urls(&self.base_url)
            .map_err(|error| Failure::new(format!("failed to read --base-url: {error}")))
    }
}

fn hear(kind: Kind, file: &PathBuf, reading: &Reading<'_>) -> Result<Heard, RecordingError> {
    const BUFFER: usize = 256 * 1024;
    match kind {
        Kind::Har => har::hear(File::open(file)?, reading),
        Kind::Log if file.as_os_str() == "-" => {
            log::hear(BufReader::with_capacity(BUFFER, io::stdin().lock()), reading)
        }
        Kind::Log => log::hear(BufReader::with_capacity(BUFFER, File::open(file)?), reading),
    }
}
