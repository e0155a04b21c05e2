//! Linking a transcription to a show of the station.

use crate::domain::{JobId, Link, ShowId};
use crate::error::ApiError;
use crate::state::AppState;
use crate::storage::links::{self, LinkError};
use crate::storage::{StorageError, publications, transcriptions};
use crate::timestamp::Timestamp;

const UNKNOWN: ApiError = ApiError::NotFound("there is no such transcription");
pub const NOT_LINKED: ApiError = ApiError::NotFound("the transcription is linked to no show");

impl From<LinkError> for ApiError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Unknown => UNKNOWN,
            LinkError::NotLinked => NOT_LINKED,
            LinkError::Linked => {
                Self::Conflict("the transcription is linked to another show: unlink it first")
            }
            LinkError::ShowTaken => Self::Conflict("the show is linked to another recording"),
            LinkError::Publishing => Self::Conflict("the transcription is being published"),
            LinkError::Published => Self::Conflict("the transcription is published"),
            LinkError::Storage(error) => error.into(),
        }
    }
}

/// The show has to be at the station at this moment.
pub async fn link(state: &AppState, id: &JobId, ShowId(show_id): ShowId) -> Result<Link, ApiError> {
    let station = state.station()?;
    let stored = transcriptions::find(&state.database, id).await?.ok_or(UNKNOWN)?;
    if station.show(show_id).await?.is_none() {
        return Err(ApiError::NotFound("there is no such show at the station"));
    }
    let linked_at = Timestamp::now();
    let new = Link { transcription_id: id.clone(), show_id, by_itself: false, linked_at };
    let mut transaction = state.database.begin().await?;
    let link = links::create(&mut transaction, stored.transcription.vod_id, &new).await?;
    // Whoever publishes would make another show at this moment.
    if link.linked_at == linked_at && publications::under_way(&mut transaction, id).await? {
        return Err(LinkError::Publishing.into());
    }
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(link)
}

pub async fn unlink(state: &AppState, id: &JobId) -> Result<(), ApiError> {
    let mut transaction = state.database.begin().await?;
    links::delete(&mut transaction, id).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(())
}

pub async fn read(state: &AppState, id: &JobId) -> Result<Link, ApiError> {
    transcriptions::find(&state.database, id).await?.ok_or(UNKNOWN)?;
    links::find(&state.database, id).await?.ok_or(NOT_LINKED)
}
