//! What was recorded: exchanges between clients and a provider, held against what the repository says.

use std::sync::Arc;
use std::time::Instant;

use countersign_traffic::{Scope, Watch};
use tokio::task::spawn_blocking;

use super::document::Loaded;
use crate::report::{Report, Trouble, Verb};
use crate::traffic::{Recording, Subject};

/// Recordings of one provider's traffic.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    pub recordings: Vec<Recording>,
    /// Where the document's operations are, in place of its own servers.
    pub scope: Option<Scope>,
}

impl Recorded {
    /// Judges them all; nothing where there are none. An error says why nothing could be told.
    pub(super) async fn judge(
        &self,
        current: Option<&Loaded>,
        provider: &str,
    ) -> Result<Option<Report>, Box<Trouble>> {
        if self.recordings.is_empty() {
            return Ok(None);
        }
        let trouble =
            |message: &str| Box::new(Trouble::new("traffic.unjudged", message).of_provider(provider));
        let current = current.ok_or_else(|| {
            trouble("no recording was judged: there is no current document; name it with `document`")
        })?;
        let subject = Subject {
            provider: Some(provider.to_owned()),
            file: current.shown.clone(),
            document: Arc::clone(&current.document),
            baseline: None,
            update: false,
        };
        let Self { recordings, scope } = self.clone();
        // A recording may be long, and come over a pipe that nobody ends: whoever waits can still be interrupted.
        let judged = spawn_blocking(move || report(subject, &recordings, scope)).await;
        judged.map(Some).map_err(|_| {
            trouble("no recording was judged: countersign itself failed, which is a defect of it")
        })
    }
}

fn report(subject: Subject, recordings: &[Recording], scope: Option<Scope>) -> Report {
    let begin = Instant::now();
    let scope = scope.unwrap_or_else(|| Scope::of_document(&subject.document));
    let watch = Watch::new(Arc::clone(&subject.document));
    let troubles = Recording::judge(recordings, &scope, &watch);
    subject.report(Verb::Drift, &watch.observed(), troubles, begin.elapsed()).report
}
