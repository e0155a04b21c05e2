//! Publishing a transcription: its show, recording, VOD and captions get to the station, each once.
//!
//! What is next is written down before it is done, and a publisher holds what it writes. Where one ends, however it
//! ends, the next call goes on from there; where its last answer was lost, the station is asked what came of it.

mod attempt;
mod files;
mod upload;

use std::time::Duration;

use archivist_cablecast::LocationId;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use crate::domain::{JobId, Publication, PublicationStatus};
use crate::error::ApiError;
use crate::state::AppState;
use crate::station::{BUDGET, Station};
use crate::storage::publications::{self, Acquired, Holder};

const UNKNOWN: ApiError = ApiError::NotFound("there is no such transcription");

/// How often whoever waits for another publisher looks.
const LOOK: Duration = Duration::from_millis(100);

/// Publishes, or waits for whoever does, and tells how far it has come: it goes on where it takes longer than a
/// client is kept waiting.
pub async fn publish(state: &AppState, id: &JobId) -> Result<Publication, ApiError> {
    state.station()?;
    let until = Instant::now() + BUDGET;
    loop {
        let holder = Holder(Uuid::new_v4().to_string());
        match publications::acquire(&state.database, id, &holder).await? {
            Acquired::Unknown => return Err(UNKNOWN),
            Acquired::Held(stored) => {
                let attempt = tokio::spawn(attempt::run(state.clone(), holder, stored));
                match timeout_at(until, attempt).await {
                    Ok(Ok(outcome)) => outcome?,
                    Ok(Err(_panic)) => return Err(ApiError::Internal),
                    Err(_elapsed) => {}
                }
                return publications::find(&state.database, id).await?.ok_or(UNKNOWN);
            }
            Acquired::Standing(stored) => {
                let under_way = stored.publication.status == PublicationStatus::Publishing;
                if !under_way || Instant::now() >= until {
                    return Ok(stored.publication);
                }
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}

/// Where new shows are made.
pub(crate) async fn location(station: &Station) -> Result<LocationId, ApiError> {
    if let Some(chosen) = station.settings.location() {
        return Ok(chosen);
    }
    let first = station.exact().locations().await?.into_iter().map(|location| location.id).min();
    first.ok_or(ApiError::Station("the Cablecast server has no location"))
}
