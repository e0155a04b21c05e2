//! Traffic and the one report: what a watch has seen of a provider's exchanges, put together.

mod recorded;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use countersign_openapi::{Document, LoadError, LoadOptions};
use countersign_traffic::{Heard, Observed};

use crate::baseline::Baseline;
use crate::finding::traffic as findings;
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

impl Subject {
    /// The provider that the document `file` describes.
    pub fn load(file: &Path) -> Result<Self, LoadError> {
        let document = Arc::new(Document::load(file, &LoadOptions::default())?);
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
    ) -> Report {
        let name = self.provider.as_deref();
        let mut found = findings::deviations(name, observed);
        if observed.tally.judged == 0 && troubles.is_empty() {
            troubles.push(Trouble::new("traffic.nothing-judged", "no exchange was judged"));
        }
        for trouble in &mut troubles {
            trouble.provider.clone_from(&self.provider);
        }
        let traffic = findings::traffic(name, &self.file, observed);
        if let Some(baseline) = &mut self.baseline {
            if self.update {
                baseline.update(&found);
                let saved = baseline.save().map_err(|error| format!("failed to {error}"));
                troubles.extend(saved.err().map(|error| Trouble::new("baseline.not-updated", error)));
            }
            baseline.accept(&mut found);
        }
        let parts = Parts { findings: found, errors: troubles, traffic: vec![traffic], ..Parts::default() };
        Report::new(verb, parts, duration)
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
