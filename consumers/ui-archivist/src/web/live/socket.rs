//! The socket of one session: opened, listened to, and opened again after pauses that grow.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use crate::{Ended, Error, Event, Job, JobId, Metrics, SignedIn};

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// How everything stands, as far as it is known.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Whether the Archivist is heard.
    pub heard: bool,
    pub jobs: Arc<HashMap<JobId, Job>>,
    pub metrics: Option<Metrics>,
    /// The session is over, and with it this.
    pub over: bool,
}

/// Keeps `standing` true until the session is over.
pub async fn listen(archivist: &SignedIn, standing: &watch::Sender<Standing>) {
    let mut pause = FIRST_PAUSE;
    loop {
        match archivist.events().await {
            Ok(mut events) => {
                pause = FIRST_PAUSE;
                let ended = loop {
                    match events.next().await {
                        Ok(event) => standing.send_modify(|standing| standing.take(event)),
                        Err(ended) => break ended,
                    }
                };
                tracing::debug!("failed to {ended}");
                if matches!(ended, Ended::SessionOver) {
                    break;
                }
            }
            Err(Error::NotSignedIn { .. }) => break,
            Err(Error::TooManyAttempts { retry_after: Some(after), .. }) => pause = after.max(pause),
            Err(error) => tracing::debug!("failed to {error}"),
        }
        standing.send_if_modified(|standing| std::mem::take(&mut standing.heard));
        sleep(pause).await;
        pause = std::cmp::min(pause * 2, LONGEST_PAUSE);
    }
    standing.send_modify(|standing| standing.over = true);
}

impl Standing {
    fn take(&mut self, event: Event) {
        match event {
            Event::Connected(_) => {}
            Event::Jobs(jobs) => {
                self.heard = true;
                self.jobs = Arc::new(jobs.into_iter().map(|job| (job.id, job)).collect());
            }
            Event::Progress(job) => {
                Arc::make_mut(&mut self.jobs).insert(job.id, job);
            }
            Event::Metrics(metrics) => self.metrics = Some(metrics),
            Event::Refused(sentence) => tracing::warn!("the Archivist did not take an event: {sentence}"),
        }
    }
}
