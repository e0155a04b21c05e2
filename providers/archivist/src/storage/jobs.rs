//! Transcriptions that were asked for, and how each stood when it was last heard of.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, FromRow, Row};

use crate::domain::{Job, JobId, JobStatus, VodId};
use crate::storage::{Counter, Database, StorageError};
use crate::timestamp::Timestamp;

/// As with durations of VODs: what may be missing is no statement to remember.
const REMEMBERED: bool = false;

/// Jobs that ended in one way, up to a moment.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    pub status: JobStatus,
    pub by: Timestamp,
}

const UNFINISHED: &str = "status IN ('queued', 'processing', 'paused')";

impl FromRow<'_, AnyRow> for Job {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let (id, status): (&str, &str) = (row.try_get("id")?, row.try_get("status")?);
        let id = JobId::parse(id).ok_or_else(|| StorageError::unreadable("id", id))?;
        let status = JobStatus::parse(status).ok_or_else(|| StorageError::unreadable("status", status))?;
        let moment =
            |column| row.try_get::<Option<i64>, _>(column).map(|moment| moment.map(Timestamp::from_seconds));
        let progress: i64 = row.try_get("progress")?;
        Ok(Self {
            // What is completed has a transcription, and it has its name.
            transcription_id: (status == JobStatus::Completed).then(|| id.clone()),
            id,
            status,
            progress: u8::try_from(progress.clamp(0, 100)).unwrap_or_default(),
            status_message: row.try_get("status_message")?,
            error: row.try_get("error")?,
            vod_id: row.try_get("vod_id")?,
            created_at: Timestamp::from_seconds(row.try_get("created_at")?),
            started_at: moment("started_at")?,
            ended_at: moment("ended_at")?,
        })
    }
}

/// A job that waits from now on.
pub async fn create(transaction: &mut AnyConnection, id: &JobId, vod: VodId) -> Result<Job, StorageError> {
    let number = Counter::Jobs.next(transaction).await?;
    let query = sqlx::query_as(
        "INSERT INTO jobs (id, number, vod_id, created_at) VALUES ($1, $2, $3, $4) RETURNING *",
    );
    let query = query.bind(id.as_str()).bind(number).bind(vod.0).bind(Timestamp::now().seconds());
    Ok(query.fetch_one(transaction).await?)
}

/// The job of this id, unless it was cleared away.
pub async fn find(database: &Database, id: &JobId) -> Result<Option<Job>, StorageError> {
    let query = sqlx::query_as("SELECT * FROM jobs WHERE id = $1 AND listed = 1").bind(id.as_str());
    Ok(query.fetch_optional(&database.pool()).await?)
}

/// Reads a job and keeps others from writing it. Its VOD has to be locked first, as everywhere.
pub async fn lock(transaction: &mut AnyConnection, id: &JobId) -> Result<Option<Job>, StorageError> {
    let query = sqlx::query_as("UPDATE jobs SET id = id WHERE id = $1 RETURNING *").bind(id.as_str());
    Ok(query.fetch_optional(transaction).await?)
}

/// Writes how a job stands now.
pub async fn write(transaction: &mut AnyConnection, job: &Job) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE jobs SET status = $1, progress = $2, status_message = $3, error = $4, started_at = $5, \
         ended_at = $6 WHERE id = $7",
    )
    .persistent(REMEMBERED)
    .bind(job.status.as_str())
    .bind(i64::from(job.progress))
    .bind(job.status_message.as_deref())
    .bind(job.error.as_deref())
    .bind(job.started_at.map(Timestamp::seconds))
    .bind(job.ended_at.map(Timestamp::seconds))
    .bind(job.id.as_str())
    .execute(transaction)
    .await?;
    Ok(())
}

/// Whether a VOD has a job of this status.
pub async fn any(
    transaction: &mut AnyConnection,
    vod: VodId,
    status: JobStatus,
) -> Result<bool, StorageError> {
    let query = sqlx::query_scalar("SELECT COUNT(*) FROM jobs WHERE vod_id = $1 AND status = $2");
    let count: i64 = query.bind(vod.0).bind(status.as_str()).fetch_one(transaction).await?;
    Ok(count > 0)
}

