//! Which transcription belongs to which show of the station.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, FromRow, Row};

use crate::domain::{JobId, Link};
use crate::storage::{Database, StorageError, publications};
use crate::timestamp::Timestamp;

/// Why a link was not made or taken away.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("there is no such transcription")]
    Unknown,
    #[error("the transcription is linked to no show")]
    NotLinked,
    #[error("the transcription is linked to another show")]
    Linked,
    #[error("the show is linked to another recording")]
    ShowTaken,
    #[error("the transcription is being published")]
    Publishing,
    #[error("the transcription is published")]
    Published,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<sqlx::Error> for LinkError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
    }
}

impl FromRow<'_, AnyRow> for Link {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let id: &str = row.try_get("transcription_id")?;
        Ok(Self {
            transcription_id: JobId::parse(id)
                .ok_or_else(|| StorageError::unreadable("transcription_id", id))?,
            show_id: show_id(row.try_get("show_id")?)?,
            by_itself: row.try_get::<i64, _>("by_itself")? == 1,
            linked_at: Timestamp::from_seconds(row.try_get("linked_at")?),
        })
    }
}

/// The station counts in 32 bits, the databases here in 64.
pub(super) fn show_id(stored: i64) -> Result<i32, sqlx::Error> {
    i32::try_from(stored).map_err(|_| StorageError::unreadable("show_id", &stored.to_string()))
}

pub async fn find(database: &Database, id: &JobId) -> Result<Option<Link>, StorageError> {
    let query = sqlx::query_as("SELECT * FROM links WHERE transcription_id = $1").bind(id.as_str());
    Ok(query.fetch_optional(&database.pool()).await?)
}

/// A link of any transcription of a recording, the oldest first.
pub async fn of_recording(database: &Database, vod: i64) -> Result<Option<Link>, StorageError> {
    let query = sqlx::query_as(
        "SELECT links.* FROM links JOIN jobs ON jobs.id = links.transcription_id WHERE jobs.vod_id = $1 \
         ORDER BY links.linked_at, links.transcription_id LIMIT 1",
    );
    Ok(query.bind(vod).fetch_optional(&database.pool()).await?)
}

/// The shows that belong to recordings other than this one.
pub async fn taken(database: &Database, vod: i64) -> Result<Vec<i32>, StorageError> {
    let query = sqlx::query_scalar(
        "SELECT DISTINCT links.show_id FROM links JOIN jobs ON jobs.id = links.transcription_id \
         WHERE jobs.vod_id <> $1",
    );
    let shows: Vec<i64> = query.bind(vod).fetch_all(&database.pool()).await?;
    Ok(shows.into_iter().map(show_id).collect::<Result<_, _>>()?)
}

/// Links a transcription, of the recording `vod`, to a show. Linked to that very show already, it stays so.
pub async fn create(transaction: &mut AnyConnection, vod: i64, link: &Link) -> Result<Link, LinkError> {
    let id = &link.transcription_id;
    if !publications::lock_transcription(transaction, id).await? {
        return Err(LinkError::Unknown);
    }
    let known =
        sqlx::query_as::<_, Link>("SELECT * FROM links WHERE transcription_id = $1").bind(id.as_str());
    if let Some(known) = known.fetch_optional(&mut *transaction).await? {
        return if known.show_id == link.show_id { Ok(known) } else { Err(LinkError::Linked) };
    }
    // Two recordings that want one show wait for each other here.
    publications::lock(transaction).await?;
    let others: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM links JOIN jobs ON jobs.id = links.transcription_id \
         WHERE links.show_id = $1 AND jobs.vod_id <> $2",
    )
    .bind(i64::from(link.show_id))
    .bind(vod)
    .fetch_one(&mut *transaction)
    .await?;
    if others > 0 {
        return Err(LinkError::ShowTaken);
    }
    sqlx::query(
        "INSERT INTO links (transcription_id, show_id, by_itself, linked_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(id.as_str())
    .bind(i64::from(link.show_id))
    .bind(i64::from(link.by_itself))
    .bind(link.linked_at.seconds())
    .execute(transaction)
    .await?;
    Ok(link.clone())
}

/// Takes a link away, and with it what was begun of a publication.
pub async fn delete(transaction: &mut AnyConnection, id: &JobId) -> Result<(), LinkError> {
    if !publications::lock_transcription(transaction, id).await? {
        return Err(LinkError::Unknown);
    }
    publications::forget(transaction, id).await?;
    let query = sqlx::query("DELETE FROM links WHERE transcription_id = $1").bind(id.as_str());
    match query.execute(transaction).await?.rows_affected() {
        0 => Err(LinkError::NotLinked),
        _ => Ok(()),
    }
}
