//! A database that cannot be written for a while: others hold it, it is full, it may only be read.

use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use tempfile::TempDir;

use crate::asking::{client, get, pact, publish};
use crate::process::Process;

struct Scene {
    _folder: TempDir,
    database: PathBuf,
    process: Process,
    client: reqwest::Client,
}

impl Scene {
    async fn set() -> Self {
        let folder = TempDir::new().unwrap();
        let database = folder.path().join("broker.db");
        let process = Process::start(&database);
        let scene = Self { _folder: folder, database, process, client: client() };
        assert_eq!(scene.publish("1", "before").await.0, 200);
        scene
    }

    async fn publish(&self, number: &str, description: &str) -> (reqwest::StatusCode, serde_json::Value) {
        publish(&self.client, &self.process.base, ("Consumer", number), description).await.unwrap()
    }

    async fn has(&self, number: &str) -> bool {
        let url = format!("{}{}", self.process.base, pact("Consumer", number));
        get(&self.client, &url).await.unwrap().0 == 200
    }

    /// What cannot be written is told so, is not there, and what was there is still given out.
    async fn refuses(&self, number: &str, description: &str) {
        let (status, answer) = self.publish(number, description).await;
        assert_eq!(status, 503, "{answer}");
        assert_eq!(answer["error"], "the database does not answer; try again");
        assert!(self.has("1").await && !self.has(number).await);
    }

    /// The same process, once the cause is gone.
    async fn is_back(&self, number: &str) {
        let (status, answer) = self.publish(number, "again").await;
        assert_eq!(status, 200, "{answer}");
        assert!(self.has("1").await && self.has(number).await);
    }
}

async fn other(database: &Path) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(database)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_database_is_told_and_comes_back() {
    let scene = Scene::set().await;
    let mut other = other(&scene.database).await;
    other.execute("BEGIN EXCLUSIVE").await.unwrap();
    scene.refuses("2", "while it is locked").await;
    other.execute("ROLLBACK").await.unwrap();
    scene.is_back("2").await;
}

/// No file of the process may grow above a limit, until it is lifted.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_comes_back() {
    let scene = Scene::set().await;
    let room = std::fs::metadata(scene.database.with_extension("db-wal")).unwrap().len() + 16 * 1024;
    scene.process.limit_files(Some(room));
    let large = "x".repeat(1 << 20);
    scene.refuses("2", &large).await;
    scene.process.limit_files(None);
    scene.is_back("2").await;
}

/// Not a byte may be written, as where a file system is mounted anew for reading only.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_disk_is_told_and_comes_back() {
    let scene = Scene::set().await;
    scene.process.limit_files(Some(0));
    scene.refuses("2", "small").await;
    scene.process.limit_files(None);
    scene.is_back("2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_writes_that_fail_together_leave_nothing() {
    let scene = Scene::set().await;
    let mut other = other(&scene.database).await;
    // Found only when the transaction writes: all that wait have decided by then.
    other
        .execute("CREATE TRIGGER full BEFORE INSERT ON log BEGIN SELECT RAISE(ABORT, 'full'); END")
        .await
        .unwrap();
    let numbers: Vec<String> = (2..12).map(|number| number.to_string()).collect();
    let answers = published_at_once(&scene, &numbers).await;
    assert!(answers.iter().all(|status| *status == 503), "{answers:?}");
    for number in &numbers {
        assert!(!scene.has(number).await, "{number} was never written");
    }
    other.execute("DROP TRIGGER full").await.unwrap();
    scene.is_back("2").await;
}

async fn published_at_once(scene: &Scene, numbers: &[String]) -> Vec<reqwest::StatusCode> {
    let mut writers = tokio::task::JoinSet::new();
    for number in numbers {
        let (client, base, number) = (scene.client.clone(), scene.process.base.clone(), number.clone());
        writers
            .spawn(async move { publish(&client, &base, ("Consumer", &number), "at once").await.unwrap().0 });
    }
    writers.join_all().await
}
