//! The pool of connections, how it is opened, and what of it differs between the two databases.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyPool, ConnectOptions, SqlSafeStr, Transaction};
use url::Url;

use crate::storage::StorageError;

/// A request does not wait longer for a connection: a lost database is told from a busy one by this.
const ACQUIRE: Duration = Duration::from_secs(3);
const CONNECTIONS: u32 = 8;

const MIGRATIONS: [(i64, &str, &str); 7] = [
    (1, "counters", include_str!("../../migrations/0001_counters.sql")),
    (2, "accounts", include_str!("../../migrations/0002_accounts.sql")),
    (3, "vods", include_str!("../../migrations/0003_vods.sql")),
    (4, "jobs", include_str!("../../migrations/0004_jobs.sql")),
    (5, "transcriptions", include_str!("../../migrations/0005_transcriptions.sql")),
    (6, "cleanup", include_str!("../../migrations/0006_cleanup.sql")),
    (7, "publications", include_str!("../../migrations/0007_publications.sql")),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseEngine {
    Sqlite,
    Postgresql,
}

/// Where the data are: one SQLite file, or a PostgreSQL server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseLocation {
    Sqlite(PathBuf),
    Postgresql(Url),
}

/// A database that cannot be meant.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    #[error("use the database: its address is malformed ({0})")]
    Malformed(url::ParseError),
    #[error("use the database: {0}:// is not supported (give a file, or postgres://…)")]
    Scheme(String),
}

impl FromStr for DatabaseLocation {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        let Some((scheme, _)) = text.split_once("://") else {
            return Ok(Self::Sqlite(PathBuf::from(text.strip_prefix("sqlite:").unwrap_or(text))));
        };
        match scheme {
            "postgres" | "postgresql" => {
                Url::parse(text).map(Self::Postgresql).map_err(LocationError::Malformed)
            }
            "sqlite" => Ok(Self::Sqlite(PathBuf::from(&text["sqlite://".len()..]))),
            other => Err(LocationError::Scheme(other.to_owned())),
        }
    }
}

impl DatabaseLocation {
    const fn engine(&self) -> DatabaseEngine {
        match self {
            Self::Sqlite(_) => DatabaseEngine::Sqlite,
            Self::Postgresql(_) => DatabaseEngine::Postgresql,
        }
    }

    fn url(&self) -> Result<Url, sqlx::Error> {
        match self {
            Self::Postgresql(url) => Ok(url.clone()),
            Self::Sqlite(path) => sqlite_url(path),
        }
    }
}

/// Absolute, so that no part of the path is taken for a host.
fn sqlite_url(path: &Path) -> Result<Url, sqlx::Error> {
    let mut url = Url::from_file_path(std::path::absolute(path)?)
        .map_err(|()| sqlx::Error::Configuration("the path of the database has no address".into()))?;
    url.set_query(Some("mode=rwc"));
    let url = url.as_str().replacen("file:", "sqlite:", 1);
    Url::parse(&url).map_err(|error| sqlx::Error::Configuration(error.into()))
}

/// Connections to the database.
#[derive(Clone, Copy, Debug)]
pub struct Connections {
    pub used: u32,
    pub idle: u32,
    /// As many as there may be at once.
    pub most: u32,
}

/// An open database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    pool: AnyPool,
    engine: DatabaseEngine,
    #[cfg(any(test, feature = "provider-states"))]
    outage: Outage,
}

