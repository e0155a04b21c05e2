//! In the middle of a publication.

use serde_json::{Value, json};

use crate::person::{MP4, SUBTITLES};
use crate::service::Service;
use crate::stack::{Database, Stack};
use crate::station::Held;
use crate::wire::Fault;

/// A show that the station has from its beginning, and nothing of it.
const SHOW: i64 = 4060;

/// A transcription of which the station has the beginning of the recording: the answer to its first segment was lost.
struct Midway {
    stack: Stack,
    _worker: Service,
    job: String,
}

impl Midway {
    async fn on(database: Database) -> Option<Self> {
        let stack = Stack::open(database).await?;
        let worker = stack.worker(&[])?;
        stack.write("council/a.mp4", MP4);
        stack.write("council/a.srt", SUBTITLES);
        let vod = stack.admin.create("Harbor Week", "council/a.mp4").await;
        let job = stack.admin.transcribe(&vod).await;
        stack.admin.job_becomes(&job, "completed").await;
        let link = format!("/api/cablecast/link/{job}");
        stack.admin.post_json(&link, json!({"show_id": SHOW})).await.expect(200);
        stack.admin.sees_recovery().await;
        let midway = Self { stack, _worker: worker, job };
        midway.stack.wire.set(Fault::Cut { from: 4, arrives: true });
        midway.publish().await.expect_error(503, "CablecastUnavailable");
        let publication = midway.publication().await;
        assert_eq!(
            (&publication["status"], &publication["step"]),
            (&json!("interrupted"), &json!("recording"))
        );
        let begun = midway.stack.rows("SELECT upload_id, segments_sent FROM publications").await;
        assert!(begun[0][0].is_number() && begun[0][1] == 0, "{begun:?}");
        Some(midway)
    }

    async fn publish(&self) -> crate::client::Reply {
        self.stack.admin.post(&format!("/api/vod/publish/{}", self.job)).await
    }

    async fn publication(&self) -> Value {
        self.stack.admin.get("/api/vod/sync-status").await.expect(200)["publications"][0].clone()
    }

    /// Somebody publishes, and waits for a station that does not answer.
    async fn waits(&self) -> tokio::task::JoinHandle<()> {
        self.stack.wire.set(Fault::Silence);
        let (admin, target) = (self.stack.admin.clone(), format!("/api/vod/publish/{}", self.job));
        let waiting = tokio::spawn(async move {
            // What comes of it is seen by whoever asks next.
            let _ = admin.request(&crate::client::Method::POST, &target).attempt().await;
        });
        while self.publication().await["status"] != "publishing" {}
        waiting
    }

    /// Publishes, and sees that all there is, there is once.
    async fn ends_well(self) {
        let publication = self.stack.admin.publish(&self.job).await;
        assert_eq!(publication["show_id"], SHOW);
        assert_eq!(self.stack.station.held(&publication).await, Held::ONCE);
        assert_eq!(self.stack.admin.publish(&self.job).await, publication);
        assert_eq!(self.stack.station.held(&publication).await, Held::ONCE);
        let rows = self.stack.rows("SELECT transcription_id, step, error FROM publications").await;
        assert_eq!(rows, [[json!(self.job), json!("done"), Value::Null]]);
        let counts = self.stack.admin.get("/api/vod/sync-status").await.expect(200)["counts"].clone();
        assert_eq!(counts, json!({"unpublished": 0, "publishing": 0, "interrupted": 0, "published": 1}));
        self.stack.close();
    }
}

#[tokio::test]
async fn the_station_is_killed() {
    let Some(mut midway) = Midway::on(Database::Sqlite).await else { return };
    midway.stack.kill_cablecast();
    midway.stack.wire.set(Fault::None);
    midway.stack.admin.sees_failing(&["cablecast"]).await;
    midway.publish().await.expect_error(503, "CablecastUnavailable");
    // It has lost the upload, and nothing of that is left.
    midway.stack.start_cablecast();
    midway.stack.admin.sees_recovery().await;
    midway.ends_well().await;
}

#[tokio::test]
async fn the_archivist_is_killed() {
    let Some(mut midway) = Midway::on(Database::Sqlite).await else { return };
    let waiting = midway.waits().await;
    midway.stack.kill_archivist();
    waiting.await.unwrap();
    midway.stack.wire.set(Fault::None);
    midway.stack.start_archivist();
    midway.stack.admin.sees_recovery().await;
    midway.ends_well().await;
}

#[tokio::test]
async fn the_database_is_lost() {
    let Some(mut midway) = Midway::on(Database::Postgresql).await else { return };
    let waiting = midway.waits().await;
    midway.stack.postgresql.as_mut().unwrap().crash();
    midway.stack.admin.sees_failing(&["database", "cablecast"]).await;
    midway.stack.wire.set(Fault::None);
    midway.stack.admin.sees_failing(&["database"]).await;
    waiting.await.unwrap();
    midway.stack.postgresql.as_mut().unwrap().start();
    midway.stack.admin.sees_recovery().await;
    midway.ends_well().await;
}
