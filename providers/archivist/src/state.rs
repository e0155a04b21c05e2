//! What every handler can reach.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use archivist_queue::Queue;

use crate::auth::{PasswordHasher, Throttle};
use crate::error::ApiError;
use crate::events::Events;
use crate::files::Files;
use crate::metrics::Metrics;
use crate::socket::Sockets;
use crate::station::Station;
use crate::storage::Database;
use crate::storage::sessions::Sessions;
use crate::timestamp::Timestamp;

/// Cheap to clone: its parts are shared.
#[derive(Clone, Debug)]
pub struct AppState {
    pub(crate) database: Database,
    pub(crate) sessions: Sessions,
    pub(crate) passwords: PasswordHasher,
    pub(crate) throttle: Throttle,
    /// Nothing where the service is run without one.
    pub(crate) queue: Option<Queue>,
    /// As with the queue.
    pub(crate) station: Option<Station>,
    pub(crate) media_root: Arc<PathBuf>,
    pub(crate) files: Files,
    pub(crate) events: Events,
    pub(crate) sockets: Sockets,
    pub(crate) metrics: Metrics,
    /// How long a client waits for a worker to end a job.
    pub(crate) stop_patience: Duration,
    pub(crate) started: Started,
    #[cfg(any(test, feature = "provider-states"))]
    pub(crate) provider_states: Option<crate::provider_states::Seed>,
    #[cfg(any(test, feature = "provider-states"))]
    pub(crate) stand_in: crate::provider_states::StandIn,
}

impl AppState {
    /// The station, where there is one.
    pub(crate) fn station(&self) -> Result<&Station, ApiError> {
        self.station.as_ref().ok_or(ApiError::NoStation)
    }
}

/// When the service started, by the calendar and by a clock that nobody sets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Started {
    pub at: Timestamp,
    pub clock: Instant,
}

impl Started {
    pub fn now() -> Self {
        Self { at: Timestamp::now(), clock: Instant::now() }
    }
}
