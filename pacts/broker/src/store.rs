//! The database that keeps the log: one SQLite file, or a PostgreSQL server that several instances share.
//!
//! Two tables are all there is (see `migrations/`), and the statements are read alike by both. A write is
//! one transaction that no other can overtake, so the numbers of the log have no holes.

mod location;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, AnyRow};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, ConnectOptions, Executor, Row, SqlSafeStr};

use crate::draft::Text;
use crate::event::{Event, Happening};
use crate::key::Key;
use crate::moment::Moment;

pub use location::{Location, LocationError};

/// A request does not wait longer for a connection, nor for another's transaction to end.
const PATIENCE: Duration = Duration::from_secs(3);
const CONNECTIONS: u32 = 8;
/// Events that are read at once: what is held of a long log beside the model is bounded.
pub const PAGE: usize = 2_000;
/// Rows of one statement.
const ROWS: usize = 64;
/// What every instance takes before it writes to a shared PostgreSQL. The number is ours alone.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7086310153)";
const MIGRATIONS: [(i64, &str, &str); 1] = [(1, "log", include_str!("../migrations/0001_log.sql"))];

/// Why the database did not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Lost, locked, full, read-only: it may work again later.
    #[error("the database does not answer: {0}")]
    Unavailable(Arc<sqlx::Error>),
    /// It answers, and what it says cannot be ours.
    #[error("the database holds what cannot be read: {0}")]
    Broken(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(error.into())
    }
}

impl StoreError {
    /// The process ends, and takes the connection with it.
    pub(crate) fn ended() -> Self {
        sqlx::Error::WorkerCrashed.into()
    }
}

/// An open database.
#[derive(Debug)]
pub struct Store {
    pool: AnyPool,
    postgresql: bool,
}

/// One line of the log: what happened, and who did it.
#[derive(Debug)]
pub struct Entry {
    pub seq: i64,
    pub actor: String,
    pub happening: Happening,
}

/// An event as the log takes it.
#[derive(Debug)]
pub struct Line {
    seq: i64,
    at: i64,
    actor: String,
    event: String,
}

impl Line {
    pub fn new(seq: i64, actor: &str, happening: &Happening) -> Result<Self, StoreError> {
        let event =
            serde_json::to_string(&happening.event).map_err(|error| StoreError::Broken(error.to_string()))?;
        Ok(Self { seq, at: happening.at.millis(), actor: actor.to_owned(), event })
    }
}

/// A transaction that will write, and that no other instance can overtake.
///
/// Where it does not come to [`Writing::commit`], its connection is closed, which undoes it: after a failure
/// on the disk SQLite may have ended the transaction by itself, and what the driver thinks of it is wrong.
#[derive(Debug)]
pub struct Writing(Option<PoolConnection<Any>>);

impl Store {
    /// Opens the database, makes it where it is not there, and brings it up to date.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let options = AnyConnectOptions::from_url(&location.url()?)?;
        let postgresql = matches!(location, Location::Postgresql(_));
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            // A file does not hang up; a server may have.
            .test_before_acquire(postgresql)
            .after_connect(move |connection, _| Box::pin(prepare(connection, postgresql)))
            .connect_with(options)
            .await?;
        migrator(&MIGRATIONS).run(&pool).await.map_err(|error| sqlx::Error::Migrate(Box::new(error)))?;
        Ok(Self { pool, postgresql })
    }

    /// The next [`PAGE`] of what was written after `seq`, in order.
    pub async fn since(&self, seq: i64) -> Result<Vec<(i64, Happening)>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        events_since(&mut connection, seq).await
    }

    pub async fn begin(&self) -> Result<Writing, StoreError> {
        let mut writing = Writing(Some(self.pool.acquire().await?));
        // SQLite is told at once that it will write: to find another writer later would undo the work.
        let statements: &[&'static str] =
            if self.postgresql { &["BEGIN", LOCK] } else { &["BEGIN IMMEDIATE"] };
        for statement in statements {
            writing.connection()?.execute(*statement).await?;
        }
        Ok(writing)
    }

    /// At most `limit` entries of the log after `seq`, in order, with who did it.
    pub async fn audit(&self, after: i64, limit: u32) -> Result<Vec<Entry>, StoreError> {
        let rows = sqlx::query("SELECT seq, at, event, actor FROM log WHERE seq > $1 ORDER BY seq LIMIT $2")
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| {
                let (seq, happening) = event_of(row)?;
                Ok(Entry { seq, actor: row.try_get(3).map_err(unreadable)?, happening })
            })
            .collect()
    }

    /// The text under a key, if there is one.
    pub async fn text(&self, key: &Key) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT body FROM texts WHERE name = $1")
            .bind(key.to_string())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| row.try_get(0).map_err(unreadable)).transpose()
    }

    /// Everything that is acknowledged, as one new file that needs no other beside it.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        if self.postgresql {
            return Err(sqlx::Error::Configuration("pg_dump copies a database of PostgreSQL".into()).into());
        }
        let file = file.to_str().ok_or_else(|| sqlx::Error::Configuration("its name is not UTF-8".into()))?;
        sqlx::query("VACUUM INTO $1").bind(file).execute(&self.pool).await?;
        Ok(())
    }

    #[cfg(feature = "provider-states")]
    pub async fn empty(&self) -> Result<(), StoreError> {
        let mut writing = self.begin().await?;
        for statement in ["DELETE FROM log", "DELETE FROM texts"] {
            writing.connection()?.execute(statement).await?;
        }
        writing.commit().await
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Writing {
    /// The next [`PAGE`] of what other instances wrote meanwhile.
    pub async fn since(&mut self, seq: i64) -> Result<Vec<(i64, Happening)>, StoreError> {
        events_since(self.connection()?, seq).await
    }

    /// Adds to the log. It stands there once [`Writing::commit`] has succeeded.
    pub async fn append(&mut self, lines: &[Line]) -> Result<(), StoreError> {
        for some in lines.chunks(ROWS) {
            let sql = format!("INSERT INTO log (seq, at, actor, event) VALUES {}", rows(some.len(), 4));
            let mut insert = sqlx::query(AssertSqlSafe(sql));
            for line in some {
                insert = insert.bind(line.seq).bind(line.at).bind(&line.actor).bind(&line.event);
            }
            insert.execute(self.connection()?).await?;
        }
        Ok(())
    }

    /// Keeps texts, each once.
    pub async fn keep(&mut self, texts: &[Text]) -> Result<(), StoreError> {
        for some in texts.chunks(ROWS) {
            let rows = rows(some.len(), 2);
            let sql = format!("INSERT INTO texts (name, body) VALUES {rows} ON CONFLICT (name) DO NOTHING");
            let mut insert = sqlx::query(AssertSqlSafe(sql));
            for text in some {
                insert = insert.bind(text.key.to_string()).bind(&text.body);
            }
            insert.execute(self.connection()?).await?;
        }
        Ok(())
    }

    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.connection()?.execute("COMMIT").await?;
        // Back to the others.
        drop(self.0.take());
        Ok(())
    }

    fn connection(&mut self) -> Result<&mut AnyConnection, StoreError> {
        self.0.as_deref_mut().ok_or_else(StoreError::ended)
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(connection.detach());
        }
    }
}

