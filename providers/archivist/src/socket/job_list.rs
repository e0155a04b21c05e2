//! How all jobs stand, read once for all sockets that have to tell it at the same time.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::domain::{Job, JobId, JobStatus};
use crate::storage::{Database, StorageError, jobs};

/// Jobs that have not ended, at most: what is sent at every change must not be much. Whoever wants all asks
/// for the queue.
const UNFINISHED: usize = 500;
/// Of those that have not ended, so many are looked at for those that are processed.
const LOOKED_AT: i64 = 10_000;
/// The jobs that ended last.
const ENDED: i64 = 50;

/// Clones share what was read.
#[derive(Clone, Debug, Default)]
pub struct JobList(Arc<Mutex<Option<Arc<Jobs>>>>);

/// The jobs of one moment.
#[derive(Debug)]
pub struct Jobs {
    pub begun: Instant,
    pub all: Vec<Job>,
    places: HashMap<JobId, usize>,
}

/// What a job is, beside how it stood when all were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The same.
    Nothing,
    /// Where it was, and only further.
    Progress,
    /// New, or in another status.
    Set,
}

impl JobList {
    /// How the jobs stand, with all that had happened at `since`. Where many sockets ask because of one change,
    /// one of them reads and the others find what it read.
    pub async fn read(&self, database: &Database, since: Instant) -> Result<Arc<Jobs>, StorageError> {
        let mut last = self.0.lock().await;
        if let Some(known) = last.as_ref().filter(|known| known.begun >= since) {
            return Ok(Arc::clone(known));
        }
        let begun = Instant::now();
        let all = look(database).await?;
        let read = Arc::new(Jobs::new(begun, all));
        *last = Some(Arc::clone(&read));
        Ok(read)
    }
}

/// Those that are processed, those that wait or are paused, those that ended last.
async fn look(database: &Database) -> Result<Vec<Job>, StorageError> {
    let mut all = jobs::unfinished(database, LOOKED_AT).await?;
    all.sort_by_key(|job| job.status != JobStatus::Processing);
    all.truncate(UNFINISHED);
    all.extend(jobs::ended(database, ENDED).await?);
    Ok(all)
}

impl Jobs {
    fn new(begun: Instant, all: Vec<Job>) -> Self {
        let places = all.iter().enumerate().map(|(place, job)| (job.id.clone(), place)).collect();
        Self { begun, all, places }
    }

    /// Whether these are the same jobs, each in the same status, however far they are.
    pub fn are_those_of(&self, other: &Self) -> bool {
        let told =
            |jobs: &Self| -> Vec<_> { jobs.all.iter().map(|job| (job.id.clone(), job.status)).collect() };
        told(self) == told(other)
    }

    /// What a job that is told of is. A job may be told of more than once.
    pub fn change(&self, job: &Job) -> Change {
        match self.places.get(&job.id).map(|place| &self.all[*place]) {
            Some(known) if known == job && job.status != JobStatus::Processing => Change::Nothing,
            Some(known) if known.status == job.status => Change::Progress,
            Some(_) | None => Change::Set,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;

    fn job(id: char, status: JobStatus, progress: u8) -> Job {
        let id = format!("97b067a0-f59f-4034-9cb9-48fa04eccca{id}");
        Job {
            id: JobId::parse(&id).unwrap(),
            status,
            progress,
            status_message: None,
            error: None,
            vod_id: 7,
            transcription_id: None,
            created_at: Timestamp::from_seconds(900),
            started_at: None,
            ended_at: None,
        }
    }

    #[test]
    fn a_job_is_held_against_what_was_read() {
        let (running, failed) = (job('1', JobStatus::Processing, 10), job('2', JobStatus::Failed, 10));
        let jobs = Jobs::new(Instant::now(), vec![running.clone(), failed.clone()]);
        for (told, change) in [
            (job('1', JobStatus::Processing, 40), Change::Progress),
            // It may have been further in between.
            (running, Change::Progress),
            (job('1', JobStatus::Failed, 40), Change::Set),
            (failed, Change::Nothing),
            (job('3', JobStatus::Processing, 10), Change::Set),
        ] {
            assert_eq!(jobs.change(&told), change, "{told:?}");
        }
    }

    #[test]
    fn jobs_are_the_same_however_far_they_are() {
        let jobs = |all| Jobs::new(Instant::now(), all);
        let before = jobs(vec![job('1', JobStatus::Processing, 10), job('2', JobStatus::Failed, 0)]);
        for (all, same) in [
            (vec![job('1', JobStatus::Processing, 40), job('2', JobStatus::Failed, 0)], true),
            (vec![job('1', JobStatus::Paused, 10), job('2', JobStatus::Failed, 0)], false),
            (vec![job('1', JobStatus::Processing, 10)], false),
            (vec![], false),
        ] {
            assert_eq!(before.are_those_of(&jobs(all.clone())), same, "{all:?}");
        }
    }
}
