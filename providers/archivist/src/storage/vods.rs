//! The VODs. Every change first locks the row it is about, so that what it checked still holds when
//! it writes.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, FromRow, Row};

use crate::domain::{
    Description, FileSize, JobId, JobStatus, MediaPath, RunningTime, Title, Vod, VodId, VodStatus,
};
use crate::fields::Change;
use crate::storage::{Counter, Database, Listed, Page, StorageError, is_taken, jobs};
use crate::timestamp::Timestamp;

#[derive(Clone, Debug)]
pub struct NewVod {
    pub title: Title,
    pub file_path: MediaPath,
    pub duration: Option<RunningTime>,
    pub file_size: Option<FileSize>,
    pub description: Option<Description>,
    pub status: VodStatus,
}

#[derive(Clone, Debug)]
pub struct VodChange {
    pub title: Option<Title>,
    pub file_path: Option<MediaPath>,
    pub duration: Change<RunningTime>,
    pub file_size: Change<FileSize>,
    pub description: Change<Description>,
    pub status: Option<VodStatus>,
}

/// Which VODs are listed.
#[derive(Clone, Debug, Default)]
pub struct VodFilter {
    pub status: Option<VodStatus>,
    /// Text that title or description contain, whatever its case.
    pub text: Option<String>,
}

/// Why a VOD was not changed.
#[derive(Debug, thiserror::Error)]
pub enum VodError {
    #[error("there is no such VOD")]
    Unknown,
    #[error("the file_path is archived already")]
    Archived,
    #[error("the VOD is being processed")]
    Processing,
    #[error("jobs of the VOD wait on the queue")]
    Waiting,
    #[error("the status cannot move from {} to {}", from.as_str(), to.as_str())]
    Status { from: VodStatus, to: VodStatus },
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<sqlx::Error> for VodError {
    fn from(error: sqlx::Error) -> Self {
        if is_taken(&error) { Self::Archived } else { Self::Storage(error.into()) }
    }
}

impl FromRow<'_, AnyRow> for Vod {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let (path, status): (&str, &str) = (row.try_get("file_path")?, row.try_get("status")?);
        Ok(Self {
            id: row.try_get("id")?,
            title: Title(row.try_get("title")?),
            description: row.try_get::<Option<String>, _>("description")?.map(Description),
            file_path: MediaPath::parse(path).map_err(|_| StorageError::unreadable("file_path", path))?,
            duration: row.try_get::<Option<f64>, _>("duration")?.map(RunningTime),
            file_size: row.try_get::<Option<i64>, _>("file_size")?.map(FileSize),
            status: VodStatus::parse(status).ok_or_else(|| StorageError::unreadable("status", status))?,
            created_at: Timestamp::from_seconds(row.try_get("created_at")?),
            updated_at: Timestamp::from_seconds(row.try_get("updated_at")?),
            transcription_id: row.try_get("transcription_id")?,
            cablecast_vod_id: row.try_get("cablecast_vod_id")?,
        })
    }
}

fn search_text(title: &Title, description: Option<&Description>) -> String {
    let description = description.map_or("", |description| description.0.as_str());
    format!("{}\n{description}", title.0).to_lowercase()
}

/// A statement with a duration is prepared anew each time: `sqlx::Any` gives a missing float another
/// type than one that is there, which PostgreSQL does not take from a statement it remembers.
const REMEMBERED: bool = false;

pub async fn create(transaction: &mut AnyConnection, new: &NewVod) -> Result<Vod, VodError> {
    let id = Counter::Vods.next(transaction).await?;
    let now = Timestamp::now().seconds();
    let row = sqlx::query(
        "INSERT INTO vods (id, title, description, file_path, duration, file_size, status, created_at, \
         updated_at, search_text) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *",
    )
    .persistent(REMEMBERED)
    .bind(id)
    .bind(new.title.0.as_str())
    .bind(new.description.as_ref().map(|description| description.0.as_str()))
    .bind(new.file_path.as_str())
    .bind(new.duration.map(|duration| duration.0))
    .bind(new.file_size.map(|size| size.0))
    .bind(new.status.as_str())
    .bind(now)
    .bind(now)
    .bind(search_text(&new.title, new.description.as_ref()))
    .fetch_one(transaction)
    .await?;
    Ok(Vod::from_row(&row)?)
}

pub async fn find(database: &Database, id: VodId) -> Result<Option<Vod>, StorageError> {
    let query = sqlx::query_as("SELECT * FROM vods WHERE id = $1").bind(id.0);
    Ok(query.fetch_optional(&database.pool()).await?)
}

/// The VOD of a recording, locked; where there is none, `new` is made one. One after the other: whoever makes VODs
/// counts them.
pub async fn archived(transaction: &mut AnyConnection, new: &NewVod) -> Result<Vod, VodError> {
    Counter::Vods.lock(transaction).await?;
    let find = "UPDATE vods SET id = id WHERE file_path = $1 RETURNING *";
    let known = sqlx::query_as(find).bind(new.file_path.as_str());
    match known.fetch_optional(&mut *transaction).await? {
        Some(known) => Ok(known),
        None => create(transaction, new).await,
    }
}

