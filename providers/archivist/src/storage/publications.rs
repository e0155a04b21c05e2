//! How far each publication has come. Whoever publishes holds its row for a short while, again and again: what
//! it writes counts only while it does, and what it left behind somebody else takes up.

use std::time::Duration;

use chrono::Utc;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, FromRow, Row};

use crate::domain::{JobId, Publication, PublicationStatus, PublicationStep, Title};
use crate::storage::links::{self, LinkError};
use crate::storage::{Counter, Database, Listed, Page, StorageError};
use crate::timestamp::Timestamp;

/// How long a row is held without a sign of its holder.
pub const HOLD: Duration = Duration::from_secs(5);

/// A file on its way to the station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload {
    pub id: i32,
    pub size: u64,
    pub segments_sent: u64,
}

/// A publication as its publisher sees it.
#[derive(Clone, Debug)]
pub struct StoredPublication {
    pub publication: Publication,
    pub upload: Option<Upload>,
}

/// What came of the wish to publish.
#[derive(Debug)]
pub enum Acquired {
    Unknown,
    /// Somebody else is at it, or it is done.
    Standing(StoredPublication),
    Held(StoredPublication),
}

/// The name of one attempt to publish.
#[derive(Clone, Debug)]
pub struct Holder(pub String);

fn milliseconds() -> i64 {
    Utc::now().timestamp_millis()
}

fn until() -> i64 {
    milliseconds().saturating_add(i64::try_from(HOLD.as_millis()).unwrap_or(i64::MAX))
}

const SELECT: &str = "SELECT publications.*, links.show_id, vods.id AS vod_id, vods.title FROM publications \
    JOIN jobs ON jobs.id = publications.transcription_id JOIN vods ON vods.id = jobs.vod_id \
    LEFT JOIN links ON links.transcription_id = publications.transcription_id";

impl FromRow<'_, AnyRow> for StoredPublication {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let (id, step): (&str, &str) = (row.try_get("transcription_id")?, row.try_get("step")?);
        let step = PublicationStep::parse(step).ok_or_else(|| StorageError::unreadable("step", step))?;
        let status = match step {
            PublicationStep::Done => PublicationStatus::Published,
            _ if row.try_get::<i64, _>("held_until")? > milliseconds() => PublicationStatus::Publishing,
            _ => PublicationStatus::Interrupted,
        };
        let moment = |seconds: Option<i64>| seconds.map(Timestamp::from_seconds);
        Ok(Self {
            publication: Publication {
                transcription_id: JobId::parse(id)
                    .ok_or_else(|| StorageError::unreadable("transcription_id", id))?,
                vod_id: row.try_get("vod_id")?,
                title: Title(row.try_get("title")?),
                status,
                step,
                show_id: row.try_get::<Option<i64>, _>("show_id")?.map(links::show_id).transpose()?,
                cablecast_vod_id: row.try_get("cablecast_vod_id")?,
                error: row.try_get("error")?,
                started_at: Timestamp::from_seconds(row.try_get("started_at")?),
                updated_at: Timestamp::from_seconds(row.try_get("updated_at")?),
                completed_at: moment(row.try_get("completed_at")?),
            },
            upload: upload(row)?,
        })
    }
}

fn upload(row: &AnyRow) -> Result<Option<Upload>, sqlx::Error> {
    let Some(id) = row.try_get::<Option<i64>, _>("upload_id")? else { return Ok(None) };
    let size = row.try_get::<Option<i64>, _>("upload_size")?.unwrap_or_default();
    let segments_sent: i64 = row.try_get("segments_sent")?;
    let wrong = |_| StorageError::unreadable("upload_id", &id.to_string());
    Ok(Some(Upload {
        id: i32::try_from(id).map_err(wrong)?,
        size: u64::try_from(size).map_err(wrong)?,
        segments_sent: u64::try_from(segments_sent).map_err(wrong)?,
    }))
}

/// Keeps others from linking and from beginning to publish this transcription. False where there is none.
pub(super) async fn lock_transcription(
    transaction: &mut AnyConnection,
    id: &JobId,
) -> Result<bool, sqlx::Error> {
    let query = sqlx::query("UPDATE transcriptions SET id = id WHERE id = $1").bind(id.as_str());
    Ok(query.execute(transaction).await?.rows_affected() == 1)
}

/// Makes everybody who links or begins to publish wait.
pub(super) async fn lock(transaction: &mut AnyConnection) -> Result<(), sqlx::Error> {
    Counter::Publications.lock(transaction).await
}

/// Begins a publication, or takes up one that nobody holds.
pub async fn acquire(database: &Database, id: &JobId, holder: &Holder) -> Result<Acquired, StorageError> {
    let mut transaction = database.begin().await?;
    if !lock_transcription(&mut transaction, id).await? {
        return Ok(Acquired::Unknown);
    }
    if of(&mut transaction, id).await?.is_none() {
        let number = Counter::Publications.next(&mut transaction).await?;
        sqlx::query(
            "INSERT INTO publications (transcription_id, number, step, holder, held_until, started_at, \
             updated_at) VALUES ($1, $2, 'show', '', 0, $3, $3)",
        )
        .bind(id.as_str())
        .bind(number)
        .bind(Timestamp::now().seconds())
        .execute(&mut *transaction)
        .await?;
    }
    let taken = sqlx::query(
        "UPDATE publications SET holder = $1, held_until = $2, error = NULL, updated_at = $3 \
         WHERE transcription_id = $4 AND step <> 'done' AND held_until <= $5",
    )
    .bind(holder.0.as_str())
    .bind(until())
    .bind(Timestamp::now().seconds())
    .bind(id.as_str())
    .bind(milliseconds())
    .execute(&mut *transaction)
    .await?;
    let stored = of(&mut transaction, id).await?.ok_or(sqlx::Error::RowNotFound)?;
    transaction.commit().await?;
    Ok(if taken.rows_affected() == 1 { Acquired::Held(stored) } else { Acquired::Standing(stored) })
}

