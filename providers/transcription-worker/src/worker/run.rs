//! One entry, from being read to being done with.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::FutureExt as _;
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;
use worker_archivist::{Delivery, TimeLimit};

use super::held::Hold;
use super::turn::Turn;
use super::{BACKOFF, Shared};
use crate::queue::{Finish, Taken, dead_letter, result};
use crate::retry;
use crate::task::{Call, Exception, Handler, TaskError};

/// The first time that a task is tried again; each further time waits twice as long.
const FIRST_RETRY: Duration = Duration::from_secs(2);

/// How long a task sleeps that waits for its time, before it looks at the clock again: it may have been set, or
/// the machine may have slept.
const NAP: Duration = Duration::from_secs(30);

/// How a task ended.
enum Ending {
    Done(Finish),
    /// The worker stops: somebody else shall do it.
    GivenBack,
}

impl Shared {
    /// Serves one entry that is held. Its place is free for another one when it is done with, or as soon as it
    /// only waits for its time.
    pub(super) async fn serve(
        self: Arc<Self>,
        taken: Taken,
        hold: Hold,
        place: OwnedSemaphorePermit,
        turn: Turn,
    ) {
        let mut place = Some(place);
        let ending = match Delivery::read(&taken.raw) {
            Ok(delivery) => self.serve_task(&taken, &delivery, &mut place, turn).await,
            Err(malformed) => {
                tracing::warn!(list = taken.list, reason = %malformed, "a message is put to the dead letters");
                let effect = malformed.effect().in_words();
                let entry = dead_letter::entry(&taken.list, &taken.raw, &malformed.to_string(), effect);
                Ending::Done(Finish { dead_letter: Some(entry), ..Finish::default() })
            }
        };
        if let Ending::Done(finish) = ending {
            self.finish(&taken.tag, finish).await;
        }
        // What is not done with is given back when all have ended, in its old order.
        drop(hold);
    }

    /// What is not written down has not happened: until it is, it is tried again, as long as the worker lives.
    async fn finish(&self, tag: &str, finish: Finish) {
        while let Err(error) = self.broker.finish(tag, finish.clone()).await {
            tracing::warn!(%error, "a result cannot be stored");
            tokio::select! {
                () = tokio::time::sleep(BACKOFF) => {}
                () = self.ended.cancelled() => return,
            }
        }
    }

    async fn serve_task(
        &self,
        taken: &Taken,
        delivery: &Delivery,
        place: &mut Option<OwnedSemaphorePermit>,
        turn: Turn,
    ) -> Ending {
        let Some(handler) = self.tasks.get(delivery.task.as_str()) else {
            return Ending::Done(unknown(taken, delivery));
        };
        let ticket = self.revoked.watch(&delivery.id);
        let _slot = tokio::select! {
            biased;
            () = self.stopping.cancelled() => return Ending::GivenBack,
            () = ticket.taken_back() => return revoked(delivery, "revoked"),
            slot = self.slot(delivery.eta, place, turn) => slot,
        };
        if delivery.expires.is_some_and(|time| time <= Utc::now()) {
            return revoked(delivery, "expired");
        }
        let call = self.call(&taken.tag, delivery);
        tokio::select! {
            biased;
            () = ticket.ended() => revoked(delivery, "terminated"),
            () = self.ended.cancelled() => Ending::GivenBack,
            ended = unbroken(handler, call, delivery.time_limit) => {
                Ending::Done(self.ended_with(taken, delivery, ended))
            }
        }
    }

    /// Waits until the time of a task has come, and its turn.
    async fn slot(
        &self,
        eta: Option<DateTime<Utc>>,
        place: &mut Option<OwnedSemaphorePermit>,
        turn: Turn,
    ) -> OwnedSemaphorePermit {
        let Some(eta) = eta.filter(|eta| until(*eta).is_some()) else { return turn.come().await };
        drop(turn);
        let later = self.later.try_acquire();
        if later.is_ok() {
            place.take();
        }
        while let Some(wait) = until(eta) {
            tokio::time::sleep(wait.min(NAP)).await;
        }
        Turn::after_all_others(&self.slots).await.come().await
    }

