//! The record of who signed in and of what administrators did, as the administrators' page lists it.

use chrono::{DateTime, Utc};
use reqwest::{Method, StatusCode};
use serde::Deserialize;

use crate::{Error, Paging, SignedIn};

/// One line of the record.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AuditRow {
    pub at: DateTime<Utc>,
    /// Nothing where somebody gave a name that is no account's.
    pub actor: Option<String>,
    /// Shown as it is: the Archivist may come to record more than the UI knows.
    pub action: String,
    pub subject: Option<String>,
    /// The address it was done from.
    pub client: String,
}

/// A page of the record, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AuditPage {
    #[serde(rename = "entries")]
    pub rows: Vec<AuditRow>,
    /// On all pages.
    pub total: u64,
    pub limit: u32,
    pub offset: u64,
}

impl SignedIn {
    /// One page of the record.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for anyone who is no administrator.
    pub async fn audit(&self, paging: Paging) -> Result<AuditPage, Error> {
        let request = self.request(Method::GET, &["api", "admin", "audit"]).query(&paging);
        self.send(request).await?.json(StatusCode::OK)
    }
}
