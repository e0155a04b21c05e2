//! `/health` and `/metrics` under every fault there is.

use crate::health::series;
use crate::person::MP4;
use crate::stack::{Database, Stack};
use crate::wire::Fault;

#[tokio::test]
async fn every_fault_is_told_and_its_end() {
    let Some(mut stack) = Stack::open(Database::Postgresql).await else { return };
    stack.admin.sees_failing(&["worker"]).await;
    let Some(worker) = stack.worker(&[]) else { return };
    stack.admin.sees_recovery().await;
    worker.kill();
    stack.admin.sees_failing(&["worker"]).await;
    let Some(_worker) = stack.worker(&[]) else { return };
    stack.admin.sees_recovery().await;

    stack.redis.kill();
    stack.admin.sees_failing(&["redis", "queue", "worker"]).await;
    let text = stack.admin.scrape().await;
    assert_eq!(series(&text, "archivist_queue_depth"), None, "a number that is not known is not told");
    stack.redis.restart().unwrap();
    stack.admin.sees_recovery().await;

    stack.postgresql.as_mut().unwrap().crash();
    stack.admin.sees_failing(&["database"]).await;
    let text = stack.admin.scrape().await;
    assert_eq!(series(&text, "archivist_jobs{status=\"queued\"}"), None);
    stack.postgresql.as_mut().unwrap().start();
    stack.admin.sees_recovery().await;

    let aside = stack.media().with_extension("aside");
    std::fs::rename(stack.media(), &aside).unwrap();
    stack.admin.sees_failing(&["disk"]).await;
    std::fs::rename(&aside, stack.media()).unwrap();
    stack.admin.sees_recovery().await;
    stack.close();
}

#[tokio::test]
async fn whatever_is_wrong_with_the_station_is_told() {
    let Some(mut stack) = Stack::open(Database::Sqlite).await else { return };
    let Some(_worker) = stack.worker(&[]) else { return };
    stack.admin.sees_recovery().await;
    for fault in [Fault::Status(401), Fault::Status(500), Fault::Says("<html>"), Fault::Silence, Fault::Slow]
    {
        stack.wire.set(fault);
        stack.admin.sees_failing(&["cablecast"]).await;
        stack.wire.set(Fault::None);
        stack.admin.sees_recovery().await;
    }
    stack.cablecast().hold();
    stack.admin.sees_failing(&["cablecast"]).await;
    stack.cablecast().let_go();
    stack.admin.sees_recovery().await;
    stack.kill_cablecast();
    stack.admin.sees_failing(&["cablecast"]).await;
    stack.start_cablecast();
    stack.admin.sees_recovery().await;
    stack.close();
}

#[tokio::test]
async fn what_is_done_is_counted() {
    let Some(stack) = Stack::open(Database::Sqlite).await else { return };
    for name in ["a.mp4", "b.mp4"] {
        stack.write(name, MP4);
    }
    let vods = [stack.admin.create("A", "a.mp4").await, stack.admin.create("B", "b.mp4").await];
    for vod in &vods {
        stack.admin.transcribe(vod).await;
    }
    let told = stack.admin.scrape().await;
    assert_eq!(series(&told, "archivist_queue_depth"), Some(2.0));
    assert_eq!(series(&told, "archivist_jobs{status=\"queued\"}"), Some(2.0));
    assert_eq!(series(&told, "archivist_sessions"), Some(1.0));
    let created = r#"archivist_http_requests_total{method="POST",path="/api/vod/create",status="201"}"#;
    assert_eq!(series(&told, created), Some(2.0));
    stack.close();
}
