//! Results as they come, by publish and subscribe.

use std::fmt;
use std::time::Duration;

use futures::StreamExt as _;
use redis::aio::{PubSub, PubSubStream};
use tokio::time::timeout;

use crate::error::QueueError;
use crate::queue::{Queue, RESULT};
use crate::result::TaskResult;
use crate::task::TaskId;

/// One change of one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    pub id: TaskId,
    pub result: TaskResult,
}

/// The results of every task, in the order in which they are published.
pub struct Updates {
    messages: PubSubStream,
}

impl Updates {
    /// The next change of any task, however long it takes. An error means that the connection is lost: open
    /// new [`Updates`](Queue::updates), then ask for the [results](Queue::results) that were missed.
    pub async fn next(&mut self) -> Result<Update, QueueError> {
        loop {
            let message = self.messages.next().await;
            let message = message.ok_or(QueueError::Unavailable("the connection was lost"))?;
            // What no worker wrote is nobody's result.
            if let Some((id, result)) = TaskResult::read(message.get_payload_bytes()) {
                return Ok(Update { id, result });
            }
        }
    }
}

impl Queue {
    /// Subscribes to the results of all tasks: what is stored after this returned is told.
    pub async fn updates(&self) -> Result<Updates, QueueError> {
        let mut connection = self.subscriber().await?;
        connection.psubscribe(format!("{RESULT}*")).await?;
        Ok(Updates { messages: connection.into_on_message() })
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
            let mut connection = self.subscriber().await?;
            connection.subscribe(format!("{RESULT}{id}")).await?;
            // What came before the subscription is stored; what comes after is told.
            let stored = self.results(std::slice::from_ref(id)).await?.pop().flatten();
            let mut last = stored.inspect(|it| on_change(it));
            let mut updates = Updates { messages: connection.into_on_message() };
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

    async fn subscriber(&self) -> Result<PubSub, QueueError> {
        let connecting = timeout(self.settings.timeout, self.client.get_async_pubsub()).await;
        Ok(connecting.map_err(|_| QueueError::Unavailable("it takes no connection in time"))??)
    }
}

impl fmt::Debug for Updates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Updates").finish_non_exhaustive()
    }
}
