//! Follows every job as workers tell of it, for as long as the service runs.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use archivist_queue::{Queue, QueueError, Updates};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::JobError;
use super::refresh::{current, heard};
use crate::domain::JobId;
use crate::state::AppState;
use crate::storage::jobs;

/// Between two attempts to listen.
const BACKOFF: Duration = Duration::from_millis(500);

/// Jobs that were heard of and not looked at yet, at most.
const BEHIND: usize = 100_000;

/// Jobs that are looked at together.
const AT_ONCE: usize = 100;

/// Listens until `end`. A connection that is lost is opened anew, and then every job that has not ended is looked
/// at: what was told meanwhile is stored.
pub async fn follow(state: AppState, end: CancellationToken) {
    let Some(queue) = state.queue.clone() else { return };
    let following = async {
        loop {
            let cause = listen(&state, &queue).await;
            tracing::warn!(%cause, "jobs are not followed");
            tokio::time::sleep(BACKOFF).await;
        }
    };
    tokio::select! {
        () = following => {}
        () = end.cancelled() => {}
    }
}

/// Why it ended: it listens for ever.
async fn listen(state: &AppState, queue: &Queue) -> JobError {
    let updates = match queue.updates().await {
        Ok(updates) => updates,
        Err(error) => return error.into(),
    };
    let names = Heard::default();
    tokio::select! {
        lost = hear(updates, &names) => lost.into(),
        failed = look(state, &names) => failed,
    }
}

/// Names that were heard. A job is named once, however much is told of it: its result is stored, and the last one
/// is what counts.
#[derive(Default)]
struct Heard {
    names: Mutex<BTreeSet<JobId>>,
    some: Notify,
}

impl Heard {
    /// How many there are now.
    fn add(&self, id: JobId) -> usize {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.insert(id);
        self.some.notify_one();
        names.len()
    }

    /// All of them, once there are some.
    async fn take(&self) -> Vec<JobId> {
        loop {
            let names = std::mem::take(&mut *self.names.lock().unwrap_or_else(PoisonError::into_inner));
            if !names.is_empty() {
                return names.into_iter().collect();
            }
            self.some.notified().await;
        }
    }
}

/// Takes what is told as fast as it comes, so that it does not pile up where nobody counts it.
async fn hear(mut updates: Updates, names: &Heard) -> QueueError {
    loop {
        let update = match updates.next().await {
            Ok(update) => update,
            Err(lost) => return lost,
        };
        // What is no id of ours is somebody else's task.
        if let Some(id) = JobId::parse(update.id.as_str())
            && names.add(id) > BEHIND
        {
            return QueueError::Unavailable("it tells more than can be followed");
        }
    }
}

async fn look(state: &AppState, names: &Heard) -> JobError {
    let looking = async {
        catch_up(state).await?;
        tracing::info!("jobs are followed");
        loop {
            for ids in names.take().await.chunks(AT_ONCE) {
                heard(state, ids).await?;
            }
        }
    };
    let Err(error): Result<std::convert::Infallible, JobError> = looking.await;
    error
}

/// Looks at every job that has not ended.
async fn catch_up(state: &AppState) -> Result<(), JobError> {
    let limit = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
    let mut last: Option<JobId> = None;
    loop {
        let page = jobs::unfinished_after(&state.database, last.as_ref(), limit).await?;
        let Some(end) = page.last() else { return Ok(()) };
        last = Some(end.id.clone());
        current(state, page).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::OUTAGE_RETRY;
    use archivist_queue::QueueSettings;

    #[test]
    fn a_queue_that_is_back_is_followed_before_a_client_tries_again() {
        assert!(BACKOFF + QueueSettings::default().timeout < OUTAGE_RETRY);
    }

    #[tokio::test]
    async fn a_job_that_is_told_of_often_is_looked_at_once() {
        let id = JobId::parse("97b067a0-f59f-4034-9cb9-48fa04eccca4").unwrap();
        let names = Heard::default();
        assert_eq!((names.add(id.clone()), names.add(id.clone())), (1, 1));
        assert_eq!(names.take().await, [id]);
    }
}