async fn prepare(connection: &mut AnyConnection, postgresql: bool) -> Result<(), sqlx::Error> {
    if postgresql {
        return connection.execute("SET lock_timeout = '3s'").await.map(drop);
    }
    // Readers do not wait for the writer; what is acknowledged is on the disk.
    for pragma in ["PRAGMA busy_timeout = 3000", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"] {
        connection.execute(pragma).await?;
    }
    Ok(())
}

/// At most [`PAGE`] of them. They come as one text: a row for each would take several times as long.
async fn events_since(connection: &mut AnyConnection, seq: i64) -> Result<Vec<(i64, Happening)>, StoreError> {
    const LINES: &str = "SELECT string_agg(CAST(seq AS TEXT) || ' ' || CAST(at AS TEXT) || ' ' || event, '\n' \
                         ORDER BY seq) \
                         FROM (SELECT seq, at, event FROM log WHERE seq > $1 ORDER BY seq LIMIT $2) AS page";
    let row = sqlx::query(LINES)
        .bind(seq)
        .bind(i64::try_from(PAGE).expect("a page is small"))
        .fetch_one(connection)
        .await?;
    let lines: Option<&str> = row.try_get(0).map_err(unreadable)?;
    lines.unwrap_or_default().lines().map(event_in).collect()
}

/// JSON as we write it has no line breaks of its own.
fn event_in(line: &str) -> Result<(i64, Happening), StoreError> {
    let broken = || StoreError::Broken("a line of the log has no number and time".to_owned());
    let mut parts = line.splitn(3, ' ');
    let mut number = || parts.next()?.parse::<i64>().ok();
    let (seq, at) = (number().ok_or_else(broken)?, number().ok_or_else(broken)?);
    let event = serde_json::from_str(parts.next().ok_or_else(broken)?)
        .map_err(|error| StoreError::Broken(error.to_string()))?;
    Ok((seq, Happening { at: Moment::from_millis(at), event }))
}

/// `($1, $2), ($3, $4)`: as many rows as there are, of as many columns.
fn rows(count: usize, columns: usize) -> String {
    let row = |at: usize| {
        let places: Vec<String> = (1..=columns).map(|column| format!("${}", at * columns + column)).collect();
        format!("({})", places.join(", "))
    };
    (0..count).map(row).collect::<Vec<_>>().join(", ")
}

fn event_of(row: &AnyRow) -> Result<(i64, Happening), StoreError> {
    let event: Event = serde_json::from_str(row.try_get(2).map_err(unreadable)?)
        .map_err(|error| StoreError::Broken(error.to_string()))?;
    let at = Moment::from_millis(row.try_get(1).map_err(unreadable)?);
    Ok((row.try_get(0).map_err(unreadable)?, Happening { at, event }))
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn unreadable(error: sqlx::Error) -> StoreError {
    StoreError::Broken(error.to_string())
}

fn migrator(migrations: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migration = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(migrations.iter().map(migration).collect())
}
