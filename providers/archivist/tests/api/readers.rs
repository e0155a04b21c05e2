//! Many who read while somebody writes: each sees what was before a write or what is after it, and nothing between.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::scene::{Scene, queue_scenarios};

queue_scenarios![
    thirty_readers_see_one_count,
    readers_see_all_of_a_batch_or_nothing_of_it,
    a_batch_that_fails_in_the_middle_leaves_nothing,
];

const READERS: usize = 30;
const BATCH: usize = 10;

/// How many VODs are counted, and how many are listed.
async fn seen(scene: &Scene) -> (u64, usize) {
    let list: Value = scene.get("/api/vod/list?limit=100").send().await.expect(200);
    (list["total"].as_u64().unwrap(), list["vods"].as_array().unwrap().len())
}

async fn thirty_readers_see_one_count(scene: &mut Scene) {
    scene.archivist.given("VODs exist", json!({"count": 7})).await;
    let all = join_all((0..READERS).map(|_| seen(scene))).await;
    assert_eq!(all, [(7, 7); READERS]);
}

fn batch() -> Value {
    let paths: Vec<_> = (0..BATCH).map(|number| format!("batch/{number}.mp4")).collect();
    json!({"paths": paths})
}

async fn readers_see_all_of_a_batch_or_nothing_of_it(scene: &mut Scene) {
    scene.archivist.given("recordings exist", batch()).await;
    let scene = &*scene;
    let write = async { scene.post("/api/transcribe/batch").json(batch()).send().await.expect(202) };
    // Each reads until it has seen what is after.
    let reader = |_| async {
        loop {
            match seen(scene).await {
                (0, 0) => {}
                (total, listed) => {
                    assert_eq!((total, listed), (10, BATCH));
                    break;
                }
            }
        }
    };
    let (written, _) = futures::join!(write, join_all((0..READERS).map(reader)));
    assert_eq!(written["queued"].as_array().unwrap().len(), BATCH);
}

async fn a_batch_that_fails_in_the_middle_leaves_nothing(scene: &mut Scene) {
    scene.archivist.given("recordings exist", batch()).await;
    // The VODs are written by then, and so is a part of the jobs.
    let statement = if scene.archivist.is_on_sqlite() {
        "CREATE TRIGGER broken BEFORE INSERT ON jobs WHEN (SELECT COUNT(*) FROM jobs) = 4 \
         BEGIN SELECT RAISE(ABORT, 'broken'); END"
    } else {
        "CREATE FUNCTION broken() RETURNS trigger AS $$ BEGIN \
         IF (SELECT COUNT(*) FROM jobs) = 4 THEN RAISE EXCEPTION 'broken'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql; \
         CREATE TRIGGER broken BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION broken()"
    };
    scene.archivist.sql(statement).await;
    let ask = || scene.post("/api/transcribe/batch").json(batch()).send();
    ask().await.expect_error(503, "DatabaseError");
    let sqlite = scene.archivist.is_on_sqlite();
    scene.archivist.sql(if sqlite { "DROP TRIGGER broken" } else { "DROP FUNCTION broken() CASCADE" }).await;
    assert_eq!(seen(scene).await, (0, 0));
    assert_eq!(scene.queue().await["jobs"], json!([]));
    assert!(scene.ids("celery").await.is_empty());
    ask().await.expect(202);
    assert_eq!(scene.ids("celery").await.len(), BATCH);
}
