//! The page of the queue: what is under way and what waits, and the buttons of each line.

use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};

use crate::{Error, Job, JobId, SignedIn};

/// The page of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct QueuePage {
    #[serde(rename = "jobs")]
    pub rows: Vec<QueueRow>,
    pub counts: JobCounts,
}

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct QueueRow {
    #[serde(flatten)]
    pub job: Job,
    /// How many others are done first; nothing of those that do not wait.
    pub position: Option<u32>,
}

/// The numbers on the tabs above the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct JobCounts {
    pub queued: u64,
    pub processing: u64,
    pub paused: u64,
    pub completed: u64,
    pub failed: u64,
    pub cancelled: u64,
}

impl SignedIn {
    /// The page of the queue.
    pub async fn queue(&self) -> Result<QueuePage, Error> {
        let request = self.request(Method::GET, &["api", "queue"]);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// Drops a waiting job at another place, so that `position` others are done before it, and gives the line as
    /// it is now: others may have moved as well.
    ///
    /// # Errors
    /// [`Error::Conflict`] if it waits no longer.
    pub async fn move_job(&self, id: JobId, position: u32) -> Result<QueueRow, Error> {
        #[derive(Serialize)]
        struct Place {
            job_id: JobId,
            position: u32,
        }
        let place = Place { job_id: id, position };
        let request = self.request(Method::POST, &["api", "queue", "reorder"]).json(&place);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// Keeps a waiting job from being started.
    ///
    /// # Errors
    /// [`Error::Conflict`] if it waits no longer.
    pub async fn pause_job(&self, id: JobId) -> Result<Job, Error> {
        self.press("pause", id).await
    }

    /// Lets a paused job wait again.
    ///
    /// # Errors
    /// [`Error::Conflict`] if it is not paused.
    pub async fn resume_job(&self, id: JobId) -> Result<Job, Error> {
        self.press("resume", id).await
    }

    /// Ends a job that is processed, and waits until it has ended.
    ///
    /// # Errors
    /// [`Error::Conflict`] if it is not processed, or has ended by itself meanwhile.
    pub async fn stop_job(&self, id: JobId) -> Result<Job, Error> {
        self.press("stop", id).await
    }

    /// Takes a job back that waits or is paused.
    ///
    /// # Errors
    /// [`Error::Conflict`] if it is neither.
    pub async fn remove_job(&self, id: JobId) -> Result<Job, Error> {
        self.press("remove", id).await
    }

    async fn press(&self, button: &str, id: JobId) -> Result<Job, Error> {
        let request = self.request(Method::POST, &["api", "queue", button, &id.to_string()]);
        self.send(request).await?.json(StatusCode::OK)
    }
}
