//! The administrators' list of accounts, and the form that opens or changes one.

use std::fmt;

use chrono::{DateTime, Utc};
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};

use crate::{Error, Paging, Role, SignedIn, UserId};

/// One line of the list, and the head of its form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AccountRow {
    pub id: UserId,
    pub username: String,
    pub role: Role,
    pub created_at: DateTime<Utc>,
    /// Nothing where nobody ever signed in with it.
    pub last_login_at: Option<DateTime<Utc>>,
}

/// A page of the list, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AccountPage {
    #[serde(rename = "users")]
    pub rows: Vec<AccountRow>,
    /// On all pages.
    pub total: u64,
    pub limit: u32,
    pub offset: u64,
}

/// The filled-in form of a new account.
#[derive(Clone, Serialize)]
pub struct NewAccount {
    pub username: String,
    pub password: String,
    pub role: Role,
}

/// What the form changes of an account; what is left at its default stays as it is. A new password or role ends
/// the sessions of whoever uses it.
#[derive(Clone, Default, Serialize)]
pub struct AccountChanges {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// Without the password.
impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccount").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Without the password.
impl fmt::Debug for AccountChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountChanges").field("username", &self.username).finish_non_exhaustive()
    }
}

/// For administrators: every call answers [`Error::Forbidden`] to anyone else.
impl SignedIn {
    /// One page of the list.
    pub async fn list_accounts(&self, paging: Paging) -> Result<AccountPage, Error> {
        let request = self.request(Method::GET, &["api", "admin", "users"]).query(&paging);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// One account, for its form.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is gone.
    pub async fn account(&self, id: UserId) -> Result<AccountRow, Error> {
        let request = self.request(Method::GET, &["api", "admin", "users", &id.to_string()]);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// Opens an account.
    ///
    /// # Errors
    /// [`Error::Invalid`] with what is wrong at each field; [`Error::Conflict`] if the name is taken.
    pub async fn open_account(&self, account: &NewAccount) -> Result<AccountRow, Error> {
        let request = self.request(Method::POST, &["api", "admin", "users"]).json(account);
        self.send(request).await?.json(StatusCode::CREATED)
    }

    /// Changes an account, and gives it as it then stands.
    ///
    /// # Errors
    /// [`Error::Conflict`] if the name is taken, or if no administrator would be left.
    pub async fn change_account(&self, id: UserId, changes: &AccountChanges) -> Result<AccountRow, Error> {
        let request = self.request(Method::PUT, &["api", "admin", "users", &id.to_string()]).json(changes);
        self.send(request).await?.json(StatusCode::OK)
    }

    /// Closes an account, and ends its sessions.
    ///
    /// # Errors
    /// [`Error::Conflict`] if no administrator would be left.
    pub async fn close_account(&self, id: UserId) -> Result<(), Error> {
        let request = self.request(Method::DELETE, &["api", "admin", "users", &id.to_string()]);
        self.send(request).await?.done(StatusCode::NO_CONTENT)
    }
}
