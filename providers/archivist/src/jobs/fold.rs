//! What a job becomes by what is told of it: the one place where that is decided. Told twice, late or out of order,
//! the same comes of it.

use std::path::Path;

use archivist_queue::{Progress, Standing, TaskResult, Told};

use crate::domain::{Job, JobStatus};
use crate::timestamp::Timestamp;

/// The job as it stands now; nothing where that is how it stood before.
///
/// What has ended stays so. One exception tells the truth: a job that was taken back, and that a worker who did not
/// hear of it completed all the same.
pub fn fold(job: &Job, standing: &Standing, now: Timestamp) -> Option<Job> {
    let told = standing.told.as_ref();
    let result = told.map(|told| &told.result);
    let completed = matches!(result, Some(TaskResult::Success(_)));
    if job.status.is_final() && !(job.status == JobStatus::Cancelled && completed) {
        return None;
    }
    let mut next = job.clone();
    match result {
        Some(TaskResult::Success(_)) => {
            next.progress = 100;
            next.status_message = None;
            next.transcription_id = Some(job.id.clone());
            end(&mut next, told, JobStatus::Completed, None, now);
        }
        Some(TaskResult::Failure(failed)) => {
            end(&mut next, told, JobStatus::Failed, Some(failed.message.clone()), now);
        }
        Some(TaskResult::Revoked { reason }) => {
            end(&mut next, told, JobStatus::Cancelled, Some(reason.clone()), now);
        }
        // No worker has it, whatever one told before.
        _ if standing.paused => next.status = JobStatus::Paused,
        Some(TaskResult::Progress(Progress { percent, message })) => {
            next.status = JobStatus::Processing;
            next.progress = *percent;
            next.status_message = Some(message.clone()).filter(|message| !message.is_empty());
            next.started_at.get_or_insert(now);
        }
        Some(TaskResult::Retry { reason }) => {
            next.status = JobStatus::Queued;
            next.progress = 0;
            next.status_message = Some(reason.clone());
        }
        None if job.status == JobStatus::Paused => next.status = JobStatus::Queued,
        // A queue that has lost its results tells nothing new.
        None => {}
    }
    (next != *job).then_some(next)
}

/// The worker's clock may be wrong: no job ends before it was asked for, or in the future.
fn end(job: &mut Job, told: Option<&Told>, status: JobStatus, error: Option<String>, now: Timestamp) {
    job.status = status;
    job.error = error;
    let ended = told.and_then(|told| told.ended_at).map(|at| Timestamp::from_seconds(at.timestamp()));
    let earliest = job.started_at.unwrap_or(job.created_at).min(now);
    job.ended_at = Some(ended.unwrap_or(now).clamp(earliest, now));
}

/// What a worker said, fit to be kept and shown: without what a database cannot hold, and without the folder that
/// the recordings stand in, which is nobody's business.
pub fn fit(standing: Standing, media_root: &Path) -> Standing {
    let root = format!("{}/", media_root.to_string_lossy().trim_end_matches('/'));
    let fit = |text: String| text.replace('\0', "").replace(&root, "");
    let told = standing.told.map(|told| {
        let result = match told.result {
            TaskResult::Progress(it) => TaskResult::Progress(Progress { message: fit(it.message), ..it }),
            TaskResult::Failure(mut it) => {
                it.message = fit(it.message);
                TaskResult::Failure(it)
            }
            TaskResult::Revoked { reason } => TaskResult::Revoked { reason: fit(reason) },
            TaskResult::Retry { reason } => TaskResult::Retry { reason: fit(reason) },
            success @ TaskResult::Success(_) => success,
        };
        Told { result, ..told }
    });
    Standing { told, ..standing }
}

#[cfg(test)]
mod tests {
    use archivist_queue::{Failed, Success};
    use chrono::DateTime;

    use super::*;
    use crate::domain::JobId;

    const NOW: Timestamp = Timestamp::from_seconds(1000);

    fn job() -> Job {
        Job {
            id: JobId::parse("97b067a0-f59f-4034-9cb9-48fa04eccca4").unwrap(),
            status: JobStatus::Queued,
            progress: 0,
            status_message: None,
            error: None,
            vod_id: 7,
            transcription_id: None,
            created_at: Timestamp::from_seconds(900),
            started_at: None,
            ended_at: None,
        }
    }

    fn told(result: TaskResult) -> Standing {
        Standing { told: Some(Told { result, ended_at: None }), paused: false }
    }

    fn progress(percent: u8) -> Standing {
        told(TaskResult::Progress(Progress { percent, message: "Loading".to_owned() }))
    }

    fn success() -> Standing {
        told(TaskResult::Success(Success { output_path: None, segments: Some(4), duration: Some(1.5) }))
    }

    fn failure() -> Standing {
        told(TaskResult::Failure(Failed { kind: None, message: "boom".to_owned() }))
    }

