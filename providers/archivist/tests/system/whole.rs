//! Whole runs with a worker, ours or a Python Celery worker. What a user does, over HTTP alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::person::{MP4, SUBTITLES};
use crate::service::Service;
use crate::sibling::is_there;
use crate::stack::{Database, Stack};

async fn open() -> Option<Stack> {
    let stack = Stack::open(Database::Sqlite).await?;
    for name in ["council/a.mp4", "silent.mp4"] {
        stack.write(name, MP4);
    }
    stack.write("council/a.srt", SUBTITLES);
    Some(stack)
}

impl Stack {
    async fn get(&self, target: &str) -> crate::client::Reply {
        self.admin.get(target).await
    }

    async fn post(&self, target: &str) -> crate::client::Reply {
        self.admin.post(target).await
    }

    async fn create(&self, path: &str) -> Value {
        self.admin.create("Harbor Council", path).await
    }

    /// A Python Celery worker with the tasks of this folder; nothing where Celery is not installed.
    async fn celery_worker(&self, tasks: &str) -> Option<Service> {
        let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let named = std::env::var_os("COUNTERSIGN_PYTHON").map(PathBuf::from);
        let python = named.unwrap_or_else(|| house.join(".python/bin/python"));
        if !is_there(&python, "Celery is not installed; ./scripts/setup installs it") {
            return None;
        }
        let mut command = Command::new(python);
        command.args(["-m", "celery", "-A", "tasks", "--quiet", "--workdir"]).arg(house.join(tasks));
        command.args(["worker", "--queues", "celery,caption_priority", "--concurrency", "1"]);
        command.args(["--loglevel", "CRITICAL"]);
        command.env("REDIS_URL", self.redis.url()).env("MEDIA_ROOT", self.media());
        command.envs([("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONWARNINGS", "ignore")]);
        let worker = Service::silent(&mut command);
        self.admin.sees_recovery().await;
        Some(worker)
    }
}

/// From a recording to its summary, whoever does the work.
async fn from_a_recording_to_its_summary(stack: &Stack) {
    let vod = stack.create("council/a.mp4").await;
    assert_eq!(stack.admin.vod(&vod).await["status"], "pending");
    let job = stack.admin.transcribe(&vod).await;
    let (completed, progress) = stack.admin.job_becomes(&job, "completed").await;
    assert!(progress.is_sorted() && progress.last() == Some(&100), "{progress:?}");
    assert_eq!((&completed["vod_id"], &completed["transcription_id"]), (&vod, &json!(job)));
    let archived = stack.admin.vod(&vod).await;
    assert_eq!((&archived["status"], &archived["transcription_id"]), (&json!("completed"), &json!(job)));

    let transcription = stack.get(&format!("/api/transcriptions/{job}")).await.expect(200);
    assert_eq!((&transcription["title"], &transcription["segments"]), (&json!("Harbor Council"), &json!(2)));
    assert_eq!(transcription["duration"], 6.5);
    let scc = stack.get(&format!("/api/transcriptions/{job}/captions.scc")).await;
    assert!(scc.text().starts_with("Scenarist_SCC V1.0\n"), "{}", scc.text());
    let vtt = stack.get(&format!("/api/transcriptions/{job}/captions.vtt")).await;
    assert!(vtt.text().starts_with("WEBVTT\n") && vtt.text().contains("La r\u{e9}union est ouverte."));
    let disposition = vtt.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment; filename=\"a.vtt\""), "{disposition}");

    let summary = stack.post(&format!("/api/transcriptions/{job}/summary")).await.expect(200);
    let entries = summary["summary"].as_array().unwrap();
    assert!(entries[0]["text"].as_str().unwrap().ends_with("La r\u{e9}union est ouverte."), "{summary}");
    assert_eq!((entries.len(), &entries[1]), (2, &json!({"speaker": null, "start": 4.0, "text": "Aye."})));
    assert_eq!(stack.get(&format!("/api/transcriptions/{job}/summary")).await.expect(200), summary);

    let silent = stack.create("silent.mp4").await;
    let job = stack.admin.transcribe(&silent).await;
    let (failed, _) = stack.admin.job_becomes(&job, "failed").await;
    let error = failed["error"].as_str().unwrap();
    assert!(error.starts_with("Transcription failed for silent.mp4"), "no folder is shown: {error}");
    assert_eq!(stack.admin.vod(&silent).await["status"], "failed");
    let counts = stack.get("/api/queue").await.expect(200)["counts"].clone();
    let expected =
        json!({"queued": 0, "processing": 0, "paused": 0, "completed": 1, "failed": 1, "cancelled": 0});
    assert_eq!(counts, expected);
}

/// A job that a worker is at, and that ends by nothing but an order.
async fn an_endless_job_is_stopped(stack: &Stack) {
    let vod = stack.create("council/a.mp4").await;
    let job = stack.admin.transcribe(&vod).await;
    stack.admin.job_becomes(&job, "processing").await;
    let stopped = stack.post(&format!("/api/queue/stop/{job}")).await.expect(200);
    assert_eq!((&stopped["status"], &stopped["error"]), (&json!("cancelled"), &json!("terminated")));
    assert_eq!(stack.admin.vod(&vod).await["status"], "pending");
}

#[tokio::test]
async fn with_our_worker_from_a_recording_to_its_summary() {
    let Some(stack) = open().await else { return };
    let Some(_worker) = stack.worker(&[]) else { return };
    from_a_recording_to_its_summary(&stack).await;
    stack.close();
}

#[tokio::test]
async fn with_a_celery_worker_from_a_recording_to_its_summary() {
    let Some(stack) = open().await else { return };
    let Some(_worker) = stack.celery_worker("providers/transcription-worker/celery").await else { return };
    from_a_recording_to_its_summary(&stack).await;
    stack.close();
}

#[tokio::test]
async fn our_worker_ends_a_job_that_is_stopped() {
    let Some(stack) = open().await else { return };
    let sleep = [
        "--transcriber",
        "command",
        "--command",
        "/bin/sh",
        "--command",
        "-c",
        "--command",
        "exec sleep 3600",
    ];
    let Some(_worker) = stack.worker(&sleep) else { return };
    an_endless_job_is_stopped(&stack).await;
    stack.close();
}

#[tokio::test]
async fn a_celery_worker_ends_a_job_that_is_stopped() {
    let Some(stack) = open().await else { return };
    // Its task waits for a word that nobody says.
    let Some(_worker) = stack.celery_worker("consumers/archivist-queue/tests/celery").await else { return };
    an_endless_job_is_stopped(&stack).await;
    stack.close();
}

#[tokio::test]
async fn a_paused_job_is_done_once_it_is_resumed() {
    let Some(stack) = open().await else { return };
    let vod = stack.create("council/a.mp4").await;
    let [paused, removed, next] = [
        stack.admin.transcribe(&vod).await,
        stack.admin.transcribe(&vod).await,
        stack.admin.transcribe(&vod).await,
    ];
    stack.post(&format!("/api/queue/pause/{paused}")).await.expect(200);
    stack.post(&format!("/api/queue/remove/{removed}")).await.expect(200);
    let Some(_worker) = stack.worker(&["--concurrency", "1"]) else { return };
    stack.admin.job_becomes(&next, "completed").await;
    assert_eq!(stack.get(&format!("/api/status/{paused}")).await.expect(200)["status"], "paused");
    stack.post(&format!("/api/queue/resume/{paused}")).await.expect(200);
    stack.admin.job_becomes(&paused, "completed").await;
    assert_eq!(stack.get(&format!("/api/status/{removed}")).await.expect(200)["status"], "cancelled");
    stack.close();
}
