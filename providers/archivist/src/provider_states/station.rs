//! States of the station: shows that it has, what is linked to them and published, and that it is lost. It is
//! whichever station the service was given; what is made there stays.

use archivist_cablecast::NewShow;
use serde_json::json;

use crate::domain::{JobId, PublicationStatus, ShowId};
use crate::error::ApiError;
use crate::provider_states::jobs::{transcribed, with_transcription};
use crate::provider_states::table::values;
use crate::provider_states::{Params, StateError, Values};
use crate::state::AppState;
use crate::station::{link, publish};

const TITLE: &str = "Harbor Council, May 12";

/// One that has no recording yet.
async fn put_show(state: &AppState, title: String) -> Result<i32, StateError> {
    let station = state.station()?;
    let location = publish::location(station).await?;
    let new = NewShow { cg_title: title.clone(), title, cg_exempt: false, comments: String::new(), location };
    Ok(station.exact().create_show(&new).await.map_err(ApiError::from)?.0)
}

pub async fn show(state: &AppState, params: &Params) -> Result<Values, StateError> {
    let title = params.optional("title")?.unwrap_or_else(|| TITLE.to_owned());
    Ok(values(json!({ "show_id": put_show(state, title).await? })))
}

async fn link_one(state: &AppState) -> Result<(JobId, Values), StateError> {
    let show = put_show(state, TITLE.to_owned()).await?;
    let job = transcribed(state).await?;
    link::link(state, &job.id, ShowId(show)).await?;
    let mut values = with_transcription(&job);
    values.insert("show_id".to_owned(), show.into());
    Ok((job.id, values))
}

pub async fn linked(state: &AppState, _: &Params) -> Result<Values, StateError> {
    Ok(link_one(state).await?.1)
}

pub async fn published(state: &AppState, _: &Params) -> Result<Values, StateError> {
    let (id, values) = link_one(state).await?;
    match publish::publish(state, &id).await?.status {
        PublicationStatus::Published => Ok(values),
        _ => Err(StateError::Rule("the station takes its time".to_owned())),
    }
}

pub fn lost(state: &AppState, _: &Params) -> Result<Values, StateError> {
    state.station()?.outage().begin();
    Ok(Values::new())
}

/// As it was before [`lost`].
pub fn give_back(state: &AppState) {
    if let Some(station) = &state.station {
        station.outage().end();
    }
}
