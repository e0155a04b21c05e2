//! The loop that takes tasks, runs them and acknowledges them.
//!
//! A task is acknowledged together with its result and not before: whatever kills the worker, the task is
//! still in `unacked`, and is taken up again after the visibility time-out.

mod held;
mod revoked;
mod run;
mod turn;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use redis::RedisResult;
use serde_json::Value;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::queue::{Broker, Order, Taken, listen, peek, words};
use crate::settings::Settings;
use crate::task::{Call, Handler, TaskError};
use held::Held;
use revoked::Revoked;
use turn::Turn;

/// Between two attempts to reach Redis; it is back in less than five seconds.
const BACKOFF: Duration = Duration::from_millis(500);

/// Tasks that wait for their time and hold up nobody, at most.
const LATER: usize = 10_000;

/// Why there is no worker. Fits "failed to …".
#[derive(Debug, thiserror::Error)]
#[error("use this as the address of a queue; it is written redis://[user:password@]host[:port][/database]")]
pub struct StartError;

/// A worker that is set up and not running yet.
pub struct Worker {
    shared: Arc<Shared>,
}

/// What every running task can reach.
pub(crate) struct Shared {
    broker: Broker,
    settings: Settings,
    tasks: HashMap<&'static str, Handler>,
    /// Tasks that may run.
    slots: Arc<Semaphore>,
    /// Tasks that may wait for their time without a place among those that are next.
    later: Semaphore,
    held: Held,
    revoked: Revoked,
    /// No task begins any more.
    stopping: CancellationToken,
    /// Running tasks end.
    ended: CancellationToken,
}

