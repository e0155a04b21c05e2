//! From settings to a state that can serve: opens the storage and sees to the first admin.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use archivist_queue::{Queue, QueueError, QueueSettings};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::auth::{PasswordCost, PasswordError, PasswordHasher, Throttle};
use crate::domain::{Password, Role, Username};
use crate::events::Events;
use crate::files::{Files, UploadLimits};
use crate::metrics::Metrics;
use crate::socket::{SocketLimits, Sockets};
use crate::state::{AppState, Started};
use crate::station::{Station, StationSettings};
use crate::storage::sessions::Sessions;
use crate::storage::users::{self, NewUser, UserError};
use crate::storage::{Database, DatabaseLocation, StorageError};

const FIRST_ADMIN: &str = "admin";

/// How one service is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    pub database: DatabaseLocation,
    /// Where the recordings are.
    pub media_root: PathBuf,
    /// The URL of the queue's Redis; without one nothing is transcribed.
    pub redis: Option<String>,
    /// The station that is published to; without one nothing is.
    pub station: Option<StationSettings>,
    /// The first admin's; made up where none is given.
    pub admin_password: Option<Password>,
    pub password_cost: PasswordCost,
    pub session_lifetime: Duration,
    /// How long a client that stops a job waits for its worker to end it.
    pub stop_patience: Duration,
    pub sockets: SocketLimits,
    pub uploads: UploadLimits,
}

impl Settings {
    #[must_use]
    pub fn new(database: DatabaseLocation, media_root: PathBuf) -> Self {
        Self {
            database,
            media_root,
            redis: None,
            station: None,
            admin_password: None,
            password_cost: PasswordCost::default(),
            session_lifetime: Duration::from_hours(8),
            stop_patience: Duration::from_secs(10),
            sockets: SocketLimits::default(),
            uploads: UploadLimits::default(),
        }
    }
}

/// Why the service did not start. Each fits "failed to …".
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("open the database: {0}")]
    Database(#[from] StorageError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error("use the Cablecast server: failed to {0}")]
    Station(#[from] archivist_cablecast::Error),
    #[error("use {0} as the folder of the recordings: {1}")]
    MediaRoot(PathBuf, std::io::Error),
    #[error("make the first admin: {0}")]
    FirstAdmin(#[from] UserError),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error("make up a password: the system has no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
}

/// A service that is ready to serve.
#[derive(Debug)]
pub struct Service {
    pub state: AppState,
    /// The password that was made up for the first admin. Nothing else knows it.
    pub made_up_password: Option<String>,
}

/// Opens the storage, and makes an admin where there is no account at all.
pub async fn start(settings: Settings) -> Result<Service, StartError> {
    let database = Database::open(&settings.database).await?;
    let queue =
        settings.redis.as_deref().map(|url| Queue::open(url, QueueSettings::default())).transpose()?;
    let station = settings.station.map(Station::new).transpose()?;
    // Workers are told where a recording is, from the root of the file system.
    let media_root = std::path::absolute(&settings.media_root)
        .map_err(|error| StartError::MediaRoot(settings.media_root, error))?;
    let media_root = Arc::new(media_root);
    let passwords = PasswordHasher::new(settings.password_cost).await?;
    let state = AppState {
        sessions: Sessions::new(database.clone(), settings.session_lifetime),
        database,
        passwords,
        throttle: Throttle::default(),
        queue,
        station,
        sockets: Sockets::new(settings.sockets, Arc::clone(&media_root)),
        files: sweep(Files::new(Arc::clone(&media_root), settings.uploads)).await,
        media_root,
        events: Events::default(),
        metrics: Metrics::new(),
        stop_patience: settings.stop_patience,
        started: Started::now(),
        #[cfg(any(test, feature = "provider-states"))]
        provider_states: None,
        #[cfg(any(test, feature = "provider-states"))]
        stand_in: crate::provider_states::StandIn::new(settings.redis.as_deref()),
    };
    let made_up_password = first_admin(&state, settings.admin_password).await?;
    Ok(Service { state, made_up_password })
}

/// A media root that cannot be used now may be there later: the health check tells.
async fn sweep(files: Files) -> Files {
    match files.sweep().await {
        Ok(0) => {}
        Ok(swept) => tracing::info!(swept, "uploads that an earlier run left unfinished are removed"),
        Err(cause) => tracing::warn!(%cause, "unfinished uploads of an earlier run are not removed"),
    }
    files
}

async fn first_admin(state: &AppState, given: Option<Password>) -> Result<Option<String>, StartError> {
    if users::count(&state.database).await? > 0 {
        return Ok(None);
    }
    let (password, made_up) = match given {
        Some(password) => (password.as_str().to_owned(), false),
        None => (make_up_password()?, true),
    };
    let admin = NewUser {
        username: Username::parse(FIRST_ADMIN).expect("the first admin has a plain name"),
        password_hash: state.passwords.hash(&password).await?,
        role: Role::Admin,
    };
    let mut transaction = state.database.begin().await?;
    match users::create(&mut transaction, &admin).await {
        Ok(_) => transaction.commit().await.map_err(StorageError::from)?,
        // Another instance that started at the same moment was first.
        Err(UserError::Taken) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    Ok(made_up.then_some(password))
}

fn make_up_password() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 18];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
