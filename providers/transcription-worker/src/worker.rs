//! The loop that takes tasks, runs them and acknowledges them.
//!
//! A task is acknowledged together with its result and not before: whatever kills the worker, the task is
//! still in `unacked`, and is taken up again after the visibility time-out.

mod held;
mod keep;
mod revoked;
mod run;
mod suspects;
mod take;
mod turn;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::Value;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::queue::{Broker, Writes, dead_letter, words};
use crate::settings::Settings;
use crate::task::{Call, Handler, TaskError};
use held::Held;
use revoked::Revoked;

/// Between two attempts to reach Redis; it is back in less than five seconds.
const BACKOFF: Duration = Duration::from_millis(500);

/// Tasks that wait for their time and hold up nobody, at most.
const LATER: usize = 10_000;

/// Why there is no worker. Fits "failed to …".
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "use this as the address of a queue; it is written redis://[user:password@]host[:port][/database]"
    )]
    Address,
    #[error("take tasks from {0:?}: it is the worker's own; give another --queue")]
    OwnList(String),
}

/// A worker that is set up and not running yet.
pub struct Worker {
    shared: Arc<Shared>,
    writes: Writes,
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
    /// Redis may come later; only settings that no Redis can serve are refused.
    pub fn new(redis: &str, settings: Settings) -> Result<Self, StartError> {
        let own = [dead_letter::LIST, dead_letter::TOO_LARGE];
        if let Some(list) = settings.queues.iter().find(|queue| own.contains(&queue.as_str())) {
            return Err(StartError::OwnList(list.clone()));
        }
        let opened = Broker::open(redis, &settings.queues, settings.timeout);
        let (broker, writes) = opened.map_err(|_| StartError::Address)?;
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
        Ok(Self { shared: Arc::new(shared), writes })
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
        duties.spawn(self.writes.run());
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
        shared.give_back().await;
    }
}

impl Shared {
    /// Gives back what is still this worker's. Redis may be away just now, and is waited for as long as tasks
    /// were.
    async fn give_back(&self) {
        let given = async {
            while let Err(error) = self.broker.give_back().await {
                tracing::warn!(error = words(&error), "tasks cannot be given back");
                tokio::time::sleep(BACKOFF).await;
            }
        };
        if tokio::time::timeout(self.settings.grace, given).await.is_err() {
            tracing::warn!("tasks are not given back, and wait for the visibility time-out");
        }
    }
}
