//! Transcriptions that were asked for.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, FromRow, Row};

use crate::domain::VodId;
use crate::storage::{Database, StorageError};
use crate::timestamp::Timestamp;

/// A job, as it was asked for.
#[derive(Clone, Debug)]
pub struct Job {
    /// That of the task on the queue.
    pub id: String,
    pub vod_id: i64,
    pub created_at: Timestamp,
}

impl FromRow<'_, AnyRow> for Job {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            vod_id: row.try_get("vod_id")?,
            created_at: Timestamp::from_seconds(row.try_get("created_at")?),
        })
    }
}

pub async fn create(transaction: &mut AnyConnection, id: &str, vod: VodId) -> Result<(), StorageError> {
    sqlx::query("INSERT INTO jobs (id, vod_id, created_at) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(vod.0)
        .bind(Timestamp::now().seconds())
        .execute(transaction)
        .await?;
    Ok(())
}

pub async fn find(database: &Database, id: &str) -> Result<Option<Job>, StorageError> {
    let query = sqlx::query_as("SELECT * FROM jobs WHERE id = $1").bind(id);
    Ok(query.fetch_optional(&database.pool()).await?)
}
