//! Ten thousand tasks, while workers die and connections are cut.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use private_redis::PrivateRedis;
use serde_json::json;

use crate::inside::{Running, counting, settings};
use crate::witness::Witness;
use crate::{Scene, message};

const TASKS: usize = 10_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_tasks_are_done_whatever_happens() {
    let Some(redis) = PrivateRedis::for_test() else { return };
    let mut scene = Scene::on(redis).await;
    let mut expected = BTreeSet::new();
    let mut publishing = redis::pipe();
    for _ in 0..TASKS {
        let (id, message) = message("count", &json!([]));
        publishing.lpush("celery", message.to_string()).ignore();
        expected.insert(id);
    }
    let () = publishing.query_async(&mut scene.bare).await.unwrap();
    let mut witness = Witness::at(scene.redis.url()).await;
    let workers = [(); 3].map(|()| counting(scene.redis.url(), settings()));
    let [(one, its), (two, others), (three, thirds)] = workers;
    let (one, two, three) =
        (Running::begin(one).await, Running::begin(two).await, Running::begin(three).await);
    witness.hears(TASKS / 10).await;
    one.dies().await;
    witness.hears(TASKS / 5).await;
    let kill = ["KILL", "TYPE", "normal", "SKIPME", "yes"];
    let () = redis::cmd("CLIENT").arg(&kill).query_async(&mut scene.bare.clone()).await.unwrap();
    witness.hears(TASKS / 2).await;
    two.stop().await;
    witness.hears(TASKS).await;
    three.stop().await;
    scene.assert_all_is_done().await;
    let counts = witness.counts().await;
    assert!(counts.values().all(|&count| count == 1), "some have two results");
    assert_eq!(counts.into_keys().collect::<BTreeSet<_>>(), expected, "nothing is lost");
    let runs: usize = [its, others, thirds].iter().map(|runs| runs.load(Ordering::Relaxed)).sum();
    // What ran in the one that died may run again: no more than it could hold.
    assert!((TASKS..=TASKS + 8).contains(&runs), "{runs}");
}
