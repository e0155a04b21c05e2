//! The station that is served: its data, its users and its clock, shared by every handler.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::credentials::Credentials;
use crate::page::{OffsetUnit, Page};
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::seed;
use crate::store::Store;
use crate::time::{Clock, Timestamp};

/// How a station is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    pub offset_unit: OffsetUnit,
    /// Who may write. Nobody by default: there is no default password.
    pub users: Vec<Credentials>,
    pub clock: Clock,
    /// Whether provider states can be set up over HTTP. Only ever on a loopback address.
    #[cfg(any(test, feature = "provider-states"))]
    pub provider_states: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            offset_unit: OffsetUnit::default(),
            users: Vec::new(),
            clock: Clock::system(),
            #[cfg(any(test, feature = "provider-states"))]
            provider_states: false,
        }
    }
}

/// A handle on the station; clones share it.
#[derive(Clone, Debug)]
pub struct Station(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    settings: Settings,
    users: RwLock<Vec<Credentials>>,
    store: Mutex<Store>,
}

impl Station {
    /// A station with the seed in it.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let users = RwLock::new(settings.users.clone());
        Self(Arc::new(Shared { settings, users, store: Mutex::new(seed::store()) }))
    }

    /// The settings it was made with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.settings.clock.now()
    }

    pub(crate) fn users(&self) -> Vec<Credentials> {
        self.0.users.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The data. The guard must not live across an await: take it, look or change, let it go.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        // Every change is made of steps that cannot panic half way, so poisoned data is whole.
        self.0.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn page(&self, query: &Parameters) -> Result<Page, Refusal> {
        Page::from_query(query, self.0.settings.offset_unit)
    }
}

#[cfg(any(test, feature = "provider-states"))]
impl Station {
    pub(crate) fn admit(&self, user: Credentials) {
        self.0.users.write().unwrap_or_else(PoisonError::into_inner).push(user);
    }

    /// Puts everything back to how it began.
    pub(crate) fn reset(&self) {
        *self.store() = seed::store();
        self.0.users.write().unwrap_or_else(PoisonError::into_inner).clone_from(&self.0.settings.users);
    }
}
