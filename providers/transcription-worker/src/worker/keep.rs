//! What a worker does beside its tasks: it hears Celery's broadcasts, says what it still works on, and takes up
//! what dead workers left.

use std::sync::Arc;
use std::time::Duration;

use redis::RedisResult;
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;

use super::suspects::Suspects;
use super::{BACKOFF, Shared};
use crate::queue::{Order, listen, words};

impl Shared {
    /// Hears Celery's broadcasts. Never ends.
    pub(super) async fn hear(self: Arc<Self>, heard: Arc<Notify>) {
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
    pub(super) async fn keep(self: Arc<Self>) {
        let timeout = self.settings.visibility_timeout;
        let often = (timeout / 4).clamp(Duration::from_millis(250), Duration::from_mins(1));
        let mut often = tokio::time::interval(often);
        // Two looks in a row would not give a live worker the time to say so.
        often.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut suspects = Suspects::default();
        loop {
            often.tick().await;
            match self.look(&mut suspects).await {
                Ok(0) => {}
                Ok(restored) => tracing::info!(restored, "tasks of a dead worker are taken up again"),
                Err(error) => {
                    // Whoever could not reach Redis either could not say that it lives.
                    suspects.forget();
                    tracing::warn!(error = words(&error), "what is worked on cannot be told");
                }
            }
        }
    }

    async fn look(&self, suspects: &mut Suspects) -> RedisResult<usize> {
        self.broker.heartbeat(&self.held.tags()).await?;
        self.broker.give_back_unheard().await?;
        let expired = self.broker.expired(self.settings.visibility_timeout.as_secs_f64()).await?;
        self.broker.put_back(suspects.convict(expired)).await
    }
}