async fn of(transaction: &mut AnyConnection, id: &JobId) -> Result<Option<StoredPublication>, sqlx::Error> {
    let query = format!("{SELECT} WHERE publications.transcription_id = $1");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(id.as_str());
    query.fetch_optional(transaction).await
}

/// What a publisher writes of its own publication. Each is false where it no longer holds it.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    StillThere,
    Upload(Upload),
    NoUpload,
    /// The next step, whose upload has not begun.
    Step(PublicationStep),
    /// As it is published.
    Vod(i32),
    /// It is given up, for this reason.
    Ended(&'a str),
}

pub async fn record(
    transaction: &mut AnyConnection,
    id: &JobId,
    holder: &Holder,
    progress: Progress<'_>,
) -> Result<bool, StorageError> {
    let now = Timestamp::now().seconds();
    let (until, change) = match progress {
        Progress::StillThere => (until(), String::new()),
        Progress::Upload(Upload { id, size, segments_sent: sent }) => {
            (until(), format!(", upload_id = {id}, upload_size = {size}, segments_sent = {sent}"))
        }
        Progress::NoUpload => (until(), NO_UPLOAD.to_owned()),
        Progress::Step(PublicationStep::Done) => {
            (0, format!(", step = 'done', completed_at = {now}{NO_UPLOAD}"))
        }
        Progress::Step(step) => (until(), format!(", step = '{}'{NO_UPLOAD}", step.as_str())),
        Progress::Vod(vod) => (until(), format!(", cablecast_vod_id = {vod}")),
        Progress::Ended(_) => (0, ", error = $3".to_owned()),
    };
    // Only numbers and our own words stand in it.
    let statement = format!(
        "UPDATE publications SET updated_at = {now}, held_until = {until}{change} \
         WHERE transcription_id = $1 AND holder = $2 AND held_until > {}",
        milliseconds(),
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(statement)).persistent(false);
    let mut query = query.bind(id.as_str()).bind(holder.0.as_str());
    if let Progress::Ended(reason) = progress {
        query = query.bind(reason);
    }
    Ok(query.execute(transaction).await?.rows_affected() == 1)
}

const NO_UPLOAD: &str = ", upload_id = NULL, upload_size = NULL, segments_sent = 0";

/// Removes what was begun, unless it is under way or done.
pub(super) async fn forget(transaction: &mut AnyConnection, id: &JobId) -> Result<(), LinkError> {
    match of(transaction, id).await?.map(|stored| stored.publication.status) {
        None => return Ok(()),
        Some(PublicationStatus::Publishing) => return Err(LinkError::Publishing),
        Some(PublicationStatus::Published) => return Err(LinkError::Published),
        Some(PublicationStatus::Interrupted) => {}
    }
    let query = sqlx::query("DELETE FROM publications WHERE transcription_id = $1").bind(id.as_str());
    query.execute(transaction).await?;
    Ok(())
}

/// Whether somebody publishes the transcription at this moment.
pub async fn under_way(transaction: &mut AnyConnection, id: &JobId) -> Result<bool, StorageError> {
    let stored = of(transaction, id).await?;
    Ok(stored.is_some_and(|stored| stored.publication.status == PublicationStatus::Publishing))
}

pub async fn find(database: &Database, id: &JobId) -> Result<Option<Publication>, StorageError> {
    let query = format!("{SELECT} WHERE publications.transcription_id = $1");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(id.as_str());
    let stored: Option<StoredPublication> = query.fetch_optional(&database.pool()).await?;
    Ok(stored.map(|stored| stored.publication))
}

/// What was begun last comes first.
pub async fn list(database: &Database, page: Page) -> Result<Listed<Publication>, StorageError> {
    let query = format!("{SELECT} ORDER BY publications.number DESC LIMIT $1 OFFSET $2");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(page.limit).bind(page.offset);
    let items: Vec<StoredPublication> = query.fetch_all(&database.pool()).await?;
    let total = sqlx::query_scalar("SELECT COUNT(*) FROM publications").fetch_one(&database.pool()).await?;
    Ok(Listed { items: items.into_iter().map(|stored| stored.publication).collect(), total })
}

/// How many transcriptions there are of each kind.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    pub unpublished: i64,
    pub publishing: i64,
    pub interrupted: i64,
    pub published: i64,
}

pub async fn count(database: &Database) -> Result<Counts, StorageError> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM transcriptions) AS everything, \
         (SELECT COUNT(*) FROM publications) AS begun, \
         (SELECT COUNT(*) FROM publications WHERE step = 'done') AS published, \
         (SELECT COUNT(*) FROM publications WHERE step <> 'done' AND held_until > $1) AS publishing",
    )
    .bind(milliseconds())
    .fetch_one(&database.pool())
    .await?;
    let of = |column: &str| row.try_get::<i64, _>(column);
    let (everything, begun) = (of("everything")?, of("begun")?);
    let (published, publishing) = (of("published")?, of("publishing")?);
    let interrupted = begun - published - publishing;
    Ok(Counts { unpublished: everything - begun, publishing, interrupted, published })
}
