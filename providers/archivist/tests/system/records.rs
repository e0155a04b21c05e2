//! What is kept of the work: rows of the database, keys of Redis, files below the media root. All of it is read
//! past the service.

use std::collections::BTreeSet;
use std::path::Path;

use redis::AsyncCommands as _;
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Connection as _, Row as _};

use crate::stack::Stack;

const RESULT: &str = "celery-task-meta-";
/// What no worker has finished with, and what none could serve.
const WORK: [&str; 4] = ["celery", "caption_priority", "celery.dead-letter", "celery.dead-letter.too-large"];

impl Stack {
    /// The rows of a query, each a list of its columns.
    pub async fn rows(&self, query: &'static str) -> Vec<Vec<Value>> {
        sqlx::any::install_default_drivers();
        let mut connection = AnyConnection::connect(&self.database).await.unwrap();
        let rows = sqlx::query(query).fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        rows.iter().map(|row| (0..row.len()).map(|column| value(row, column)).collect()).collect()
    }

    async fn connection(&self) -> redis::aio::MultiplexedConnection {
        let client = redis::Client::open(self.redis.url()).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    /// How many messages are on the queue's lists, with a worker, or put aside: none where all work is done.
    pub async fn messages(&self) -> usize {
        let mut redis = self.connection().await;
        let mut messages: usize = redis.hlen("unacked").await.unwrap();
        for list in WORK {
            messages += redis.llen::<_, usize>(list).await.unwrap();
        }
        messages
    }

    /// The jobs that the queue has a result of.
    pub async fn results(&self) -> BTreeSet<String> {
        let keys: Vec<String> = self.connection().await.keys(format!("{RESULT}*")).await.unwrap();
        keys.iter().map(|key| key.strip_prefix(RESULT).unwrap().to_owned()).collect()
    }

    /// The result that the queue has of a job; null where it has none.
    pub async fn result(&self, job: &str) -> Value {
        let text: Option<String> = self.connection().await.get(format!("{RESULT}{job}")).await.unwrap();
        text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap())
    }

    /// Returns once a worker has told that it has done a job.
    pub async fn is_done(&self, job: &str) {
        while self.result(job).await["status"] != "SUCCESS" {}
    }

    /// The files of the media root, hidden ones too, from the root on.
    pub fn files(&self) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        collect(self.media(), self.media(), &mut files);
        files
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            files.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
        }
    }
}

/// A column as JSON, whichever of the types of our tables it has.
fn value(row: &AnyRow, column: usize) -> Value {
    let number = row.try_get::<Option<i64>, _>(column).map(Value::from);
    let text = number.or_else(|_| row.try_get::<Option<String>, _>(column).map(Value::from));
    text.or_else(|_| row.try_get::<Option<f64>, _>(column).map(Value::from)).unwrap()
}
