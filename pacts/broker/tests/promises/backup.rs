//! One file, copied, is all there is.

use countersign_broker::shelf::Shelf;
use countersign_broker::store::Location;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::asking::{client, get, pact, publish};
use crate::process::Process;

const VERSIONS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_a_broker_that_has_ended_is_whole() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("broker.db");
    let process = Process::start(&database);
    let client = client();
    for number in 0..VERSIONS {
        publish(&client, &process.base, ("Consumer", &number.to_string()), "a").await.unwrap();
    }
    process.end();
    let copy = folder.path().join("copy.db");
    std::fs::copy(&database, &copy).unwrap();
    has_all(&copy).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_broker_is_whole() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("broker.db");
    let process = Process::start(&database);
    let client = client();
    for number in 0..VERSIONS {
        publish(&client, &process.base, ("Consumer", &number.to_string()), "a").await.unwrap();
    }
    let mut others = JoinSet::new();
    for writer in 0..4 {
        let (client, base) = (client.clone(), process.base.clone());
        others.spawn(async move {
            for number in 0..VERSIONS {
                let name = format!("Other-{writer}");
                publish(&client, &base, (&name, &number.to_string()), "b").await.unwrap();
            }
        });
    }
    let copy = folder.path().join("copy.db");
    let shelf = Shelf::open(&Location::Sqlite(database)).await.unwrap();
    shelf.backup(&copy).await.unwrap();
    assert!(shelf.backup(&copy).await.is_err(), "a backup is not overwritten");
    shelf.close().await;
    others.join_all().await;
    has_all(&copy).await;
}

async fn has_all(database: &std::path::Path) {
    let process = Process::start(database);
    for number in 0..VERSIONS {
        let url = format!("{}{}", process.base, pact("Consumer", &number.to_string()));
        assert_eq!(get(&client(), &url).await.unwrap().0, 200, "version {number} is not in the copy");
    }
}
