//! The database that keeps the log: one SQLite file, or a PostgreSQL server that several instances share.
//!
//! Two tables are all there is (see `migrations/`), and the statements are read alike by both. A write is
//! one transaction that no other can overtake, so the numbers of the log have no holes.

mod location;

use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, AnyRow};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Executor, Row, SqlSafeStr, Transaction};

use crate::draft::Text;
use crate::event::{Event, Happening};
use crate::moment::Moment;

pub use location::{Location, LocationError};

/// A request does not wait longer for a connection, nor for another's transaction to end.
const PATIENCE: Duration = Duration::from_secs(3);
const CONNECTIONS: u32 = 8;
/// What every instance takes before it writes to a shared PostgreSQL. The number is ours alone.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7086310153)";
const MIGRATIONS: [(i64, &str, &str); 1] = [(1, "log", include_str!("../migrations/0001_log.sql"))];

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Lost, locked, full, read-only: it may work again later.
    #[error("the database does not answer: {0}")]
    Unavailable(#[from] sqlx::Error),
    /// It answers, and what it says cannot be ours.
    #[error("the database holds what cannot be read: {0}")]
    Broken(String),
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

/// A transaction that will write, and that no other instance can overtake.
pub struct Writing(Transaction<'static, Any>);

impl Store {
    /// Opens the database, makes it where it is not there, and brings it up to date.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let options = AnyConnectOptions::from_url(&location.url()?)?;
        let postgresql = matches!(location, Location::Postgresql(_));
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .after_connect(move |connection, _| Box::pin(prepare(connection, postgresql)))
            .connect_with(options)
            .await?;
        migrator(&MIGRATIONS).run(&pool).await.map_err(|error| sqlx::Error::Migrate(Box::new(error)))?;
        Ok(Self { pool, postgresql })
    }

    /// What was written after `seq`, in order.
    pub async fn since(&self, seq: i64) -> Result<Vec<(i64, Happening)>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        events_since(&mut connection, seq).await
    }

    pub async fn begin(&self) -> Result<Writing, StoreError> {
        // SQLite is told at once that it will write: to find another writer later would undo the work.
        let statement = if self.postgresql { "BEGIN" } else { "BEGIN IMMEDIATE" };
        let mut transaction = self.pool.begin_with(statement).await?;
        if self.postgresql {
            transaction.execute(LOCK).await?;
        }
        Ok(Writing(transaction))
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
    pub async fn text(&self, key: &str) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT body FROM texts WHERE name = $1")
            .bind(key)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| row.try_get(0).map_err(unreadable)).transpose()
    }

    #[cfg(feature = "provider-states")]
    pub async fn empty(&self) -> Result<(), StoreError> {
        let mut writing = self.begin().await?;
        for statement in ["DELETE FROM log", "DELETE FROM texts"] {
            writing.0.execute(statement).await?;
        }
        writing.commit().await
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Writing {
    /// What other instances wrote meanwhile.
    pub async fn since(&mut self, seq: i64) -> Result<Vec<(i64, Happening)>, StoreError> {
        events_since(&mut self.0, seq).await
    }

    /// Adds one event to the log. It stands there once [`Writing::commit`] has succeeded.
    pub async fn append(&mut self, seq: i64, actor: &str, happening: &Happening) -> Result<(), StoreError> {
        let event =
            serde_json::to_string(&happening.event).map_err(|error| StoreError::Broken(error.to_string()))?;
        sqlx::query("INSERT INTO log (seq, at, actor, event) VALUES ($1, $2, $3, $4)")
            .bind(seq)
            .bind(happening.at.millis())
            .bind(actor)
            .bind(event)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    pub async fn keep(&mut self, text: &Text) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO texts (name, body) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
            .bind(&text.key)
            .bind(&text.body)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.0.commit().await?)
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

async fn events_since(connection: &mut AnyConnection, seq: i64) -> Result<Vec<(i64, Happening)>, StoreError> {
    let rows = sqlx::query("SELECT seq, at, event FROM log WHERE seq > $1 ORDER BY seq")
        .bind(seq)
        .fetch_all(connection)
        .await?;
    rows.iter().map(event_of).collect()
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
