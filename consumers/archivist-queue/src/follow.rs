//! Results as they come, by publish and subscribe.

use std::fmt;
use std::time::Duration;

use futures::StreamExt as _;
use redis::RedisResult;
use redis::aio::{PubSubSink, PubSubStream};
use tokio::time::timeout;

use crate::error::QueueError;
use crate::queue::{Queue, RESULT};
use crate::result::TaskResult;
use crate::task::TaskId;

const LOST: QueueError = QueueError::Unavailable("the connection was lost");
const SILENT: QueueError = QueueError::Unavailable("it does not answer in time");

/// One change of one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    pub id: TaskId,
    pub result: TaskResult,
}

/// The results of every task, in the order in which they are published.
pub struct Updates {
    messages: PubSubStream,
    /// Asks whether Redis is still there.
    control: PubSubSink,
    /// How long it may be silent before it is asked, and then how long it may take to answer.
    patience: Duration,
}

impl Updates {
    /// The next change of any task, however long it takes. An error means that the connection is lost: open
    /// new [`Updates`](Queue::updates), then ask for the [standings](Queue::standings) that were missed.
    /// Nothing is lost where this is dropped before it has returned.
    pub async fn next(&mut self) -> Result<Update, QueueError> {
        loop {
            let Ok(message) = timeout(self.patience, self.messages.next()).await else {
                self.still_there().await?;
                continue;
            };
            let message = message.ok_or(LOST)?;
            let Some(id) = message.get_channel_name().strip_prefix(RESULT).map(TaskId::new) else { continue };
            // What no worker wrote is nobody's result.
            if let Some(told) = TaskResult::read(&id, message.get_payload_bytes()) {
                return Ok(Update { id, result: told.result });
            }
        }
    }

    /// A Redis that hangs, or whose machine is gone, closes no connection.
    async fn still_there(&mut self) -> Result<(), QueueError> {
        let () = timeout(self.patience, self.control.ping()).await.map_err(|_| SILENT)??;
        Ok(())
    }
}

impl Queue {
    /// Subscribes to the results of all tasks: what is stored after this returned is told.
    pub async fn updates(&self) -> Result<Updates, QueueError> {
        self.subscribed(async |control| control.psubscribe(format!("{RESULT}*")).await).await
    }

    /// Follows one task until its final result, not longer than `within`. `on_change` hears every result that
    /// differs from the one before, the final one too.
    pub async fn follow(
        &self,
        id: &TaskId,
        within: Duration,
        on_change: &mut (dyn FnMut(&TaskResult) + Send),
    ) -> Result<TaskResult, QueueError> {
        let following = async {
            let channel = format!("{RESULT}{id}");
            let mut updates = self.subscribed(async |control| control.subscribe(channel).await).await?;
            // What came before the subscription is stored; what comes after is told.
            let stored = self.standings(std::slice::from_ref(id)).await?.pop().and_then(|it| it.told);
            let mut last = stored.map(|told| told.result).inspect(|it| on_change(it));
            loop {
                match last {
                    Some(last) if last.is_final() => return Ok(last),
                    _ => {}
                }
                let result = updates.next().await?.result;
                // What was stored between subscribing and reading comes both ways.
                if last.as_ref() != Some(&result) {
                    on_change(&result);
                }
                last = Some(result);
            }
        };
        timeout(within, following).await.unwrap_or(Err(QueueError::TimedOut(within)))
    }

    /// A connection of its own, which is told what was subscribed to.
    async fn subscribed(
        &self,
        subscribe: impl AsyncFnOnce(&mut PubSubSink) -> RedisResult<()>,
    ) -> Result<Updates, QueueError> {
        let patience = self.settings.timeout;
        let opening = async {
            let (mut control, messages) = self.client.get_async_pubsub().await?.split();
            subscribe(&mut control).await?;
            Ok(Updates { messages, control, patience })
        };
        timeout(patience, opening).await.unwrap_or(Err(SILENT))
    }
}

impl fmt::Debug for Updates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Updates").finish_non_exhaustive()
    }
}
