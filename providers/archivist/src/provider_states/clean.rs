//! The clean start: what is stored before any state is set up, and the way back to it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, FromRow, Row};

use crate::storage::users::StoredUser;
use crate::storage::{Database, StorageError};
use crate::timestamp::Timestamp;

/// The accounts of the clean start, and how far each counter had come.
#[derive(Clone, Debug)]
pub struct Seed {
    users: Arc<[StoredUser]>,
    counters: Arc<[Counted]>,
    /// Files that states have put into the media root since.
    recordings: Arc<Mutex<Vec<PathBuf>>>,
}

#[derive(Debug)]
struct Counted {
    name: String,
    last: i64,
}

impl FromRow<'_, AnyRow> for Counted {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self { name: row.try_get("name")?, last: row.try_get("last")? })
    }
}

impl Seed {
    pub async fn capture(database: &Database) -> Result<Self, StorageError> {
        let mut transaction = database.begin().await?;
        let users: Vec<_> =
            sqlx::query_as("SELECT * FROM users ORDER BY id").fetch_all(&mut *transaction).await?;
        let counters: Vec<_> = sqlx::query_as("SELECT * FROM counters").fetch_all(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(Self { users: users.into(), counters: counters.into(), recordings: Arc::default() })
    }

    /// Notes a recording that goes with the next teardown.
    pub fn note(&self, file: &Path) {
        self.recordings.lock().unwrap_or_else(PoisonError::into_inner).push(file.to_owned());
    }

    /// Removes the recordings of every state since the last teardown. What is gone already is as it should be.
    pub async fn remove_recordings(&self) {
        let files = std::mem::take(&mut *self.recordings.lock().unwrap_or_else(PoisonError::into_inner));
        for file in files {
            let _ = tokio::fs::remove_file(file).await;
        }
    }

    pub async fn restore(&self, database: &Database) -> Result<(), StorageError> {
        let mut transaction = database.begin().await?;
        for table in [
            "DELETE FROM sessions",
            "DELETE FROM users",
            "DELETE FROM publications",
            "DELETE FROM links",
            "DELETE FROM transcriptions",
            "DELETE FROM jobs",
            "DELETE FROM vods",
            "DELETE FROM audit",
        ] {
            sqlx::query(table).execute(&mut *transaction).await?;
        }
        for stored in self.users.iter() {
            insert(&mut transaction, stored).await?;
        }
        for counted in self.counters.iter() {
            sqlx::query("UPDATE counters SET last = $1 WHERE name = $2")
                .bind(counted.last)
                .bind(counted.name.as_str())
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }
}

async fn insert(transaction: &mut AnyConnection, stored: &StoredUser) -> Result<(), StorageError> {
    let user = &stored.user;
    sqlx::query(
        "INSERT INTO users (id, username, password_hash, role, created_at, last_login_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(user.id)
    .bind(user.username.as_str())
    .bind(stored.password_hash.as_str())
    .bind(user.role.as_str())
    .bind(user.created_at.seconds())
    .bind(user.last_login_at.map(Timestamp::seconds))
    .execute(transaction)
    .await?;
    Ok(())
}
