//! Taking tasks as places become free.

use std::sync::Arc;

use redis::RedisResult;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use super::turn::Turn;
use super::{BACKOFF, Shared};
use crate::queue::{Taken, peek, words};

impl Shared {
    /// Takes tasks until the worker stops.
    pub(super) async fn take(self: &Arc<Self>, tasks: &mut JoinSet<()>, duties: &mut JoinSet<()>) {
        let capacity = self.settings.concurrency.get().saturating_mul(self.settings.prefetch.get());
        let places = Arc::new(Semaphore::new(capacity.min(Semaphore::MAX_PERMITS)));
        let awake = Arc::new(Notify::new());
        let hungry = self.peek(&awake, duties);
        loop {
            let Some(room) = self.room(&places).await else { return };
            while tasks.try_join_next().is_some() {}
            // Never cut short: what it took would be nobody's until the visibility time-out.
            match self.fetch(room.len()).await {
                Ok(taken) if taken.is_empty() => {
                    drop(room);
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
                        let hold = self.held.hold(&entry.tag);
                        let turn = Turn::after_all_others(&self.slots).await;
                        tasks.spawn(Arc::clone(self).serve(entry, hold, place, turn));
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
        let watch = |list: &String| {
            let hungry = Arc::new(Notify::new());
            duties.spawn(peek(self.broker.clone(), list.clone(), Arc::clone(&hungry), Arc::clone(awake)));
            hungry
        };
        self.broker.lists().iter().map(watch).collect()
    }

    /// Every place that is free, once there is one; nothing once the worker stops.
    async fn room(&self, places: &Arc<Semaphore>) -> Option<Vec<OwnedSemaphorePermit>> {
        let first = tokio::select! {
            biased;
            () = self.stopping.cancelled() => return None,
            place = Arc::clone(places).acquire_owned() => place.expect("nobody closes it"),
        };
        // What ends at the same time makes room for as many at once.
        tokio::task::yield_now().await;
        let mut room = vec![first];
        while let Ok(another) = Arc::clone(places).try_acquire_owned() {
            room.push(another);
        }
        Some(room)
    }

    /// Takes up to `count` entries. What an answer that was lost may have told of is given back first.
    async fn fetch(&self, count: usize) -> RedisResult<Vec<Taken>> {
        self.broker.give_back_unheard().await?;
        self.broker.take(count).await
    }
}
