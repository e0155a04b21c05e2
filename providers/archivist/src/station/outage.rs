//! A station that a replay takes away: every call goes where nobody listens.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use archivist_cablecast::{Cablecast, Credentials, Error, Limits, Retry};

/// No server can have this port.
const NOWHERE: &str = "http://127.0.0.1:0";

#[derive(Clone, Debug)]
pub struct Outage {
    lost: Arc<AtomicBool>,
    nowhere: Cablecast,
}

impl Outage {
    pub fn new(limits: Limits) -> Result<Self, Error> {
        let limits = Limits { retry: Retry { attempts: 1, ..limits.retry }, ..limits };
        let nowhere = Cablecast::new(NOWHERE, Credentials::new("nobody", "nothing"), limits)?;
        Ok(Self { lost: Arc::default(), nowhere })
    }

    pub fn begin(&self) {
        self.lost.store(true, Ordering::SeqCst);
    }

    pub fn end(&self) {
        self.lost.store(false, Ordering::SeqCst);
    }

    /// Who is asked in the station's place.
    pub fn instead(&self) -> Option<&Cablecast> {
        self.lost.load(Ordering::SeqCst).then_some(&self.nowhere)
    }
}
