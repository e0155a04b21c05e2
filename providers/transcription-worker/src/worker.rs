//! The loop that takes tasks, runs them and acknowledges them.
//!
//! A task is acknowledged together with its result and not before: whatever kills the worker, the task is
//! still in `unacked`, and is taken up again after the visibility time-out.

mod held;
mod revoked;
mod run;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::Value;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::queue::{Broker, Order, Taken, listen, peek, words};
use crate::settings::Settings;
use crate::task::{Call, Handler, TaskError};
use held::Held;
use revoked::Revoked;

/// Between two attempts to reach Redis; it is back in less than five seconds.
const BACKOFF: Duration = Duration::from_millis(500);

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
    slots: Semaphore,
    held: Held,
    revoked: Revoked,
    /// No task begins any more.
    stopping: CancellationToken,
    /// Running tasks end.
    ended: CancellationToken,
    given_back: Mutex<Vec<Taken>>,
}

impl Worker {
    /// Redis may come later; only an address that is none is refused.
    pub fn new(redis: &str, settings: Settings) -> Result<Self, StartError> {
        let broker = Broker::open(redis, &settings.queues).map_err(|_| StartError)?;
        let shared = Shared {
            broker,
            tasks: HashMap::new(),
            slots: Semaphore::new(settings.concurrency.get()),
            settings,
            held: Held::default(),
            revoked: Revoked::default(),
            stopping: CancellationToken::new(),
            ended: CancellationToken::new(),
            given_back: Mutex::default(),
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
        tokio::select! {
            () = shared.take(&mut tasks, &mut duties) => {}
            () = stop => {}
        }
        shared.stopping.cancel();
        let all = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(shared.settings.grace, all).await.is_err() {
            shared.ended.cancel();
            while tasks.join_next().await.is_some() {}
        }
        let given_back =
            std::mem::take(&mut *shared.given_back.lock().unwrap_or_else(PoisonError::into_inner));
        if let Err(error) = shared.broker.give_back(given_back).await {
            tracing::warn!(
                error = words(&error),
                "tasks are not given back, and wait for the visibility time-out"
            );
        }
    }
}

impl Shared {
    /// Takes tasks as places are free. Never ends.
    async fn take(self: &Arc<Self>, tasks: &mut JoinSet<()>, duties: &mut JoinSet<()>) {
        let capacity = self.settings.concurrency.get() * self.settings.prefetch.get();
        let places = Arc::new(Semaphore::new(capacity));
        let awake = Arc::new(Notify::new());
        let mut hungry = Vec::new();
        for queue in self.broker.queues() {
            let one = Arc::new(Notify::new());
            duties.spawn(peek(
                self.broker.client().clone(),
                queue.clone(),
                Arc::clone(&one),
                Arc::clone(&awake),
            ));
            hungry.push(one);
        }
        loop {
            let first = Arc::clone(&places).acquire_owned().await.expect("nobody closes it");
            let mut room = vec![first];
            while let Ok(another) = Arc::clone(&places).try_acquire_owned() {
                room.push(another);
            }
            while tasks.try_join_next().is_some() {}
            match self.broker.take(room.len()).await {
                Ok(taken) if taken.is_empty() => {
                    for one in &hungry {
                        one.notify_one();
                    }
                    awake.notified().await;
                }
                Ok(taken) => {
                    for (entry, place) in taken.into_iter().zip(room) {
                        tasks.spawn(Arc::clone(self).serve(entry, place));
                    }
                }
                Err(error) => {
                    tracing::warn!(error = words(&error), "no task can be taken");
                    tokio::time::sleep(BACKOFF).await;
                }
            }
        }
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