/// Newest first. Ids are given in order of creation, so pages stay put while VODs come in.
pub async fn list(database: &Database, filter: &VodFilter, page: Page) -> Result<Listed<Vod>, StorageError> {
    let status = filter.status.map_or("", VodStatus::as_str);
    let text = filter.text.as_deref().map(contains).unwrap_or_default();
    let mut snapshot = database.snapshot().await?;
    let items = sqlx::query_as(
        "SELECT * FROM vods WHERE ($1 = '' OR status = $1) AND ($2 = '' OR search_text LIKE $2 ESCAPE '!') \
         ORDER BY id DESC LIMIT $3 OFFSET $4",
    )
    .bind(status)
    .bind(text.as_str())
    .bind(page.limit)
    .bind(page.offset)
    .fetch_all(&mut *snapshot)
    .await?;
    let total = sqlx::query_scalar(
        "SELECT COUNT(*) FROM vods \
         WHERE ($1 = '' OR status = $1) AND ($2 = '' OR search_text LIKE $2 ESCAPE '!')",
    )
    .bind(status)
    .bind(text.as_str())
    .fetch_one(&mut *snapshot)
    .await?;
    snapshot.commit().await?;
    Ok(Listed { items, total })
}

/// The pattern of a text that contains `text`, whose own wildcards stand for themselves.
fn contains(text: &str) -> String {
    let text = text.to_lowercase();
    format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

pub async fn update(transaction: &mut AnyConnection, id: VodId, change: VodChange) -> Result<Vod, VodError> {
    let before = lock(transaction, id).await?;
    let mut vod = before.clone();
    if let Some(to) = change.status {
        if !vod.status.may_become(to) {
            return Err(VodError::Status { from: vod.status, to });
        }
        vod.status = to;
    }
    vod.title = change.title.unwrap_or(vod.title);
    vod.file_path = change.file_path.unwrap_or(vod.file_path);
    change.duration.apply(&mut vod.duration);
    change.file_size.apply(&mut vod.file_size);
    change.description.apply(&mut vod.description);
    if vod == before {
        return Ok(vod);
    }
    vod.updated_at = Timestamp::now();
    write(transaction, &vod).await?;
    Ok(vod)
}

async fn write(transaction: &mut AnyConnection, vod: &Vod) -> Result<(), VodError> {
    sqlx::query(
        "UPDATE vods SET title = $1, description = $2, file_path = $3, duration = $4, file_size = $5, \
         status = $6, updated_at = $7, search_text = $8 WHERE id = $9",
    )
    .persistent(REMEMBERED)
    .bind(vod.title.0.as_str())
    .bind(vod.description.as_ref().map(|description| description.0.as_str()))
    .bind(vod.file_path.as_str())
    .bind(vod.duration.map(|duration| duration.0))
    .bind(vod.file_size.map(|size| size.0))
    .bind(vod.status.as_str())
    .bind(vod.updated_at.seconds())
    .bind(search_text(&vod.title, vod.description.as_ref()))
    .bind(vod.id)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Moves a VOD to where its job has come, if its status may ever get there from where it is: through
/// `processing` to an end, or through `failed` to `pending`. `transcription` is what came of the job.
pub async fn follow(
    transaction: &mut AnyConnection,
    vod: &Vod,
    to: VodStatus,
    transcription: Option<&JobId>,
) -> Result<(), StorageError> {
    let status = if vod.status.leads_to(to) { to } else { vod.status };
    let transcription = transcription.map(JobId::as_str).or(vod.transcription_id.as_deref());
    if status == vod.status && transcription == vod.transcription_id.as_deref() {
        return Ok(());
    }
    let query = "UPDATE vods SET status = $1, transcription_id = $2, updated_at = $3 WHERE id = $4";
    sqlx::query(query)
        .persistent(REMEMBERED)
        .bind(status.as_str())
        .bind(transcription)
        .bind(Timestamp::now().seconds())
        .bind(vod.id)
        .execute(transaction)
        .await?;
    Ok(())
}

/// Notes which VOD of the station a VOD has become.
pub async fn publish(transaction: &mut AnyConnection, id: i64, cablecast: i32) -> Result<(), StorageError> {
    sqlx::query("UPDATE vods SET cablecast_vod_id = $1, updated_at = $2 WHERE id = $3")
        .bind(i64::from(cablecast))
        .bind(Timestamp::now().seconds())
        .bind(id)
        .execute(transaction)
        .await?;
    Ok(())
}

pub async fn delete(transaction: &mut AnyConnection, id: VodId) -> Result<(), VodError> {
    let vod = lock(transaction, id).await?;
    if vod.status == VodStatus::Processing {
        return Err(VodError::Processing);
    }
    // Their messages would be worked on, and nobody would know what for.
    for status in [JobStatus::Queued, JobStatus::Paused] {
        if jobs::any(transaction, id, status).await? {
            return Err(VodError::Waiting);
        }
    }
    sqlx::query("DELETE FROM vods WHERE id = $1").bind(id.0).execute(transaction).await?;
    Ok(())
}

/// How many VODs there are of each status that occurs.
pub async fn count_by_status(database: &Database) -> Result<Vec<(VodStatus, i64)>, StorageError> {
    let rows: Vec<(String, i64)> = sqlx::query_as("SELECT status, COUNT(*) FROM vods GROUP BY status")
        .fetch_all(&database.pool())
        .await?;
    let counts = rows.into_iter().map(|(status, count)| {
        VodStatus::parse(&status)
            .map(|parsed| (parsed, count))
            .ok_or_else(|| StorageError::unreadable("status", &status))
    });
    Ok(counts.collect::<Result<_, _>>()?)
}

/// Reads a VOD and keeps others from writing it. A write that changes nothing is the one way to lock
/// a row that both databases know.
pub async fn lock(transaction: &mut AnyConnection, id: VodId) -> Result<Vod, VodError> {
    let query = sqlx::query_as("UPDATE vods SET id = id WHERE id = $1 RETURNING *").bind(id.0);
    query.fetch_optional(transaction).await?.ok_or(VodError::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_a_search_stand_for_themselves() {
        assert_eq!(contains("50%_OFF!"), "%50!%!_off!!%");
    }
}