/// The jobs that have not ended, in order of creation.
pub async fn unfinished(database: &Database, limit: i64) -> Result<Vec<Job>, StorageError> {
    let query = format!("SELECT * FROM jobs WHERE {UNFINISHED} ORDER BY number, id LIMIT $1");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(limit);
    Ok(query.fetch_all(&database.pool()).await?)
}

/// The jobs that have not ended, by their ids, from the one after `last` on.
pub async fn unfinished_after(
    database: &Database,
    last: Option<&JobId>,
    limit: i64,
) -> Result<Vec<Job>, StorageError> {
    let query = format!("SELECT * FROM jobs WHERE {UNFINISHED} AND id > $1 ORDER BY id LIMIT $2");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(last.map_or("", JobId::as_str)).bind(limit);
    Ok(query.fetch_all(&database.pool()).await?)
}

/// The jobs that ended last, the last one first.
pub async fn ended(database: &Database, limit: i64) -> Result<Vec<Job>, StorageError> {
    let query = format!(
        "SELECT * FROM jobs WHERE NOT {UNFINISHED} AND listed = 1 ORDER BY ended_at DESC, number DESC LIMIT $1"
    );
    let query = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(limit);
    Ok(query.fetch_all(&database.pool()).await?)
}

/// The ids of jobs of a status that ended at this moment or before, from the one after `last` on.
pub async fn ended_by(
    database: &Database,
    ended: Ended,
    last: Option<&JobId>,
    limit: i64,
) -> Result<Vec<JobId>, StorageError> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM jobs WHERE status = $1 AND listed = 1 AND COALESCE(ended_at, created_at) <= $2 \
         AND id > $3 ORDER BY id LIMIT $4",
    )
    .bind(ended.status.as_str())
    .bind(ended.by.seconds())
    .bind(last.map_or("", JobId::as_str))
    .bind(limit)
    .fetch_all(&database.pool())
    .await?;
    let read = |id: String| JobId::parse(&id).ok_or_else(|| StorageError::unreadable("id", &id));
    Ok(ids.into_iter().map(read).collect::<Result<_, _>>()?)
}

/// The ids of all jobs of a VOD.
pub async fn of(transaction: &mut AnyConnection, vod: VodId) -> Result<Vec<JobId>, StorageError> {
    let query = sqlx::query_scalar("SELECT id FROM jobs WHERE vod_id = $1").bind(vod.0);
    let ids: Vec<String> = query.fetch_all(transaction).await?;
    let read = |id: String| JobId::parse(&id).ok_or_else(|| StorageError::unreadable("id", &id));
    Ok(ids.into_iter().map(read).collect::<Result<_, _>>()?)
}

/// Takes jobs that have ended off the list, and tells how many. What came of one that was completed stays.
pub async fn clear(transaction: &mut AnyConnection, ended: Ended) -> Result<i64, StorageError> {
    let statement = match ended.status {
        JobStatus::Completed => "UPDATE jobs SET listed = 0",
        JobStatus::Failed | JobStatus::Cancelled => "DELETE FROM jobs",
        JobStatus::Queued | JobStatus::Processing | JobStatus::Paused => return Ok(0),
    };
    let query =
        format!("{statement} WHERE status = $1 AND listed = 1 AND COALESCE(ended_at, created_at) <= $2");
    let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(ended.status.as_str()).bind(ended.by.seconds());
    let cleared = query.execute(transaction).await?.rows_affected();
    Ok(i64::try_from(cleared).unwrap_or(i64::MAX))
}

/// How many jobs there are of each status that occurs.
pub async fn count_by_status(database: &Database) -> Result<Vec<(JobStatus, i64)>, StorageError> {
    let query = "SELECT status, COUNT(*) FROM jobs WHERE listed = 1 GROUP BY status";
    let rows: Vec<(String, i64)> = sqlx::query_as(query).fetch_all(&database.pool()).await?;
    let counts = rows.into_iter().map(|(status, count)| {
        JobStatus::parse(&status)
            .map(|parsed| (parsed, count))
            .ok_or_else(|| StorageError::unreadable("status", &status))
    });
    Ok(counts.collect::<Result<_, _>>()?)
}
