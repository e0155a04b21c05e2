//! One entry, from being read to being done with.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::sync::OwnedSemaphorePermit;
use worker_archivist::{Delivery, TimeLimit};

use super::turn::Turn;
use super::{BACKOFF, Shared};
use crate::queue::{Finish, Taken, dead_letter, result, words};
use crate::task::{Call, Exception, Handler, TaskError};

/// The first time that a task is tried again; each further time waits twice as long.
const FIRST_RETRY: Duration = Duration::from_secs(2);

/// How a task ended.
enum Ending {
    Done(Finish),
    /// The worker stops: somebody else shall do it.
    GivenBack,
}

impl Shared {
    /// Serves one entry that is held. Its place is free for another one as soon as it only waits for its time.
    pub(super) async fn serve(self: Arc<Self>, taken: Taken, place: OwnedSemaphorePermit, turn: Turn) {
        let ending = match Delivery::read(&taken.raw) {
            Ok(delivery) => self.serve_task(&taken, delivery, place, turn).await,
            Err(malformed) => {
                tracing::warn!(queue = taken.queue, reason = %malformed, "a message is put to the dead letters");
                let effect = malformed.effect().in_words();
                let entry = dead_letter::entry(&taken.queue, &taken.raw, &malformed.to_string(), effect);
                Ending::Done(Finish { dead_letter: Some(entry), ..Finish::default() })
            }
        };
        if let Ending::Done(finish) = ending {
            self.finish(&taken.tag, &finish).await;
        }
        // What is not done with is given back when all have ended, in its old order.
        self.held.remove(&taken.tag);
    }

    /// What is not written down has not happened: until it is, it is tried again, as long as the worker lives.
    async fn finish(&self, tag: &str, finish: &Finish) {
        while let Err(error) = self.broker.finish(tag, finish).await {
            tracing::warn!(error = words(&error), "a result cannot be stored");
            tokio::select! {
                () = tokio::time::sleep(BACKOFF) => {}
                () = self.ended.cancelled() => return,
            }
        }
    }

    async fn serve_task(
        &self,
        taken: &Taken,
        delivery: Delivery,
        place: OwnedSemaphorePermit,
        mut turn: Turn,
    ) -> Ending {
        let Some(handler) = self.tasks.get(delivery.task.as_str()) else {
            return Ending::Done(unknown(taken, &delivery));
        };
        let mut place = Some(place);
        if let Some(wait) = delivery.eta.and_then(until) {
            drop(turn);
            let later = self.later.try_acquire();
            if later.is_ok() {
                place.take();
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.stopping.cancelled() => return Ending::GivenBack,
            }
            turn = Turn::after_all_others(&self.slots).await;
        }
        let _slot = tokio::select! {
            biased;
            () = self.stopping.cancelled() => return Ending::GivenBack,
            slot = turn.come() => slot,
        };
        if delivery.expires.is_some_and(|time| time <= Utc::now()) {
            return done(result::revoked(&delivery.id, "expired"));
        }
        let Some(revoked) = self.revoked.begin(&delivery.id) else {
            return done(result::revoked(&delivery.id, "revoked"));
        };
        let call = self.call(&delivery);
        let ending = tokio::select! {
            biased;
            () = revoked.cancelled() => done(result::revoked(&delivery.id, "terminated")),
            () = self.ended.cancelled() => Ending::GivenBack,
            ended = limited(handler, call, delivery.time_limit) => Ending::Done(self.ended_with(taken, &delivery, ended)),
        };
        self.revoked.end(&delivery.id);
        drop(place);
        ending
    }

    fn call(&self, delivery: &Delivery) -> Call {
        Call {
            id: delivery.id.clone(),
            args: delivery.args.clone(),
            kwargs: delivery.kwargs.clone(),
            retries: delivery.retries,
            broker: self.broker.clone(),
        }
    }

    fn ended_with(&self, taken: &Taken, delivery: &Delivery, ended: Result<Value, TaskError>) -> Finish {
        let id = &delivery.id;
        let again = match &ended {
            Err(TaskError::Again { after, .. }) if delivery.retries < self.settings.max_retries => {
                let doubled = after.max(&FIRST_RETRY).saturating_mul(1 << delivery.retries.min(16));
                retried(taken, delivery.retries + 1, doubled)
            }
            _ => None,
        };
        let (document, waits) = match (ended, again) {
            (Err(TaskError::Again { exception, .. }), Some(again)) => {
                (result::retry(id, &exception), Some(again))
            }
            (Ok(value), _) => (result::success(id, &value), None),
            (Err(TaskError::Failed(exception) | TaskError::Again { exception, .. }), _) => {
                (result::failure(id, &exception), None)
            }
        };
        Finish { result: (!delivery.ignore_result).then_some(document), again: waits, dead_letter: None }
    }
}

fn done(document: result::Document) -> Ending {
    Ending::Done(Finish { result: Some(document), ..Finish::default() })
}

/// The sender hears that nobody knows the task, and the message is kept.
fn unknown(taken: &Taken, delivery: &Delivery) -> Finish {
    let exception = Exception::new("NotRegistered", "celery.exceptions", &delivery.task);
    let reason =
        format!("no task is registered as {:?}", delivery.task.chars().take(200).collect::<String>());
    let effect = "stores a failure and drops it";
    Finish {
        result: Some(result::failure(&delivery.id, &exception)),
        dead_letter: Some(dead_letter::entry(&taken.queue, &taken.raw, &reason, effect)),
        again: None,
    }
}

/// How long from now; nothing where the time has come.
fn until(time: DateTime<Utc>) -> Option<Duration> {
    (time - Utc::now()).to_std().ok()
}

/// The same message once more, not before `after`.
fn retried(taken: &Taken, retries: u32, after: Duration) -> Option<(String, String)> {
    let mut message: Value = serde_json::from_slice(&taken.raw).ok()?;
    let headers = message.get_mut("headers")?.as_object_mut().filter(|it| !it.is_empty())?;
    headers.insert("retries".to_owned(), json!(retries));
    let eta = Utc::now() + chrono::Duration::from_std(after).ok()?;
    headers.insert("eta".to_owned(), json!(eta.to_rfc3339()));
    Some((taken.queue.clone(), message.to_string()))
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