    fn call(&self, tag: &str, delivery: &Delivery) -> Call {
        Call {
            id: delivery.id.clone(),
            args: delivery.args.clone(),
            kwargs: delivery.kwargs.clone(),
            retries: delivery.retries,
            tag: tag.to_owned(),
            broker: self.broker.clone(),
        }
    }

    fn ended_with(&self, taken: &Taken, delivery: &Delivery, ended: Result<Value, TaskError>) -> Finish {
        let id = &delivery.id;
        let again = match &ended {
            Err(TaskError::Again { after, .. }) if delivery.retries < self.settings.max_retries => {
                let doubled = after.max(&FIRST_RETRY).saturating_mul(1 << delivery.retries.min(16));
                retry::message(&taken.raw, delivery.retries + 1, doubled)
            }
            _ => None,
        };
        let again = again.map(|message| (taken.list.clone(), message));
        let document = match (ended, &again) {
            (Err(TaskError::Again { exception, .. }), Some(_)) => result::retry(id, &exception),
            (Ok(value), _) => result::success(id, &value),
            (Err(TaskError::Failed(exception) | TaskError::Again { exception, .. }), _) => {
                result::failure(id, &exception)
            }
        };
        Finish { again, ..done(delivery, document) }
    }
}

/// A result is stored where the sender wants one.
fn done(delivery: &Delivery, document: result::Document) -> Finish {
    Finish { result: (!delivery.ignore_result).then_some(document), ..Finish::default() }
}

fn revoked(delivery: &Delivery, reason: &str) -> Ending {
    Ending::Done(done(delivery, result::revoked(&delivery.id, reason)))
}

/// The sender hears that nobody knows the task, and the message is kept.
fn unknown(taken: &Taken, delivery: &Delivery) -> Finish {
    let exception = Exception::new("NotRegistered", "celery.exceptions", &delivery.task);
    let reason =
        format!("no task is registered as {:?}", delivery.task.chars().take(200).collect::<String>());
    let effect = "stores a failure and drops it";
    Finish {
        result: Some(result::failure(&delivery.id, &exception)),
        dead_letter: Some(dead_letter::entry(&taken.list, &taken.raw, &reason, effect)),
        again: None,
    }
}

/// How long from now; nothing where the time has come.
fn until(time: DateTime<Utc>) -> Option<Duration> {
    (time - Utc::now()).to_std().ok().filter(|wait| !wait.is_zero())
}

/// Runs a task. One that panics has failed, and takes nobody with it.
async fn unbroken(handler: &Handler, call: Call, limit: TimeLimit) -> Result<Value, TaskError> {
    let broken =
        |_| Err(Exception::new("RuntimeError", "builtins", "the task broke down in the worker").into());
    AssertUnwindSafe(limited(handler, call, limit)).catch_unwind().await.unwrap_or_else(broken)
}

async fn limited(handler: &Handler, call: Call, limit: TimeLimit) -> Result<Value, TaskError> {
    let (seconds, kind, module) = match (limit.soft, limit.hard) {
        (Some(soft), hard) if hard.is_none_or(|hard| soft <= hard) => {
            (soft, "SoftTimeLimitExceeded", "billiard.exceptions")
        }
        (_, Some(hard)) => (hard, "TimeLimitExceeded", "billiard.exceptions"),
        _ => return handler(call).await,
    };
    let Ok(time) = Duration::try_from_secs_f64(seconds) else { return handler(call).await };
    match tokio::time::timeout(time, handler(call)).await {
        Ok(ended) => ended,
        Err(_) => Err(Exception::new(kind, module, format!("{seconds}")).into()),
    }
}
