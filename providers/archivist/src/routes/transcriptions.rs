//! What has been transcribed: its captions and its summary.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::{SummaryEntry, Transcription};

#[derive(Serialize, JsonSchema)]
pub struct TranscriptionList {
    transcriptions: Vec<Transcription>,
    total: i64,
    limit: i64,
    offset: i64,
}

#[derive(Serialize, JsonSchema)]
pub struct Summary {
    summary: Vec<SummaryEntry>,
}