impl Database {
    /// Opens the database and brings its tables up to date.
    pub async fn open(location: &DatabaseLocation) -> Result<Self, StorageError> {
        sqlx::any::install_default_drivers();
        let options = AnyConnectOptions::from_url(&location.url()?)?;
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE)
            .connect_with(options)
            .await?;
        let engine = location.engine();
        if engine == DatabaseEngine::Sqlite {
            // Readers do not wait for the writer. The file remembers it.
            sqlx::query("PRAGMA journal_mode = WAL").execute(&pool).await?;
        }
        migrator(&MIGRATIONS).run(&pool).await.map_err(|error| sqlx::Error::Migrate(Box::new(error)))?;
        Ok(Self {
            pool,
            engine,
            #[cfg(any(test, feature = "provider-states"))]
            outage: Outage::default(),
        })
    }

    pub const fn engine(&self) -> DatabaseEngine {
        self.engine
    }

    /// For statements that stand alone.
    pub(super) fn pool(&self) -> AnyPool {
        #[cfg(any(test, feature = "provider-states"))]
        if let Some(closed) = self.outage.closed_pool() {
            return closed;
        }
        self.pool.clone()
    }

    /// A transaction that will write. SQLite is told at once: a transaction that starts by reading
    /// and then finds another writer has to be given up.
    pub async fn begin(&self) -> Result<Transaction<'static, Any>, StorageError> {
        let statement = match self.engine {
            DatabaseEngine::Sqlite => "BEGIN IMMEDIATE",
            DatabaseEngine::Postgresql => "BEGIN",
        };
        Ok(self.pool().begin_with(statement).await?)
    }

    /// How its connections stand at this moment.
    pub fn connections(&self) -> Connections {
        let open = self.pool.size();
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(open).min(open);
        Connections { used: open - idle, idle, most: CONNECTIONS }
    }

    /// A transaction that only reads, and sees one moment: a list and its total are of the same one.
    pub async fn snapshot(&self) -> Result<Transaction<'static, Any>, StorageError> {
        let statement = match self.engine {
            DatabaseEngine::Sqlite => "BEGIN",
            DatabaseEngine::Postgresql => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        Ok(self.pool().begin_with(statement).await?)
    }

    /// Whether the database answers, with what is ours: SQLite would answer without looking into its file at all.
    pub async fn ping(&self) -> Result<(), StorageError> {
        sqlx::query("SELECT COUNT(*) FROM counters").execute(&self.pool()).await?;
        Ok(())
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }

    #[cfg(any(test, feature = "provider-states"))]
    pub const fn outage(&self) -> &Outage {
        &self.outage
    }
}

fn migrator(migrations: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migration = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(migrations.iter().map(migration).collect())
}

/// Takes the database away and gives it back, for the provider state "the database is down". While
/// it lasts, every statement goes to a pool that is closed and fails as on a lost server.
#[cfg(any(test, feature = "provider-states"))]
#[derive(Clone, Debug, Default)]
pub struct Outage {
    closed: std::sync::Arc<std::sync::RwLock<Option<AnyPool>>>,
}

#[cfg(any(test, feature = "provider-states"))]
impl Outage {
    pub async fn begin(&self) -> Result<(), StorageError> {
        let pool = AnyPoolOptions::new().connect_lazy("sqlite::memory:")?;
        pool.close().await;
        self.put(Some(pool));
        Ok(())
    }

    pub fn end(&self) {
        self.put(None);
    }

    fn put(&self, pool: Option<AnyPool>) {
        *self.closed.write().unwrap_or_else(std::sync::PoisonError::into_inner) = pool;
    }

    fn closed_pool(&self) -> Option<AnyPool> {
        self.closed.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JobStatus;
    use crate::storage::jobs;
    use crate::timestamp::Timestamp;

    #[test]
    fn a_location_is_a_file_or_a_postgresql_server() {
        for text in ["archive.db", "sqlite:archive.db", "sqlite://archive.db"] {
            assert_eq!(
                text.parse::<DatabaseLocation>().unwrap(),
                DatabaseLocation::Sqlite(PathBuf::from("archive.db"))
            );
        }
        let server = "postgres://archivist@localhost/archive".parse::<DatabaseLocation>().unwrap();
        assert_eq!(server.engine(), DatabaseEngine::Postgresql);
        assert!("mysql://localhost/archive".parse::<DatabaseLocation>().is_err());
    }

    #[tokio::test]
    async fn what_an_older_version_stored_is_kept() {
        let folder = tempfile::TempDir::new().unwrap();
        let location = DatabaseLocation::Sqlite(folder.path().join("archive.db"));
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(location.url().unwrap().as_str()).await.unwrap();
        // Jobs had no standing of their own then.
        migrator(&MIGRATIONS[..4]).run(&pool).await.unwrap();
        let id = "97b067a0-f59f-4034-9cb9-48fa04eccca4";
        for statement in [
            "INSERT INTO vods (id, title, file_path, status, created_at, updated_at, search_text) \
             VALUES (1, 'T', 'a.mp4', 'pending', 5, 5, 't')",
            "INSERT INTO jobs (id, vod_id, created_at) VALUES ('97b067a0-f59f-4034-9cb9-48fa04eccca4', 1, 7)",
        ] {
            sqlx::query(statement).execute(&pool).await.unwrap();
        }
        pool.close().await;
        let database = Database::open(&location).await.unwrap();
        let [job] = jobs::unfinished(&database, 10).await.unwrap().try_into().unwrap();
        assert_eq!((job.id.as_str(), job.status), (id, JobStatus::Queued));
        assert_eq!((job.created_at, job.started_at), (Timestamp::from_seconds(7), None));
        database.close().await;
    }

    #[test]
    fn odd_file_names_survive_the_address() {
        let url = sqlite_url(Path::new("/media/a ?#%20.db")).unwrap();
        assert_eq!(url.as_str(), "sqlite:///media/a%20%3F%23%2520.db?mode=rwc");
    }
}
