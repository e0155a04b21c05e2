//! In the middle of a transcription.

use serde_json::json;

use crate::gate::{self, Gate, Gated};
use crate::service::Service;
use crate::stack::{Database, Stack};

/// A worker that stands at the gate of a job.
struct Midway {
    stack: Stack,
    worker: Service,
    recording: Gated,
    job: String,
    gate: Gate,
}

impl Midway {
    async fn on(database: Database) -> Option<Self> {
        let stack = Stack::open(database).await?;
        let worker = gate::worker(&stack)?;
        let recording = Gated::archive(&stack, "a").await;
        let job = stack.admin.transcribe(&recording.vod).await;
        let gate = recording.reached().await;
        stack.admin.job_becomes(&job, "processing").await;
        stack.admin.sees_recovery().await;
        Some(Self { stack, worker, recording, job, gate })
    }
}

/// Sees that the job ends well, and that all there is, there is once.
async fn ends_well(stack: &Stack, recording: &Gated, job: &str) {
    stack.admin.job_becomes(job, "completed").await;
    let vod = stack.admin.vod(&recording.vod).await;
    assert_eq!((&vod["status"], &vod["transcription_id"]), (&json!("completed"), &json!(job)));
    let vtt = stack.admin.get(&format!("/api/transcriptions/{job}/captions.vtt")).await;
    assert_eq!(vtt.text().matches("The meeting is open.").count(), 1, "{}", vtt.text());
    let counts = stack.admin.get("/api/queue").await.expect(200)["counts"].clone();
    let expected =
        json!({"queued": 0, "processing": 0, "paused": 0, "completed": 1, "failed": 0, "cancelled": 0});
    assert_eq!(counts, expected);
    assert_eq!(stack.rows("SELECT id, status FROM jobs").await, [[json!(job), json!("completed")]]);
    assert_eq!(stack.rows("SELECT id, segments FROM transcriptions").await, [[json!(job), json!(2)]]);
    while stack.messages().await > 0 {}
}

#[tokio::test]
async fn the_database_is_lost() {
    let Some(Midway { mut stack, worker: _worker, recording, job, gate }) =
        Midway::on(Database::Postgresql).await
    else {
        return;
    };
    stack.postgresql.as_mut().unwrap().crash();
    stack.admin.sees_failing(&["database"]).await;
    stack.admin.get(&format!("/api/status/{job}")).await.expect_error(503, "DatabaseError");
    // Nobody is there to write down that it is done.
    gate.open();
    stack.is_done(&job).await;
    stack.postgresql.as_mut().unwrap().start();
    stack.admin.sees_recovery().await;
    ends_well(&stack, &recording, &job).await;
    stack.close();
}

#[tokio::test]
async fn redis_is_lost() {
    let Some(Midway { mut stack, worker: _worker, recording, job, gate }) =
        Midway::on(Database::Sqlite).await
    else {
        return;
    };
    stack.redis.kill();
    stack.admin.sees_failing(&["redis", "queue", "worker"]).await;
    let body = json!({"vod_id": recording.vod});
    stack.admin.post_json("/api/transcribe", body).await.expect_error(503, "QueueError");
    stack.redis.restart().unwrap();
    stack.admin.sees_recovery().await;
    gate.open();
    ends_well(&stack, &recording, &job).await;
    stack.close();
}

#[tokio::test]
async fn the_worker_is_killed() {
    let Some(Midway { stack, worker, recording, job, gate }) = Midway::on(Database::Sqlite).await else {
        return;
    };
    worker.kill();
    drop(gate);
    stack.admin.sees_failing(&["worker"]).await;
    assert_eq!(stack.admin.get(&format!("/api/status/{job}")).await.expect(200)["status"], "processing");
    let Some(_worker) = gate::worker(&stack) else { return };
    // Another takes up what the killed one held.
    recording.reached().await.open();
    stack.admin.sees_recovery().await;
    ends_well(&stack, &recording, &job).await;
    stack.close();
}

#[tokio::test]
async fn the_archivist_is_killed() {
    let Some(Midway { mut stack, worker: _worker, recording, job, gate }) =
        Midway::on(Database::Sqlite).await
    else {
        return;
    };
    stack.kill_archivist();
    assert!(stack.admin.request(&crate::client::Method::GET, "/health").attempt().await.is_err());
    gate.open();
    stack.is_done(&job).await;
    stack.start_archivist();
    stack.admin.sees_recovery().await;
    ends_well(&stack, &recording, &job).await;
    stack.close();
}