impl Worker {
    /// Redis may come later; only an address that is none is refused.
    pub fn new(redis: &str, settings: Settings) -> Result<Self, StartError> {
        let broker = Broker::open(redis, &settings.queues).map_err(|_| StartError)?;
        let shared = Shared {
            broker,
            tasks: HashMap::new(),
            slots: Arc::new(Semaphore::new(settings.concurrency.get().min(Semaphore::MAX_PERMITS))),
            later: Semaphore::new(LATER),
            settings,
            held: Held::default(),
            revoked: Revoked::default(),
            stopping: CancellationToken::new(),
            ended: CancellationToken::new(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Serves tasks of this name by `handler`.
    ///
    /// # Panics
    ///
    /// Never: a worker that does not run is not shared.
    #[must_use]
    pub fn task<Run>(
        mut self,
        name: &'static str,
        handler: impl Fn(Call) -> Run + Send + Sync + 'static,
    ) -> Self
    where
        Run: Future<Output = Result<Value, TaskError>> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |call| -> BoxFuture<'static, _> { Box::pin(handler(call)) });
        Arc::get_mut(&mut self.shared).expect("it does not run yet").tasks.insert(name, handler);
        self
    }

    /// Takes and runs tasks until `stop`; then what runs may end within the grace period, and what was not
    /// begun or did not end is given back. `ready` is called when the worker takes tasks and hears broadcasts.
    pub async fn run(self, ready: impl FnOnce() + Send, stop: impl Future<Output = ()> + Send) {
        let shared = self.shared;
        let heard = Arc::new(Notify::new());
        let mut duties = JoinSet::new();
        duties.spawn(Arc::clone(&shared).hear(Arc::clone(&heard)));
        duties.spawn(Arc::clone(&shared).keep());
        let mut tasks = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        tokio::select! {
            () = heard.notified() => ready(),
            () = &mut stop => return,
        }
        let stopping = async {
            stop.await;
            shared.stopping.cancel();
        };
        tokio::join!(shared.take(&mut tasks, &mut duties), stopping);
        let all = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(shared.settings.grace, all).await.is_err() {
            shared.ended.cancel();
            while tasks.join_next().await.is_some() {}
        }
        if let Err(error) = shared.broker.give_back(&shared.held.tags()).await {
            tracing::warn!(
                error = words(&error),
                "tasks are not given back, and wait for the visibility time-out"
            );
        }
    }
}

impl Shared {
    /// Takes tasks as places are free, until the worker stops.
    async fn take(self: &Arc<Self>, tasks: &mut JoinSet<()>, duties: &mut JoinSet<()>) {
        let capacity = self.settings.concurrency.get().saturating_mul(self.settings.prefetch.get());
        let places = Arc::new(Semaphore::new(capacity.min(Semaphore::MAX_PERMITS)));
        let awake = Arc::new(Notify::new());
        let hungry = self.peek(&awake, duties);
        let mut unheard = false;
        loop {
            let Some(room) = self.room(&places).await else { return };
            while tasks.try_join_next().is_some() {}
            // Never cut short: what it took would be nobody's until the visibility time-out.
            match self.fetch(room.len(), &mut unheard).await {
                Ok(taken) if taken.is_empty() => {
                    for one in &hungry {
                        one.notify_one();
                    }
                    tokio::select! {
                        () = awake.notified() => {}
                        () = self.stopping.cancelled() => return,
                    }
                }
                Ok(taken) => {
                    for (entry, place) in taken.into_iter().zip(room) {
                        self.held.add(&entry.tag);
                        let turn = Turn::after_all_others(&self.slots).await;
                        tasks.spawn(Arc::clone(self).serve(entry, place, turn));
                    }
                }
                Err(error) => {
                    tracing::warn!(error = words(&error), "no task can be taken");
                    tokio::time::sleep(BACKOFF).await;
                }
            }
        }
    }

    /// Has somebody watch each list; who is hungry is told to watch.
    fn peek(&self, awake: &Arc<Notify>, duties: &mut JoinSet<()>) -> Vec<Arc<Notify>> {
        let watch = |queue: &String| {
            let hungry = Arc::new(Notify::new());
            let client = self.broker.client().clone();
            duties.spawn(peek(client, queue.clone(), Arc::clone(&hungry), Arc::clone(awake)));
            hungry
        };
        self.broker.queues().iter().map(watch).collect()
    }

    /// Every place that is free, once there is one; nothing once the worker stops.
    async fn room(&self, places: &Arc<Semaphore>) -> Option<Vec<OwnedSemaphorePermit>> {
        let first = tokio::select! {
            biased;
            () = self.stopping.cancelled() => return None,
            place = Arc::clone(places).acquire_owned() => place.expect("nobody closes it"),
        };
        let mut room = vec![first];
        while let Ok(another) = Arc::clone(places).try_acquire_owned() {
            room.push(another);
        }
        Some(room)
    }

    /// Takes up to `count` entries. Where the answer before was lost, entries may have been taken that nobody
    /// heard of: those are given back first.
    async fn fetch(&self, count: usize, unheard: &mut bool) -> RedisResult<Vec<Taken>> {
        if *unheard {
            self.broker.give_back(&self.held.tags()).await?;
        }
        let taken = self.broker.take(count).await;
        *unheard = taken.is_err();
        taken
    }

    /// Hears Celery's broadcasts. Never ends.
    async fn hear(self: Arc<Self>, heard: Arc<Notify>) {
        loop {
            let obey = |order| match order {
                Order::Revoke { ids, terminate } => self.revoked.add(ids, terminate),
            };
            let subscribed = || heard.notify_one();
            if let Err(error) = listen(&self.broker, &self.settings.name, &subscribed, &obey).await {
                tracing::warn!(error = words(&error), "broadcasts are not heard");
            }
            tokio::time::sleep(BACKOFF).await;
        }
    }

    /// Says what is still worked on, and takes up what dead workers left. Never ends.
    async fn keep(self: Arc<Self>) {
        let timeout = self.settings.visibility_timeout;
        let mut often =
            tokio::time::interval((timeout / 4).clamp(Duration::from_millis(250), Duration::from_mins(1)));
        loop {
            often.tick().await;
            let kept = async {
                self.broker.heartbeat(&self.held.tags()).await?;
                self.broker.restore(timeout).await
            };
            match kept.await {
                Ok(0) => {}
                Ok(restored) => tracing::info!(restored, "tasks of a dead worker are taken up again"),
                Err(error) => tracing::warn!(error = words(&error), "what is worked on cannot be told"),
            }
        }
    }
}
