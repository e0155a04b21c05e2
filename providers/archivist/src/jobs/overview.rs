//! The whole queue at a moment: what runs, what waits and in which order, what is paused, what has ended.

use std::collections::HashMap;

use super::JobError;
use super::refresh::current;
use crate::domain::{Job, JobId, JobStatus};
use crate::state::AppState;
use crate::storage::jobs;

/// Jobs that have not ended, at most.
const UNFINISHED: i64 = 10_000;

/// Jobs that have, at most.
const ENDED: i64 = 50;

#[derive(Debug)]
pub struct Overview {
    /// Each with the number of others that are taken before it, where it waits on a list.
    pub jobs: Vec<(Job, Option<usize>)>,
    /// Of each status that occurs how many there are.
    pub counts: Vec<(JobStatus, i64)>,
}

/// What runs comes first, then what waits in the order in which it will be taken, then what is paused, then what
/// ended last.
pub async fn overview(state: &AppState) -> Result<Overview, JobError> {
    let stored = jobs::unfinished(&state.database, UNFINISHED).await?;
    // The places first: a job that is taken after that is told as running all the same.
    let places = places(state).await?;
    let mut listed: Vec<(Job, Option<usize>)> = current(state, stored)
        .await?
        .into_iter()
        // What has ended meanwhile is among those that ended last.
        .filter(|job| !job.status.is_final())
        .map(|job| {
            let place = places.get(&job.id).copied().filter(|_| job.status == JobStatus::Queued);
            (job, place)
        })
        .collect();
    listed.sort_by_key(|(job, place)| (rank(job.status), *place));
    let ended = jobs::ended(&state.database, ENDED).await?;
    listed.extend(ended.into_iter().map(|job| (job, None)));
    Ok(Overview { jobs: listed, counts: jobs::count_by_status(&state.database).await? })
}

/// Those that a worker has taken and not begun wait on no list, and are before all that do.
async fn places(state: &AppState) -> Result<HashMap<JobId, usize>, JobError> {
    let Some(queue) = &state.queue else { return Ok(HashMap::new()) };
    let waiting = queue.waiting().await?;
    Ok(waiting.into_iter().filter_map(|it| Some((JobId::parse(it.id.as_str())?, it.place))).collect())
}

const fn rank(status: JobStatus) -> u8 {
    match status {
        JobStatus::Processing => 0,
        JobStatus::Queued => 1,
        JobStatus::Paused => 2,
        JobStatus::Completed | JobStatus::Failed | JobStatus::Cancelled => 3,
    }
}
