//! What came of the jobs that were completed.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, FromRow, Row};

use crate::domain::{JobId, MediaPath, RunningTime, SummaryEntry, Title, Transcription};
use crate::storage::{Counter, Database, Listed, Page, StorageError};
use crate::timestamp::Timestamp;

/// What a worker told of the captions that it wrote.
#[derive(Clone, Copy, Debug)]
pub struct NewTranscription {
    pub segments: Option<i64>,
    pub duration: Option<RunningTime>,
    pub created_at: Timestamp,
}

/// A transcription, and the recording that it is of.
#[derive(Clone, Debug)]
pub struct StoredTranscription {
    pub transcription: Transcription,
    pub file_path: MediaPath,
}

impl FromRow<'_, AnyRow> for StoredTranscription {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let (id, path): (&str, &str) = (row.try_get("id")?, row.try_get("file_path")?);
        Ok(Self {
            transcription: Transcription {
                id: JobId::parse(id).ok_or_else(|| StorageError::unreadable("id", id))?,
                vod_id: row.try_get("vod_id")?,
                title: Title(row.try_get("title")?),
                segments: row.try_get("segments")?,
                duration: row.try_get::<Option<f64>, _>("duration")?.map(RunningTime),
                created_at: Timestamp::from_seconds(row.try_get("created_at")?),
            },
            file_path: MediaPath::parse(path).map_err(|_| StorageError::unreadable("file_path", path))?,
        })
    }
}

/// Each with its VOD.
const SELECT: &str = "SELECT transcriptions.id, transcriptions.segments, transcriptions.duration, \
    transcriptions.created_at, vods.id AS vod_id, vods.title, vods.file_path FROM transcriptions \
    JOIN jobs ON jobs.id = transcriptions.id JOIN vods ON vods.id = jobs.vod_id";

/// Of the job of this id, which has to be locked: it has one.
pub async fn create(
    transaction: &mut AnyConnection,
    id: &JobId,
    new: NewTranscription,
) -> Result<(), StorageError> {
    let number = Counter::Transcriptions.next(transaction).await?;
    sqlx::query(
        "INSERT INTO transcriptions (id, number, segments, duration, created_at) VALUES ($1, $2, $3, $4, $5)",
    )
    // As with durations of VODs.
    .persistent(false)
    .bind(id.as_str())
    .bind(number)
    .bind(new.segments)
    .bind(new.duration.map(|duration| duration.0))
    .bind(new.created_at.seconds())
    .execute(transaction)
    .await?;
    Ok(())
}

pub async fn find(database: &Database, id: &JobId) -> Result<Option<StoredTranscription>, StorageError> {
    let query = sqlx::AssertSqlSafe(format!("{SELECT} WHERE transcriptions.id = $1"));
    let query = sqlx::query_as(query).bind(id.as_str());
    Ok(query.fetch_optional(&database.pool()).await?)
}

/// Newest first, in the order in which they were heard of.
pub async fn list(database: &Database, page: Page) -> Result<Listed<Transcription>, StorageError> {
    let query = format!("{SELECT} ORDER BY transcriptions.number DESC LIMIT $1 OFFSET $2");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(page.limit).bind(page.offset);
    let mut snapshot = database.snapshot().await?;
    let items: Vec<StoredTranscription> = query.fetch_all(&mut *snapshot).await?;
    let total = sqlx::query_scalar("SELECT COUNT(*) FROM transcriptions").fetch_one(&mut *snapshot).await?;
    snapshot.commit().await?;
    Ok(Listed { items: items.into_iter().map(|stored| stored.transcription).collect(), total })
}

/// Keeps a summary in place of the one before. False where there is no such transcription (any more).
pub async fn keep_summary(
    database: &Database,
    id: &JobId,
    summary: &[SummaryEntry],
) -> Result<bool, StorageError> {
    let text = serde_json::to_string(summary).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let query = sqlx::query("UPDATE transcriptions SET summary = $1 WHERE id = $2");
    let written = query.bind(text).bind(id.as_str()).execute(&database.pool()).await?;
    Ok(written.rows_affected() == 1)
}

/// The summary that was kept; nothing where none was made yet, or there is no such transcription.
pub async fn summary(database: &Database, id: &JobId) -> Result<Option<Vec<SummaryEntry>>, StorageError> {
    let query = sqlx::query_scalar("SELECT summary FROM transcriptions WHERE id = $1").bind(id.as_str());
    let stored: Option<Option<String>> = query.fetch_optional(&database.pool()).await?;
    let read = |text: String| serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()));
    Ok(stored.flatten().map(read).transpose()?)
}
