//! The archived recordings (VODs): the table, the page of one, the form, the buttons.

use std::fmt;

use chrono::{DateTime, Utc};
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};

use crate::{Error, SignedIn, TranscriptionId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VodId(pub i64);

impl fmt::Display for VodId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far the Archivist is with a recording; the UI paints one badge for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VodStatus {
    Pending,
    Processing,
    Completed,
    Failed,
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct VodRow {
    pub id: VodId,
    pub title: String,
    pub status: VodStatus,
    /// Seconds; unknown until the recording was looked at.
    pub duration: Option<f64>,
    pub created_at: DateTime<Utc>,
}

/// The page of one recording: the line of the table, and what it has no room for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Vod {
    pub id: VodId,
    pub title: String,
    pub status: VodStatus,
    pub description: Option<String>,
    pub file_path: String,
    /// Seconds; unknown until the recording was looked at.
    pub duration: Option<f64>,
    /// Bytes; unknown until the recording was looked at.
    pub file_size: Option<u64>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// What was said in it, once that is known.
    pub transcription_id: Option<TranscriptionId>,
}

/// A page of the table, newest first.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct VodPage {
    #[serde(rename = "vods")]
    pub rows: Vec<VodRow>,
    /// How many recordings pass the filter, on all pages.
    pub total: u64,
    /// The page size in effect: the Archivist's own, where the filter names none.
    pub limit: u32,
    pub offset: u64,
}

/// What the table shows; by default everything, from the start, in pages of the Archivist's choosing.
#[derive(Debug, Clone, Default, Serialize)]
pub struct VodFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<VodStatus>,
    /// Words to look for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
}

/// The filled-in "add a recording" form. What is left empty is not sent.
#[derive(Debug, Clone, Serialize)]
pub struct NewVod {
    pub title: String,
    pub file_path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What the "edit" form and the status buttons change; what is left at its default stays as it is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct VodChanges {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Edit::is_keep")]
    pub description: Edit<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<VodStatus>,
}

/// What happens to a field that may be empty. In JSON the three are: no member, `null`, a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Edit<T> {
    #[default]
    #[serde(skip)]
    Keep,
    Clear,
    Set(T),
}

impl<T> Edit<T> {
    fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl SignedIn {
    /// One page of the table.
    pub async fn list_vods(&self, filter: &VodFilter) -> Result<VodPage, Error> {
        let request = self.request(Method::GET, &["api", "vod", "list"]).query(filter);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// The page of one recording.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is gone.
    pub async fn vod(&self, id: VodId) -> Result<Vod, Error> {
        let request = self.request(Method::GET, &["api", "vod", &id.to_string()]);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// Adds a recording.
    ///
    /// # Errors
    /// [`Error::Invalid`] with what is wrong at each field; [`Error::Conflict`] if its file is archived already.
    pub async fn create_vod(&self, vod: &NewVod) -> Result<Vod, Error> {
        let request = self.request(Method::POST, &["api", "vod", "create"]).json(vod);
        self.send(request).await?.json(StatusCode::CREATED)
    }

    /// Changes a recording, and gives it as it then stands.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a title that will not do or a status that cannot follow the present one.
    pub async fn update_vod(&self, id: VodId, changes: &VodChanges) -> Result<Vod, Error> {
        let request = self.request(Method::PUT, &["api", "vod", &id.to_string()]).json(changes);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// Deletes a recording.
    ///
    /// # Errors
    /// [`Error::Conflict`] while it is being processed.
    pub async fn delete_vod(&self, id: VodId) -> Result<(), Error> {
        let request = self.request(Method::DELETE, &["api", "vod", &id.to_string()]);
        self.send(request).await?.done(StatusCode::NO_CONTENT)
    }
}
