//! The record of sign-ins and of what admins did. Entries are only ever added.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, FromRow, Row};

use crate::storage::{Counter, Database, Listed, Page, StorageError};
use crate::timestamp::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "AuditAction")]
pub enum Action {
    LoginSucceeded,
    LoginFailed,
    Logout,
    UserCreated,
    UserUpdated,
    UserDeleted,
    QueueCleaned,
}

impl Action {
    const ALL: [Self; 7] = [
        Self::LoginSucceeded,
        Self::LoginFailed,
        Self::Logout,
        Self::UserCreated,
        Self::UserUpdated,
        Self::UserDeleted,
        Self::QueueCleaned,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::LoginSucceeded => "login-succeeded",
            Self::LoginFailed => "login-failed",
            Self::Logout => "logout",
            Self::UserCreated => "user-created",
            Self::UserUpdated => "user-updated",
            Self::UserDeleted => "user-deleted",
            Self::QueueCleaned => "queue-cleaned",
        }
    }
}

/// What is to be recorded. The names must be those of accounts: what somebody typed into the field
/// of the user name may be a password.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    pub actor: Option<&'a str>,
    pub action: Action,
    pub subject: Option<&'a str>,
    pub client: IpAddr,
}

/// What was recorded.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditEntry")]
pub struct Entry {
    id: i64,
    at: Timestamp,
    actor: Option<String>,
    action: Action,
    subject: Option<String>,
    client: String,
}

impl FromRow<'_, AnyRow> for Entry {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let text: &str = row.try_get("action")?;
        let action = Action::ALL.into_iter().find(|action| action.as_str() == text);
        Ok(Self {
            id: row.try_get("id")?,
            at: Timestamp::from_seconds(row.try_get("at")?),
            actor: row.try_get("actor")?,
            action: action.ok_or_else(|| StorageError::unreadable("action", text))?,
            subject: row.try_get("subject")?,
            client: row.try_get("client")?,
        })
    }
}

pub async fn record(transaction: &mut AnyConnection, act: Act<'_>) -> Result<(), StorageError> {
    let id = Counter::Audit.next(transaction).await?;
    sqlx::query("INSERT INTO audit (id, at, actor, action, subject, client) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(id)
        .bind(Timestamp::now().seconds())
        .bind(act.actor)
        .bind(act.action.as_str())
        .bind(act.subject)
        .bind(act.client.to_string())
        .execute(transaction)
        .await?;
    Ok(())
}

pub async fn list(database: &Database, page: Page) -> Result<Listed<Entry>, StorageError> {
    let mut snapshot = database.snapshot().await?;
    let items = sqlx::query_as("SELECT * FROM audit ORDER BY id DESC LIMIT $1 OFFSET $2")
        .bind(page.limit)
        .bind(page.offset)
        .fetch_all(&mut *snapshot)
        .await?;
    let total = sqlx::query_scalar("SELECT COUNT(*) FROM audit").fetch_one(&mut *snapshot).await?;
    snapshot.commit().await?;
    Ok(Listed { items, total })
}
