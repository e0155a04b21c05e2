//! What the service keeps, in SQLite or PostgreSQL: the same migrations and the same statements.
//!
//! Statements go through `sqlx::Any`, so each stands here once and what the tests show of one database
//! they ask of the other. Its price is a small set of types (integers, floats, text), which is all
//! that is stored, and SQL that both databases read alike.

pub mod audit;
mod database;
pub mod jobs;
pub mod links;
pub mod publications;
pub mod sessions;
pub mod transcriptions;
pub mod users;
pub mod vods;

use sqlx::AnyConnection;

pub use database::{Database, DatabaseEngine, DatabaseLocation};

/// Why the storage did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Lost, locked, full: it may work again later.
    #[error("the database does not answer: {0}")]
    Unavailable(sqlx::Error),
    /// What is stored cannot be read. Waiting does not help.
    #[error("the database holds what cannot be read: {0}")]
    Broken(sqlx::Error),
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::Decode(_)
            | sqlx::Error::Encode(_)
            | sqlx::Error::RowNotFound
            | sqlx::Error::TypeNotFound { .. } => Self::Broken(error),
            _ => Self::Unavailable(error),
        }
    }
}

impl StorageError {
    /// A stored value that no version of the service wrote.
    fn unreadable(column: &'static str, value: &str) -> sqlx::Error {
        sqlx::Error::ColumnDecode {
            index: column.to_owned(),
            source: format!("unknown value {value:?}").into(),
        }
    }
}

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    pub limit: i64,
    pub offset: i64,
}

/// One page and how much there is of all.
#[derive(Debug)]
pub struct Listed<T> {
    pub items: Vec<T>,
    pub total: i64,
}

/// What ids are counted by.
#[derive(Clone, Copy, Debug)]
enum Counter {
    Users,
    Vods,
    Audit,
    Jobs,
    Transcriptions,
    Publications,
}

impl Counter {
    const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Vods => "vods",
            Self::Audit => "audit",
            Self::Jobs => "jobs",
            Self::Transcriptions => "transcriptions",
            Self::Publications => "publications",
        }
    }

    /// The next id. The counter stays locked until the transaction ends.
    async fn next(self, transaction: &mut AnyConnection) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("UPDATE counters SET last = last + 1 WHERE name = $1 RETURNING last")
            .bind(self.name())
            .fetch_one(transaction)
            .await
    }

    /// Makes every other transaction that locks or counts wait for the end of this one.
    async fn lock(self, transaction: &mut AnyConnection) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE counters SET last = last WHERE name = $1")
            .bind(self.name())
            .execute(transaction)
            .await
            .map(|_| ())
    }
}

/// Whether a statement failed because what it writes is there already.
fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
