//! The administrators' page of the service itself: how it is, and the button that tidies the queue up.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};

use crate::{Error, Health, SignedIn};

/// How the service is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ServiceStatus {
    pub health: Health,
    /// The name of the database, as it is shown.
    pub database: String,
    pub started_at: DateTime<Utc>,
    pub uptime_seconds: u64,
}

/// How a job may have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EndedStatus {
    Completed,
    Failed,
    Cancelled,
}

/// Which jobs go off the list; by default all that ended longer ago than the Archivist thinks good.
#[derive(Debug, Clone, Default)]
pub struct Cleanup {
    /// How long ago they have to have ended.
    pub older_than: Option<Duration>,
    /// How they have to have ended; in any way where nothing is named.
    pub statuses: Vec<EndedStatus>,
}

/// How many jobs went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Removed {
    pub completed: u64,
    pub failed: u64,
    pub cancelled: u64,
}

#[derive(Serialize)]
struct CleanupBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    older_than_seconds: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    statuses: &'a [EndedStatus],
}

#[derive(Deserialize)]
struct CleanedBody {
    removed: Removed,
}

impl SignedIn {
    /// How the service is.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for anyone who is no administrator.
    pub async fn service_status(&self) -> Result<ServiceStatus, Error> {
        let request = self.request(Method::GET, &["api", "admin", "status"]);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// Takes jobs that have ended off the list. Transcriptions stay.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the queue does not answer: nothing is done then.
    pub async fn clean_up_queue(&self, cleanup: &Cleanup) -> Result<Removed, Error> {
        let body = CleanupBody {
            older_than_seconds: cleanup.older_than.map(|age| age.as_secs()),
            statuses: &cleanup.statuses,
        };
        let request = self.request(Method::POST, &["api", "admin", "queue", "cleanup"]).json(&body);
        let cleaned: CleanedBody = self.send(request).await?.json(StatusCode::OK)?;
        Ok(cleaned.removed)
    }
}
