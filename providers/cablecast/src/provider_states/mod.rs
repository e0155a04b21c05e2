//! What a pact asks to be there before an interaction: one table from the name of a provider state
//! to what makes it so. Used by tests in process, and over HTTP by the verifier of a pact.

mod handlers;
mod params;
mod route;

use serde_json::{Map, Value};

use crate::credentials::CredentialsError;
use crate::refusal::Refusal;
use crate::station::Station;

use params::Params;
pub(crate) use route::router;

/// Values that a state hands back, for the generators of a pact.
pub type Values = Map<String, Value>;

type Handler = fn(&Station, &Params) -> Result<Values, StateError>;

/// Every provider state. Each adds to what is there; tearing down any of them takes all of them back.
const STATES: &[(&str, Handler)] = &[
    ("a show exists", handlers::a_show_exists),
    ("a show with a VOD exists", handlers::a_show_with_a_vod_exists),
    ("shows exist", handlers::shows_exist),
    ("no show has the id", handlers::no_show_has_the_id),
    ("a VOD exists", handlers::a_vod_exists),
    ("a VOD has chapters", handlers::a_vod_has_chapters),
    ("VOD configurations exist", handlers::vod_configurations_exist),
    ("locations exist", handlers::locations_exist),
    ("channels exist", handlers::channels_exist),
    ("a show is scheduled", handlers::a_show_is_scheduled),
    ("a file store exists", handlers::a_file_store_exists),
    ("a caption file was uploaded", handlers::a_caption_file_was_uploaded),
    ("a file upload has begun", handlers::a_file_upload_has_begun),
    ("unlinked assets exist", handlers::unlinked_assets_exist),
    ("the credentials are valid", handlers::the_credentials_are_valid),
];

/// Why a state cannot be set up. Each fits "failed to set up the provider state: …".
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("there is no provider state {0:?}: the table in provider_states/mod.rs has those there are")]
    Unknown(String),
    #[error("the parameter {name:?} is missing")]
    Missing { name: &'static str },
    #[error("the parameter {name:?} must be {wanted}")]
    Mistyped { name: &'static str, wanted: &'static str },
    #[error("the station refuses it: {0}")]
    Refused(#[from] Refusal),
    #[error("{0}")]
    Credentials(#[from] CredentialsError),
}

/// The names of the states there are.
pub fn names() -> impl Iterator<Item = &'static str> {
    STATES.iter().map(|(name, _)| *name)
}

/// Makes the state `name` so, on top of what is there. The empty name asks for nothing.
pub fn set_up(station: &Station, name: &str, params: &Map<String, Value>) -> Result<Values, StateError> {
    if name.is_empty() {
        return Ok(Values::new());
    }
    match STATES.iter().find(|(known, _)| *known == name) {
        Some((_, handler)) => handler(station, &Params::new(params)),
        None => Err(StateError::Unknown(name.to_owned())),
    }
}

/// Puts the station back to how it began.
pub fn tear_down(station: &Station) {
    station.reset();
}
