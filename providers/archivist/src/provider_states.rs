//! How a replay puts the service into the state an interaction needs. Whoever reaches this owns the
//! data, so it is compiled for tests and the feature `provider-states` alone, and even then served
//! only where it is asked for, on a loopback address.

mod clean;
mod jobs;
mod params;
mod route;
mod stand_in;
mod station;
mod table;

use std::io;

use serde_json::{Map, Value};
use tokio::net::TcpListener;

use crate::state::AppState;
use crate::storage::StorageError;

pub use clean::Seed;
pub use params::Params;
pub(crate) use route::router;
pub(crate) use stand_in::StandIn;
pub use table::names;

/// What a state hands back to the replay, for its generators.
pub type Values = Map<String, Value>;

/// Why the service is not in the state that was asked for.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("there is no provider state {0:?}")]
    Unknown(String),
    #[error("the parameter {name:?} {reason}")]
    Parameter { name: &'static str, reason: String },
    #[error("the service could not be put into the state: {0}")]
    Storage(#[from] StorageError),
    #[error("the service could not be put into the state: {0}")]
    Rule(String),
}

/// Why provider states are not served.
#[derive(Debug, thiserror::Error)]
pub enum EnableError {
    #[error("serve provider states: listen on a loopback address, anyone who reaches them owns the data")]
    Exposed,
    #[error("serve provider states: {0}")]
    Listener(#[from] io::Error),
    #[error("serve provider states: {0}")]
    Storage(#[from] StorageError),
}

/// Has `POST /_pact/provider-states` served along with `state`. What is stored at this moment is the
/// clean start that every teardown goes back to: its accounts stay, everything else goes.
pub async fn enable(mut state: AppState, listener: &TcpListener) -> Result<AppState, EnableError> {
    if !listener.local_addr()?.ip().is_loopback() {
        return Err(EnableError::Exposed);
    }
    state.provider_states = Some(Seed::capture(&state.database).await?);
    Ok(state)
}

/// Puts the service into one more state. The state without a name is the one it is in.
pub async fn setup(state: &AppState, name: &str, params: &Params) -> Result<Values, StateError> {
    if name.is_empty() {
        return Ok(Values::new());
    }
    let handler = table::handler(name).ok_or_else(|| StateError::Unknown(name.to_owned()))?;
    handler(state, params).await
}

/// Goes back to the clean start, whichever states there were.
pub async fn teardown(state: &AppState) -> Result<(), StateError> {
    state.database.outage().end();
    station::give_back(state);
    state.throttle.clear();
    match &state.provider_states {
        Some(seed) => {
            seed.remove_recordings().await;
            state.stand_in.leave(&jobs::ids(&state.database).await?).await?;
            Ok(seed.restore(&state.database).await?)
        }
        None => Err(StateError::Rule("provider states are not enabled".to_owned())),
    }
}