    fn revoked() -> Standing {
        told(TaskResult::Revoked { reason: "terminated".to_owned() })
    }

    fn retry() -> Standing {
        told(TaskResult::Retry { reason: "busy".to_owned() })
    }

    fn paused(standing: Standing) -> Standing {
        Standing { paused: true, ..standing }
    }

    /// All of these one after the other.
    fn after(standings: &[Standing]) -> Job {
        standings.iter().fold(job(), |job, standing| fold(&job, standing, NOW).unwrap_or(job))
    }

    #[test]
    fn a_job_goes_through_its_life() {
        let running = after(&[progress(10)]);
        assert_eq!((running.status, running.progress), (JobStatus::Processing, 10));
        assert_eq!((running.status_message.as_deref(), running.started_at), (Some("Loading"), Some(NOW)));
        let completed = after(&[progress(10), progress(90), success()]);
        assert_eq!((completed.status, completed.progress), (JobStatus::Completed, 100));
        assert_eq!((completed.status_message, completed.ended_at), (None, Some(NOW)));
        assert_eq!(completed.transcription_id, Some(completed.id));
        let failed = after(&[progress(10), failure()]);
        assert_eq!(
            (failed.status, failed.progress, failed.error.as_deref()),
            (JobStatus::Failed, 10, Some("boom"))
        );
        assert_eq!(failed.transcription_id, None);
        let again = after(&[progress(10), retry()]);
        assert_eq!((again.status, again.progress, again.started_at), (JobStatus::Queued, 0, Some(NOW)));
        assert_eq!(after(&[revoked()]).status, JobStatus::Cancelled);
    }

    #[test]
    fn twice_is_once() {
        for standing in [progress(10), success(), failure(), revoked(), retry(), paused(Standing::default())]
        {
            let once = after(std::slice::from_ref(&standing));
            assert_eq!(fold(&once, &standing, Timestamp::from_seconds(2000)), None, "{standing:?}");
        }
    }

    #[test]
    fn what_has_ended_stays_so() {
        for end in [success(), failure(), revoked()] {
            let ended = after(std::slice::from_ref(&end));
            for late in [
                progress(10),
                retry(),
                failure(),
                revoked(),
                paused(Standing::default()),
                Standing::default(),
            ] {
                assert_eq!(fold(&ended, &late, NOW), None, "{late:?} after {end:?}");
            }
        }
        assert_eq!(fold(&after(&[failure()]), &success(), NOW), None);
    }

    #[test]
    fn what_was_taken_back_and_done_all_the_same_is_done() {
        let completed = after(&[revoked(), success()]);
        assert_eq!((completed.status, completed.error), (JobStatus::Completed, None));
    }

    #[test]
    fn a_pause_is_what_the_queue_says() {
        assert_eq!(after(&[paused(Standing::default())]).status, JobStatus::Paused);
        assert_eq!(after(&[paused(Standing::default()), Standing::default()]).status, JobStatus::Queued);
        let again = after(&[retry(), paused(retry())]);
        assert_eq!((again.status, again.status_message.as_deref()), (JobStatus::Paused, Some("busy")));
        assert_eq!(after(&[retry(), paused(retry()), retry()]).status, JobStatus::Queued);
        assert_eq!(after(&[paused(revoked())]).status, JobStatus::Cancelled);
    }

    #[test]
    fn a_queue_that_has_lost_its_results_tells_nothing() {
        assert_eq!(fold(&after(&[progress(10)]), &Standing::default(), NOW), None);
        assert_eq!(fold(&job(), &Standing::default(), NOW), None);
    }

    #[test]
    fn a_job_ends_after_it_was_asked_for_and_not_in_the_future() {
        for (clock, expected) in [(950, 950), (1, 900), (5000, 1000), (-9_000_000_000, 900)] {
            let mut standing = success();
            standing.told.as_mut().unwrap().ended_at = DateTime::from_timestamp(clock, 0);
            let ended = fold(&job(), &standing, NOW).unwrap().ended_at;
            assert_eq!(ended, Some(Timestamp::from_seconds(expected)), "{clock}");
        }
        // This machine's clock was set back since.
        let job = Job { created_at: Timestamp::from_seconds(2000), ..job() };
        assert_eq!(fold(&job, &success(), NOW).unwrap().ended_at, Some(NOW));
    }

    #[test]
    fn what_a_worker_says_is_made_fit() {
        let message = "Video file not found: /srv/media/council/a.mp4\0 \u{e9}".to_owned();
        let standing = told(TaskResult::Failure(Failed { kind: None, message }));
        let job = fold(&job(), &fit(standing, Path::new("/srv/media/")), NOW).unwrap();
        assert_eq!(job.error.as_deref(), Some("Video file not found: council/a.mp4 \u{e9}"));
    }
}
