//! What of the station a transcription belongs to: shows, links to them, and publications.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::domain::{JobId, Title};
use crate::fields::JsonField;
use crate::timestamp::Timestamp;

/// A show of the station, as far as it is chosen by it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Show {
    pub id: i32,
    pub title: String,
    /// The public title.
    pub cg_title: Option<String>,
    pub event_date: Timestamp,
    /// Seconds; 0 where it has no recording yet.
    pub total_run_time: u32,
    pub has_captions: bool,
    pub has_vod: bool,
}

impl From<&archivist_cablecast::Show> for Show {
    fn from(show: &archivist_cablecast::Show) -> Self {
        Self {
            id: show.id.0,
            title: show.title.clone(),
            cg_title: show.cg_title.clone(),
            event_date: Timestamp::from_seconds(show.event_date.timestamp()),
            total_run_time: show.total_run_time,
            has_captions: show.has_captions,
            has_vod: !show.vods.is_empty(),
        }
    }
}

/// The id of a show in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema)]
pub struct ShowId(#[schemars(range(min = 1))] pub(crate) i32);

impl JsonField for ShowId {
    fn from_json(value: &Value) -> Result<Self, String> {
        let id = value.as_i64().and_then(|id| i32::try_from(id).ok()).filter(|id| *id > 0);
        id.map(Self).ok_or_else(|| format!("must be a whole number from 1 to {}", i32::MAX))
    }
}

/// That a transcription belongs to a show.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Link {
    #[schemars(with = "String", extend("format" = "uuid"))]
    pub transcription_id: JobId,
    pub show_id: i32,
    /// Whether the service chose or made the show.
    pub by_itself: bool,
    pub linked_at: Timestamp,
}

/// What was interrupted goes on from its step when it is published again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PublicationStatus {
    Publishing,
    Interrupted,
    Published,
}

/// What has to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PublicationStep {
    Show,
    Recording,
    Vod,
    Captions,
    Done,
}

impl PublicationStep {
    pub const ALL: [Self; 5] = [Self::Show, Self::Recording, Self::Vod, Self::Captions, Self::Done];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Recording => "recording",
            Self::Vod => "vod",
            Self::Captions => "captions",
            Self::Done => "done",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }
}

/// How far the publishing of a transcription has come.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Publication {
    #[schemars(with = "String", extend("format" = "uuid"))]
    pub transcription_id: JobId,
    pub vod_id: i64,
    /// That of the VOD.
    pub title: Title,
    pub status: PublicationStatus,
    pub step: PublicationStep,
    pub show_id: Option<i32>,
    pub cablecast_vod_id: Option<i64>,
    /// What ended the last attempt, for a person.
    pub error: Option<String>,
    pub started_at: Timestamp,
    pub updated_at: Timestamp,
    pub completed_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for step in PublicationStep::ALL {
            assert_eq!(PublicationStep::parse(step.as_str()), Some(step));
        }
    }

    #[test]
    fn a_show_has_a_number() {
        assert_eq!(ShowId::from_json(&json!(4127)), Ok(ShowId(4127)));
        for id in [json!(0), json!(-1), json!("4127"), json!(1.5), json!(i64::from(i32::MAX) + 1)] {
            assert!(ShowId::from_json(&id).is_err(), "{id}");
        }
    }
}
