//! Traffic and the one report: what a watch has seen of a provider's exchanges, put together.

mod recorded;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use countersign_openapi::{Document, LoadError};
use countersign_traffic::{Heard, Observed};

use crate::baseline::Baseline;
use crate::finding::{Finding, traffic as findings};
use crate::reading::Reading;
use crate::report::{Parts, Report, Trouble, Verb, plural};
pub use recorded::Recording;

/// Whose traffic is judged, and by what.
#[derive(Debug)]
pub struct Subject {
    /// The provider's name, where it is known.
    pub provider: Option<String>,
    /// The document's file, as it was named.
    pub file: String,
    pub document: Arc<Document>,
    /// Findings that are known.
    pub baseline: Option<Baseline>,
    /// Whether the baseline is to know what is found now.
    pub update: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Seen {
    pub report: Report,
    /// How many findings of the baseline did not occur.
    pub stale: usize,
}

impl Subject {
    /// The provider that the document `file` describes, read as `reading` says.
    pub fn load(file: &Path, reading: &Reading) -> Result<Self, LoadError> {
        let document = Arc::new(Document::load(file, &reading.options())?);
        let file = file.display().to_string();
        Ok(Self { provider: None, file, document, baseline: None, update: false })
    }

    /// The report of what was observed, and of what stood in the way of that.
    #[must_use]
    pub fn report(
        mut self,
        verb: Verb,
        observed: &Observed,
        mut troubles: Vec<Trouble>,
        duration: Duration,
    ) -> Seen {
        let name = self.provider.as_deref();
        let mut found = findings::deviations(name, observed);
        if observed.tally.judged == 0 && troubles.is_empty() {
            troubles.push(Trouble::new("traffic.nothing-judged", "no exchange was judged"));
        }
        for trouble in &mut troubles {
            trouble.provider.clone_from(&self.provider);
        }
        let traffic = findings::traffic(name, &self.file, observed);
        let stale = self.known(&mut found, &mut troubles);
        let parts = Parts { findings: found, errors: troubles, traffic: vec![traffic], ..Parts::default() };
        Seen { report: Report::new(verb, parts, duration), stale }
    }

    /// Accepts what is known; how many that are known did not occur, where that can be told.
    fn known(&mut self, found: &mut [Finding], troubles: &mut Vec<Trouble>) -> usize {
        let Some(baseline) = &mut self.baseline else { return 0 };
        let whole = troubles.is_empty();
        if self.update {
            // What was out of sight would be taken for gone.
            let saved = if whole {
                baseline.update(found);
                baseline.save().map_err(|error| format!("failed to {error}"))
            } else {
                Err("the baseline is left as it is: something could not be told".to_owned())
            };
            troubles.extend(saved.err().map(|error| Trouble::new("baseline.not-updated", error)));
        }
        let stale = baseline.accept(found).len();
        if whole { stale } else { 0 }
    }
}

/// What could not be understood of a recording.
#[must_use]
pub fn bad(file: &str, heard: &Heard) -> Vec<Trouble> {
    let mut troubles: Vec<Trouble> = heard
        .bad
        .iter()
        .map(|bad| Trouble::new("recording.bad-exchange", format!("{file}:{}: {}", bad.number, bad.reason)))
        .collect();
    let more = usize::try_from(heard.bad_count).unwrap_or(usize::MAX).saturating_sub(heard.bad.len());
    if more > 0 {
        let exchanges = plural(more, "exchange");
        troubles
            .push(Trouble::new("recording.bad-exchange", format!("{file}: {exchanges} more that are bad")));
    }
    troubles
}

/// Why nothing was judged, where all that was recorded was with other servers.
#[must_use]
pub fn elsewhere(observed: &Observed, heard: &Heard) -> Option<Trouble> {
    let all = observed.tally.judged == 0 && !heard.elsewhere.is_empty();
    all.then(|| {
        let servers: Vec<&str> = heard.elsewhere.keys().map(String::as_str).collect();
        let message = format!("every exchange was with another server: {}", servers.join(", "));
        Trouble::new("recording.elsewhere", message).hint(
            "say with --base-url where the document's operations are, such as https://api.example.com/v1",
        )
    })
}
