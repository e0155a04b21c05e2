//! What came of a job: captions beside the recording, and what is kept of them here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{JobId, RunningTime, Title};
use crate::timestamp::Timestamp;

/// One transcription as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Transcription {
    #[schemars(with = "String", extend("format" = "uuid"))]
    pub id: JobId,
    pub vod_id: i64,
    /// That of the VOD.
    pub title: Title,
    #[schemars(range(min = 0))]
    pub segments: Option<i64>,
    pub duration: Option<RunningTime>,
    pub created_at: Timestamp,
}

/// Something that is said in a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SummaryEntry {
    pub speaker: Option<String>,
    /// Seconds from the beginning.
    #[schemars(range(min = 0))]
    pub start: f64,
    pub text: String,
}
