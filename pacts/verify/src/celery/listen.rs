//! What the provider publishes: taken off its lists, opened, and held against the pact.

use std::time::Duration;

use countersign_openapi::Severity;
use pact_models::v4::message_parts::MessageContents;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::envelope::{Envelope, open};
use super::queue::{Found, Mark, Queue, QueueLost};
use crate::interaction::MessageContent;
use crate::message::{Expected, Heard, Nearest, Turn};
use crate::outcome::{Carried, Cause, Direction, Failure};
use crate::transport::CeleryRedis;

/// Between two looks at the lists. Nobody can wait for an entry without taking the one that is next, which may
/// be somebody else's.
const LOOK: Duration = Duration::from_millis(10);

/// How long the rest of a batch is waited for, once its first message has come.
const BATCH: Duration = Duration::from_millis(250);

/// Messages of one batch, at most.
const MOST: usize = 1000;

impl Turn<'_> {
    /// Connects to the queue.
    pub(super) async fn connect(&self, celery: &CeleryRedis) -> Result<Queue, Cause> {
        let within = self.run.watch.for_request();
        let connected = Queue::connect(celery, within, self.run.settings.max_body).await;
        connected.map_err(|lost| self.lost(&lost))
    }

    pub(super) fn lost(&self, lost: &QueueLost) -> Cause {
        let reason = lost.to_string();
        if lost.refused {
            self.run.watch.refused(&reason);
        }
        Cause::NoAnswer(reason)
    }
}

/// Makes the provider publish, and holds what appears on its lists against the pact.
pub(crate) async fn published(
    turn: &mut Turn<'_>,
    celery: &CeleryRedis,
    content: &MessageContent,
) -> Result<Heard, Cause> {
    let mut queue = turn.connect(celery).await?;
    // Where nothing else makes it publish, it is the states that do.
    let mut before = queue.mark().await.map_err(|lost| turn.lost(&lost))?;
    turn.set_up().await?;
    if let Some(trigger) = turn.trigger() {
        before = queue.mark().await.map_err(|lost| turn.lost(&lost))?;
        turn.pull(trigger).await?;
    }
    let expected = turn.expected(content);
    let mut batch = Batch::default();
    let within = turn.run.watch.for_request();
    batch.gather(turn, &mut queue, &before, (&expected, within)).await?;
    let Batch { nearest, messages, aside } = batch;
    let missing = || {
        let (lists, until) = (celery.queues.join(", "), format!("within {within:?}"));
        vec![turn.missing(&expected, &lists, &until)]
    };
    let mut failures = nearest.failures().unwrap_or_else(missing);
    failures.extend(aside);
    if !messages.is_empty() {
        turn.run.watch.answered();
    }
    Ok(Heard { failures, messages })
}

/// The messages that one trigger brings.
#[derive(Default)]
struct Batch {
    nearest: Nearest,
    messages: Vec<Carried>,
    /// What those break of the protocol that need not be the expected one.
    aside: Vec<Failure>,
}

impl Batch {
    /// Waits for the first message, and for the expected one among those that come with it.
    async fn gather(
        &mut self,
        turn: &Turn<'_>,
        queue: &mut Queue,
        since: &[Mark],
        (expected, within): (&Expected<'_>, Duration),
    ) -> Result<(), Cause> {
        let mut deadline = Instant::now() + within;
        loop {
            // What came at the last moment still came in time.
            let over = Instant::now() >= deadline;
            let come = queue.take(since).await.map_err(|lost| turn.lost(&lost))?;
            if !come.is_empty() && self.messages.is_empty() {
                deadline = deadline.min(Instant::now() + BATCH);
            }
            for found in come {
                self.hear(found, expected).await?;
            }
            if over || self.nearest.is_it() || self.messages.len() >= MOST {
                return Ok(());
            }
            sleep(LOOK).await;
        }
    }

    async fn hear(&mut self, found: Found, expected: &Expected<'_>) -> Result<(), Cause> {
        let Found { list, entry } = found;
        let entry = entry.map_err(|size| {
            Cause::NoAnswer(format!("a message on {list} is larger than may be read: it has {size} bytes"))
        })?;
        let Envelope { message, breaches } = open(&entry, &list);
        let task = message.as_ref().and_then(task);
        self.messages.push(Carried::new(Direction::FromProvider, &list, task));
        let mut failures: Vec<Failure> =
            breaches.into_iter().map(|(breach, actual)| breach.failure(expected, actual)).collect();
        let weaker = |failure: &Failure| Failure { severity: Severity::Warning, ..failure.clone() };
        self.aside.extend(failures.iter().map(weaker));
        if let Some(message) = &message {
            failures.extend(expected.failures(message).await.map_err(Cause::Unmatched)?);
        }
        self.nearest.offer(failures);
        Ok(())
    }
}

/// The name of a task.
pub(super) fn task(message: &MessageContents) -> Option<&str> {
    message.metadata.get("task").and_then(Value::as_str)
}
