//! Databases of earlier schemas, and processes that die while they bring one up to date.

use std::path::{Path, PathBuf};
use std::process::Child;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqliteConnection};
use tempfile::TempDir;

use crate::asking::{client, get, pact, publish};
use crate::process::Process;

fn own(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

/// A database as a broker of that schema left it: one pact of version 1 of `Consumer`, verified by `p1`.
async fn left(schema: &Path, database: &Path) {
    let options = SqliteConnectOptions::new().filename(database).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    connection.execute(AssertSqlSafe(std::fs::read_to_string(schema).unwrap())).await.unwrap();
    connection.close().await.unwrap();
}

async fn holds_what_was_left_and_more(database: &Path) {
    let process = Process::start(database);
    let client = client();
    let (status, kept) = get(&client, &format!("{}{}", process.base, pact("Consumer", "1"))).await.unwrap();
    assert_eq!((status.as_u16(), &kept["interactions"][0]["description"]), (200, &"left".into()));
    let result = kept["_links"]["pb:latest-pact-version"]["href"].as_str();
    assert!(result.is_some(), "{kept}");
    let matrix =
        format!("{}/matrix?q[][pacticipant]=Consumer&q[][version]=1&q[][pacticipant]=Provider", process.base);
    let (_, matrix) = get(&client, &matrix).await.unwrap();
    assert_eq!(matrix["matrix"][0]["verificationResult"]["success"], true, "{matrix}");
    assert_eq!(publish(&client, &process.base, ("Consumer", "2"), "new").await.unwrap().0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_earlier_schema_is_brought_up_to_date() {
    let schemas = own("tests/promises/schemas");
    let name = |path: &PathBuf| path.file_name().unwrap().to_owned();
    let migrations = own("migrations");
    assert_eq!(
        schemas.iter().map(name).collect::<Vec<_>>(),
        migrations.iter().map(name).collect::<Vec<_>>(),
        "each migration has a database of that schema among the tests: dump one before the next is written"
    );
    for schema in schemas {
        let folder = TempDir::new().unwrap();
        let database = folder.path().join("broker.db");
        left(&schema, &database).await;
        holds_what_was_left_and_more(&database).await;
    }
}

/// Killed when the file appears, when it has its log beside it, and with each page that is written then.
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_the_schema_is_made_leaves_it_old_or_new() {
    const PAGES: u64 = 12;
    for stage in 0..PAGES {
        let folder = TempDir::new().unwrap();
        let database = folder.path().join("broker.db");
        let mut child = Process::spawn(&database);
        let size = |file: PathBuf| std::fs::metadata(file).map_or(0, |about| about.len());
        let far_enough = || match stage {
            0 => database.exists(),
            1 => database.with_extension("db-wal").exists(),
            _ => size(database.with_extension("db-wal")) >= stage * 4096,
        };
        until(&mut child, far_enough);
        child.kill().unwrap();
        child.wait().unwrap();
        let process = Process::start(&database);
        assert_eq!(publish(&client(), &process.base, ("Consumer", "1"), "a").await.unwrap().0, 200);
    }
}

/// Or until the broker serves, which is as far as it comes.
fn until(child: &mut Child, far_enough: impl Fn() -> bool) {
    use std::io::{BufRead as _, BufReader};
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let serves = std::thread::spawn(move || lines.map_while(Result::ok).any(|line| line.contains("http://")));
    while !far_enough() && !serves.is_finished() {
        std::thread::yield_now();
    }
}
