//! Makes the calls that are owed, when they are due, each by one instance.
//!
//! Before a call its instance claims it, by an event of the log: a write follows on everything that any
//! instance has written, so of two who claim one sees the other's. A claim ends by the attempt that is
//! recorded, or by its time: then the one who made it has died, and the call is made again. A receiver may
//! thus be called twice, never not at all.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::call::call;
use super::target::Targets;
use crate::Moment;
use crate::draft::{Draft, Refusal};
use crate::event::{Event, Trigger, WebhookAbout};
use crate::http::href::Hrefs;
use crate::model::{Model, Triggered};
use crate::selectors::Metadata;
use crate::shelf::{Shelf, ShelfError};

const ACTOR: &str = "webhooks";
/// So often what other instances left behind is looked for.
const ROUND: Duration = Duration::from_secs(30);
/// So long a database that does not answer is left alone.
const LOST: Duration = Duration::from_secs(2);

/// How calls are made.
#[derive(Clone, Debug)]
pub struct Calls {
    pub targets: Targets,
    /// Before each of the tries that follow the first; then it is given up.
    pub pauses: Vec<Duration>,
    /// For the connection, and for everything.
    pub connect: Duration,
    pub whole: Duration,
    /// How long a call is one instance's own. Has to be longer than `whole`.
    pub claim: Duration,
    /// How many are made at the same time.
    pub at_once: usize,
}

/// The task that makes the calls of one instance.
#[derive(Debug)]
pub struct Worker {
    pub shelf: Arc<Shelf>,
    pub calls: Calls,
    /// What addresses of the broker start with.
    pub base: String,
}

/// A call that was claimed.
struct Job {
    uuid: Uuid,
    about: WebhookAbout,
    trigger: Trigger,
    /// How often it was tried before.
    tried: usize,
}

impl Worker {
    /// Works until it is told to end; what is under way then is brought to its end.
    pub async fn run(self, ended: CancellationToken) {
        let worker = Arc::new(self);
        let mut under_way = JoinSet::new();
        loop {
            // Asked for before the look: what is written meanwhile is not missed.
            let mut written = pin!(worker.shelf.written());
            let pause = worker.start_due(&mut under_way).await.unwrap_or_else(|error| {
                tracing::error!(%error, "the calls that webhooks owe cannot be read");
                LOST
            });
            tokio::select! {
                () = &mut written => {}
                () = tokio::time::sleep(pause) => {}
                Some(_) = under_way.join_next() => {}
                () = ended.cancelled() => break,
            }
        }
        while under_way.join_next().await.is_some() {}
    }

    /// Starts what is due, and says how long nothing else will be.
    async fn start_due(self: &Arc<Self>, under_way: &mut JoinSet<()>) -> Result<Duration, ShelfError> {
        let mut owed: Vec<(Moment, Uuid)> = self.shelf.read(owed).await?;
        owed.sort_unstable();
        for (due, uuid) in owed {
            let wait = due.millis() - Moment::now().millis();
            if let Ok(wait @ 1..) = u64::try_from(wait) {
                return Ok(Duration::from_millis(wait).min(ROUND));
            }
            if under_way.len() >= self.calls.at_once {
                return Ok(ROUND);
            }
            if let Some(job) = self.claim(uuid).await? {
                under_way.spawn(Arc::clone(self).make(job));
            }
        }
        Ok(ROUND)
    }

    /// None where another has it, or it is owed no more.
    async fn claim(&self, uuid: Uuid) -> Result<Option<Job>, ShelfError> {
        let claim = |draft: &mut Draft<'_>| {
            let due = |triggered: &&Triggered| triggered.due().is_some_and(|it| it <= draft.now);
            let Some(triggered) = draft.model.triggered_by(uuid).filter(due) else { return Ok(None) };
            let Some(webhook) = draft.model.webhook(triggered.webhook) else { return Ok(None) };
            if !webhook.about.enabled {
                let body = draft.keep("The webhook was switched off before it was called.\n".to_owned());
                draft.push(Event::WebhookAttempted { uuid, success: false, status: None, body, again: None });
                return Ok(None);
            }
            draft.push(Event::WebhookClaimed { uuid, until: later(draft.now, self.calls.claim) });
            let (about, trigger) = (webhook.about.clone(), triggered.trigger.clone());
            Ok(Some(Job { uuid, about, trigger, tried: triggered.attempts.len() }))
        };
        self.shelf.write(ACTOR, claim).await
    }

    async fn make(self: Arc<Self>, job: Job) {
        let parameters = addressed(&job.trigger, &Hrefs::new(&self.base));
        let outcome = call(&self.calls, &job.about, &parameters).await;
        let pause = self.calls.pauses.get(job.tried).filter(|_| !outcome.success && outcome.retry);
        let end = match pause {
            _ if outcome.success => "The webhook was called.\n".to_owned(),
            Some(pause) => format!("The webhook is called again in {} s.\n", pause.as_secs_f32()),
            None => "The webhook is not called again.\n".to_owned(),
        };
        let log = format!("{}\n{end}", outcome.log);
        let record = |draft: &mut Draft<'_>| {
            let again = pause.map(|pause| later(draft.now, *pause));
            let (success, status, body) = (outcome.success, outcome.status, draft.keep(log));
            draft.push(Event::WebhookAttempted { uuid: job.uuid, success, status, body, again });
            Ok::<(), Refusal>(())
        };
        // What cannot be recorded is made again when the claim has ended.
        if let Err(error) = self.shelf.write(ACTOR, record).await {
            tracing::error!(%error, call = %job.uuid, "the end of a webhook's call cannot be recorded");
        }
    }
}

fn owed(model: &Model) -> Vec<(Moment, Uuid)> {
    model.triggered().filter_map(|triggered| Some((triggered.due()?, triggered.uuid))).collect()
}

fn later(moment: Moment, pause: Duration) -> Moment {
    let millis = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
    Moment::from_millis(moment.millis().saturating_add(millis))
}

/// The parameters with the addresses that they are filled up with.
#[must_use]
pub fn addressed(trigger: &Trigger, hrefs: &Hrefs) -> BTreeMap<String, String> {
    let mut parameters = trigger.parameters.clone();
    let (mut pact, mut result) = (String::new(), String::new());
    if let Some(sha) = &trigger.sha {
        let consumer_version = trigger.consumer_version.clone();
        let metadata = Metadata { consumer_version, ..Metadata::default() }.encode();
        pact =
            hrefs.pair(&trigger.provider, &trigger.consumer, &["/pact-version", sha, "/metadata", &metadata]);
        if let Some(number) = trigger.verification {
            result = hrefs.result(&trigger.provider, &trigger.consumer, sha, number);
        }
    }
    parameters.insert("pactUrl".to_owned(), pact);
    parameters.insert("verificationResultUrl".to_owned(), result);
    parameters
}
