//! The administrators' page. The Archivist decides who is one; the UI only asks.

mod accounts;
mod audit;
mod upkeep;

use reqwest::{Method, StatusCode};
use serde::Deserialize;

use crate::{Error, SignedIn};

pub use accounts::{AccountChanges, AccountPage, AccountRow, NewAccount};
pub use audit::{AuditPage, AuditRow};
pub use upkeep::{Cleanup, EndedStatus, Removed, ServiceStatus};

/// What the administrators' page shows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Overview {
    pub users: u64,
    pub vods: VodCounts,
}

/// Only the failed ones are counted apart: those are what an administrator comes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct VodCounts {
    pub total: u64,
    pub failed: u64,
}

impl SignedIn {
    /// The administrators' page.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for anyone who is no administrator.
    pub async fn admin_overview(&self) -> Result<Overview, Error> {
        let request = self.request(Method::GET, &["api", "admin"]);
        self.send(request).await?.json(StatusCode::OK)
    }
}
