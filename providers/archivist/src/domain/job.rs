//! A job: one transcription that was asked for, and how it stands.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::error::ApiError;
use crate::fields::{JsonField, text};
use crate::timestamp::Timestamp;

/// A job's id, which is that of its task on the queue, and of the transcription that comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct JobId(#[schemars(extend("format" = "uuid"))] String);

impl JobId {
    pub const UNKNOWN: ApiError = ApiError::NotFound("there is no such job");

    /// Only as the service writes it: each job has one name.
    pub fn parse(text: &str) -> Option<Self> {
        let uuid = Uuid::try_parse(text).ok()?;
        (uuid.hyphenated().to_string() == text).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl JsonField for JobId {
    fn from_json(value: &Value) -> Result<Self, String> {
        Self::parse(text(value)?).ok_or_else(|| "must be the id of a job".to_owned())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum JobStatus {
    Queued,
    Processing,
    Paused,
    Completed,
    Failed,
    Cancelled,
}

impl JobStatus {
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Processing, Self::Paused, Self::Completed, Self::Failed, Self::Cancelled];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether nothing will follow.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

/// One job as it is stored, shown and told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Job {
    #[schemars(with = "String", extend("format" = "uuid"))]
    pub id: JobId,
    pub status: JobStatus,
    #[schemars(extend("maximum" = 100))]
    pub progress: u8,
    pub status_message: Option<String>,
    pub error: Option<String>,
    pub vod_id: i64,
    #[schemars(with = "Option<String>", extend("format" = "uuid"))]
    pub transcription_id: Option<JobId>,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_has_one_name() {
        let id = "97b067a0-f59f-4034-9cb9-48fa04eccca4";
        assert_eq!(JobId::parse(id).unwrap().as_str(), id);
        for text in
            ["", "7", &id.to_uppercase(), &id.replace('-', ""), &format!("{{{id}}}"), &format!("{id} ")]
        {
            assert_eq!(JobId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for status in JobStatus::ALL {
            assert_eq!(JobStatus::parse(status.as_str()), Some(status));
        }
    }
}
