//! Finished transcriptions: the table, the page of one, its caption files and its summary.

use std::fmt;

use chrono::{DateTime, Utc};
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};

use crate::{Error, Malformed, SignedIn, VodId};

/// Names one transcription, in whatever way the Archivist likes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct TranscriptionId(String);

/// A text that cannot stand as one part of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("take it for an id: write 1 to 64 of the letters a to z, digits, - and _")]
pub struct NoTranscriptionId;

impl TryFrom<String> for TranscriptionId {
    type Error = NoTranscriptionId;

    fn try_from(text: String) -> Result<Self, NoTranscriptionId> {
        // No other character: `..` would lead to another call.
        let fits = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if fits && (1..=64).contains(&text.len()) { Ok(Self(text)) } else { Err(NoTranscriptionId) }
    }
}

impl fmt::Display for TranscriptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A transcription: a line of the table, and the head of its page.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Transcription {
    pub id: TranscriptionId,
    /// The recording that it puts into words.
    pub vod_id: VodId,
    pub title: String,
    /// How many captions it has; a worker may not have said.
    pub segments: Option<u64>,
    /// Seconds; a worker may not have said.
    pub duration: Option<f64>,
    pub created_at: DateTime<Utc>,
}

/// A page of the table, newest first.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TranscriptionPage {
    #[serde(rename = "transcriptions")]
    pub rows: Vec<Transcription>,
    /// How many there are, on all pages.
    pub total: u64,
    /// The page size in effect.
    pub limit: u32,
    pub offset: u64,
}

/// Which page of the table; by default the first, in the size of the Archivist's choosing.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Paging {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

/// The kinds of caption files that can be downloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Captions {
    /// For broadcast.
    Scc,
    /// For browsers.
    Vtt,
}

impl Captions {
    const fn file(self) -> &'static str {
        match self {
            Self::Scc => "captions.scc",
            Self::Vtt => "captions.vtt",
        }
    }

    /// How every such file begins.
    const fn beginning(self) -> &'static str {
        match self {
            Self::Scc => "Scenarist_SCC V1.0",
            Self::Vtt => "WEBVTT",
        }
    }
}

/// What was said in short, in the order in which it was said.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Summary {
    #[serde(rename = "summary")]
    pub points: Vec<SummaryPoint>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SummaryPoint {
    /// Who said it, where that is known.
    pub speaker: Option<String>,
    /// Seconds into the recording: a click on the line plays it from there.
    pub start: f64,
    pub text: String,
}

impl SignedIn {
    /// One page of the table.
    pub async fn list_transcriptions(&self, paging: Paging) -> Result<TranscriptionPage, Error> {
        let request = self.request(Method::GET, &["api", "transcriptions"]).query(&paging);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// The head of one transcription's page.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is gone.
    pub async fn transcription(&self, id: &TranscriptionId) -> Result<Transcription, Error> {
        let request = self.request(Method::GET, &["api", "transcriptions", &id.to_string()]);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// A caption file, to be saved as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the transcription is gone; [`Error::Malformed`] for what is no such file, so that
    /// nobody finds out at the playout server.
    pub async fn captions(&self, id: &TranscriptionId, kind: Captions) -> Result<String, Error> {
        let request = self.request(Method::GET, &["api", "transcriptions", &id.to_string(), kind.file()]);
        let file = self.send(request).await?.text(StatusCode::OK)?;
        if !file.starts_with(kind.beginning()) {
            return Err(Error::Malformed { status: StatusCode::OK.as_u16(), fault: Malformed::Captions });
        }
        Ok(file)
    }

    /// Has the transcription summed up, anew where it was before.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the transcription is gone.
    pub async fn summarize(&self, id: &TranscriptionId) -> Result<Summary, Error> {
        let request = self.request(Method::POST, &["api", "transcriptions", &id.to_string(), "summary"]);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// The summary that was made before; nothing where there is none yet, and the page offers to make it.
    pub async fn summary(&self, id: &TranscriptionId) -> Result<Option<Summary>, Error> {
        let request = self.request(Method::GET, &["api", "transcriptions", &id.to_string(), "summary"]);
        match self.send(request).await?.json(StatusCode::OK) {
            Ok(summary) => Ok(Some(summary)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_part_of_a_path() {
        for good in ["7", "97b067a0-f59f-4034-9cb9-48fa04eccca4", "a_B", &"x".repeat(64)] {
            assert_eq!(TranscriptionId::try_from(good.to_owned()).unwrap().to_string(), good);
        }
        for bad in ["", "..", "a/b", "a?b", "é", &"x".repeat(65)] {
            assert_eq!(TranscriptionId::try_from(bad.to_owned()), Err(NoTranscriptionId), "{bad}");
        }
    }
}
