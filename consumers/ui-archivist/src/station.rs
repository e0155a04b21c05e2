//! The station: its shows, which of them a transcription belongs to, and publishing there.

use std::fmt;

use chrono::{DateTime, Utc};
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};

use crate::{Error, SignedIn, TranscriptionId, VodId};

/// Names one show of the station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ShowId(pub i32);

impl fmt::Display for ShowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A show, as far as somebody chooses it by it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Show {
    pub id: ShowId,
    pub title: String,
    /// What the audience reads.
    pub cg_title: Option<String>,
    pub event_date: DateTime<Utc>,
    /// Seconds; 0 where it has no recording yet.
    pub total_run_time: u32,
    pub has_captions: bool,
    pub has_vod: bool,
}

/// A page of shows, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ShowPage {
    #[serde(rename = "shows")]
    pub rows: Vec<Show>,
    /// How many were found, on all pages.
    pub total: u64,
    /// The page size in effect.
    pub limit: u32,
    pub offset: u64,
}

/// Which shows; by default all, from the start.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ShowFilter {
    /// Words of the title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

/// The shows that fit a transcription, the best first.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Suggestions {
    #[serde(rename = "suggestions")]
    pub rows: Vec<Suggestion>,
    /// The show that publishing takes where nobody chooses one.
    pub sure: Option<ShowId>,
}

/// How well a show fits, from 0 to 1, and what speaks for it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Suggestion {
    pub show: Show,
    pub score: f64,
    pub title: f64,
    /// Nothing where the recording tells no date.
    pub date: Option<f64>,
    /// Nothing where one of the two has none.
    pub duration: Option<f64>,
}

/// The show that a transcription belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Link {
    pub show_id: ShowId,
    /// The Archivist chose or made the show; nobody said so.
    pub by_itself: bool,
    pub linked_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PublicationStatus {
    /// It goes on by itself: look again.
    Publishing,
    /// Published again, it goes on from its step.
    Interrupted,
    Published,
}

/// What is done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PublicationStep {
    Show,
    Recording,
    Vod,
    Captions,
    Done,
}

/// How far the publishing of a transcription has come.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Publication {
    pub transcription_id: TranscriptionId,
    pub vod_id: VodId,
    /// That of the recording.
    pub title: String,
    pub status: PublicationStatus,
    pub step: PublicationStep,
    /// Once it is known.
    pub show_id: Option<ShowId>,
    /// The station's number of it, once it has one.
    pub cablecast_vod_id: Option<i64>,
    /// What ended the last attempt.
    pub error: Option<String>,
    pub updated_at: DateTime<Utc>,
}

/// What came of one of several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PublishOutcome {
    pub transcription_id: TranscriptionId,
    pub publication: Option<Publication>,
    pub error: Option<NotPublished>,
}

/// Why there is no publication.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NotPublished {
    pub message: String,
}

/// What is published, and what is not: what was begun last comes first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SyncStatus {
    #[serde(rename = "publications")]
    pub rows: Vec<Publication>,
    /// Of all pages.
    pub counts: SyncCounts,
    pub total: u64,
    pub limit: u32,
    pub offset: u64,
}

/// How many transcriptions there are of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct SyncCounts {
    pub unpublished: u64,
    pub publishing: u64,
    pub interrupted: u64,
    pub published: u64,
}

impl SignedIn {
    /// The station's shows.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the words are too many; [`Error::Unavailable`] without the station.
    pub async fn shows(&self, filter: &ShowFilter) -> Result<ShowPage, Error> {
        let request = self.request(Method::GET, &["api", "cablecast", "shows"]).query(filter);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// The shows that may be that of a transcription.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the transcription is gone; [`Error::Unavailable`] without the station.
    pub async fn suggested_shows(&self, id: &TranscriptionId) -> Result<Suggestions, Error> {
        let request = self.request(Method::GET, &["api", "cablecast", "suggestions", &id.to_string()]);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// The show that a transcription is linked to; nothing where it is linked to none, and the page offers some.
    pub async fn linked_show(&self, id: &TranscriptionId) -> Result<Option<Link>, Error> {
        let request = self.request(Method::GET, &["api", "cablecast", "link", &id.to_string()]);
        match self.send(request).await?.json(StatusCode::OK) {
            Ok(link) => Ok(Some(link)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Says which show a transcription belongs to.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the show or the transcription is gone; [`Error::Conflict`] if one of them is linked
    /// otherwise, or if it is being published.
    pub async fn link_show(&self, id: &TranscriptionId, show_id: ShowId) -> Result<Link, Error> {
        #[derive(Serialize)]
        struct Choice {
            show_id: ShowId,
        }
        let request = self.request(Method::POST, &["api", "cablecast", "link", &id.to_string()]);
        self.send(request.json(&Choice { show_id })).await?.json(StatusCode::OK)
    }

    /// Takes that back.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is linked to none; [`Error::Conflict`] if it is published, or on its way.
    pub async fn unlink_show(&self, id: &TranscriptionId) -> Result<(), Error> {
        let request = self.request(Method::DELETE, &["api", "cablecast", "link", &id.to_string()]);
        self.send(request).await?.done(StatusCode::NO_CONTENT)
    }

    /// Publishes a transcription, or goes on where that was interrupted. What takes longer goes on by itself, and
    /// is then [`PublicationStatus::Publishing`].
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is gone; [`Error::Conflict`] if its recording or its captions are not there;
    /// [`Error::Refused`] if the station does not want it; [`Error::Unavailable`] without the station.
    pub async fn publish(&self, id: &TranscriptionId) -> Result<Publication, Error> {
        let request = self.request(Method::POST, &["api", "vod", "publish", &id.to_string()]);
        let answer = self.send(request.timeout(self.limits().publishing)).await?;
        let success = if answer.status == StatusCode::ACCEPTED { answer.status } else { StatusCode::OK };
        answer.json(success)
    }

    /// Publishes several; what fails does not hold up the others. The outcomes come in the order of the ids.
    ///
    /// # Errors
    /// [`Error::Invalid`] for none, for more than twenty, or for one that is named twice.
    pub async fn publish_several(&self, ids: &[TranscriptionId]) -> Result<Vec<PublishOutcome>, Error> {
        #[derive(Deserialize)]
        struct Published {
            outcomes: Vec<PublishOutcome>,
        }
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let request = self.request(Method::POST, &["api", "vod", "batch-publish"]);
        let request = request.json(&serde_json::json!({ "transcription_ids": ids }));
        let answer = self.send(request.timeout(self.limits().publishing)).await?;
        Ok(answer.json::<Published>(StatusCode::OK)?.outcomes)
    }

    /// What is published, and how far the rest has come.
    pub async fn sync_status(&self, paging: crate::Paging) -> Result<SyncStatus, Error> {
        let request = self.request(Method::GET, &["api", "vod", "sync-status"]).query(&paging);
        self.send(request).await?.json(StatusCode::OK)
    }
}
