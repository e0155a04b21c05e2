//! What one page is told: what differs from what it was told before.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;

use axum::response::sse::Event;
use futures::Stream;
use futures::stream::unfold;
use serde::Serialize;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::socket::Standing;
use crate::web::words::said;
use crate::{Job, JobId, JobStatus, VodId};

/// A job, as the script puts it into its row.
#[derive(Serialize)]
struct Told<'a> {
    id: JobId,
    vod: VodId,
    status: JobStatus,
    progress: u8,
    message: Option<&'a str>,
}

#[derive(Serialize)]
struct Busy {
    cpu: Option<f64>,
    memory: Option<f64>,
    disk: Option<f64>,
}

struct Feed {
    standing: watch::Receiver<Standing>,
    ending: CancellationToken,
    /// What the page knows.
    jobs: Arc<HashMap<JobId, Job>>,
    metrics: Option<crate::Metrics>,
    heard: Option<bool>,
    /// What is about to be told. It is filled only when it is empty.
    next: VecDeque<Event>,
    ended: bool,
}

pub fn feed(
    mut standing: watch::Receiver<Standing>,
    ending: CancellationToken,
) -> impl Stream<Item = Result<Event, Infallible>> {
    // What is known already is told at once.
    standing.mark_changed();
    let (jobs, next) = (Arc::default(), VecDeque::new());
    let feed = Feed { standing, ending, jobs, metrics: None, heard: None, next, ended: false };
    unfold(feed, async |mut feed| Some((Ok(feed.next().await?), feed)))
}

impl Feed {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.next.pop_front() {
                return Some(event);
            }
            if self.ended {
                return None;
            }
            tokio::select! {
                () = self.ending.cancelled() => return None,
                changed = self.standing.changed() => {
                    // The socket is gone, and its last words were read.
                    changed.ok()?;
                    self.compare();
                }
            }
        }
    }

    fn compare(&mut self) {
        let standing = self.standing.borrow_and_update().clone();
        if standing.over {
            self.ended = true;
            self.next.push_back(Event::default().event("over").data("the session is over"));
            return;
        }
        // Until it is heard, what is known may be old.
        if self.heard != Some(standing.heard) {
            self.heard = Some(standing.heard);
            self.tell("heard", &standing.heard);
        }
        if standing.metrics != self.metrics {
            self.metrics = standing.metrics;
            let metrics = standing.metrics.map(|it| Busy {
                cpu: it.cpu_percent,
                memory: it.memory_percent,
                disk: it.disk_percent,
            });
            self.tell("metrics", &metrics);
        }
        if Arc::ptr_eq(&standing.jobs, &self.jobs) {
            return;
        }
        let before = std::mem::replace(&mut self.jobs, Arc::clone(&standing.jobs));
        for (id, job) in &*standing.jobs {
            if before.get(id) != Some(job) {
                self.tell_job(job);
            }
        }
    }

    fn tell_job(&mut self, job: &Job) {
        let message = job.error.as_deref().or(job.status_message.as_deref()).map(said);
        let told = Told {
            id: job.id,
            vod: job.vod_id,
            status: job.status,
            progress: job.progress,
            message: message.as_deref(),
        };
        self.tell("job", &told);
    }

    fn tell(&mut self, kind: &str, what: &impl Serialize) {
        let event = Event::default().event(kind).json_data(what).expect("numbers and texts become JSON");
        self.next.push_back(event);
    }
}
