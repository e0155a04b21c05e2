//! Transcriptions on their way: asking for one or several, and how each stands.

use std::fmt;

use chrono::{DateTime, Utc};
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::{Error, SignedIn, TranscriptionId, VodId};

/// Names one transcription that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct JobId(Uuid);

impl TryFrom<String> for JobId {
    type Error = uuid::Error;

    fn try_from(text: String) -> Result<Self, uuid::Error> {
        Uuid::try_parse(&text).map(Self)
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for JobId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How far a job is; the UI paints one badge for each, and enables the buttons by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobStatus {
    Queued,
    Processing,
    Paused,
    Completed,
    Failed,
    Cancelled,
}

/// A job, as its line and its page show it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Job {
    pub id: JobId,
    pub status: JobStatus,
    /// The length of the bar, from 0 to 100.
    pub progress: u8,
    /// The words below the bar.
    pub status_message: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    pub vod_id: VodId,
    /// Where the result is, once there is one.
    pub transcription_id: Option<TranscriptionId>,
    pub created_at: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// The recording that is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Recording {
    /// A file below the media folder that need not be archived yet.
    Path(String),
    VodId(VodId),
}

/// The "transcribe" button and what was chosen beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transcribe {
    #[serde(flatten)]
    pub recording: Recording,
    /// How many others are to be done first. Nothing: all that wait; 0 is the button "transcribe next".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
}

/// What a press of that button gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Accepted {
    pub job_id: JobId,
    /// The recording's page: archived by this where it was not before.
    pub vod_id: VodId,
}

/// What became of each file that was ticked in the list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Batch {
    pub queued: Vec<QueuedFile>,
    pub rejected: Vec<RejectedFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct QueuedFile {
    pub path: String,
    pub job_id: JobId,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RejectedFile {
    pub path: String,
    /// The sentence the UI shows beside it.
    pub reason: String,
}

impl SignedIn {
    /// Asks for a transcription; a worker makes it in its own time.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a recording that is not there, [`Error::NotFound`] for a VOD that is not.
    pub async fn transcribe(&self, wish: &Transcribe) -> Result<Accepted, Error> {
        let request = self.request(Method::POST, &["api", "transcribe"]).json(wish);
        self.send(request).await?.json(StatusCode::ACCEPTED)
    }

    /// Asks for the transcriptions of several files, ten at most; those that cannot be made are told apart.
    ///
    /// # Errors
    /// [`Error::Invalid`] for none at all or too many: nothing is queued then.
    pub async fn transcribe_files(&self, paths: &[String]) -> Result<Batch, Error> {
        #[derive(Serialize)]
        struct Files<'a> {
            paths: &'a [String],
        }
        let request = self.request(Method::POST, &["api", "transcribe", "batch"]).json(&Files { paths });
        self.send(request).await?.json(StatusCode::ACCEPTED)
    }

    /// How a job stands.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it was removed.
    pub async fn job(&self, id: JobId) -> Result<Job, Error> {
        let request = self.request(Method::GET, &["api", "status", &id.to_string()]);
        self.send(request).await?.json(StatusCode::OK)
    }
}
