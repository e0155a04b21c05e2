//! Whole runs of real programs: the Archivist, a `redis-server`, and a worker, ours or a Python Celery worker. What
//! a user does, over HTTP alone.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use private_redis::PrivateRedis;
use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::archivist::client;
use crate::client::{Method, Reply, Request};
use crate::process::{Program, program};

const SUBTITLES: &str = "1\n00:00:01,000 --> 00:00:03,000\nCHAIR AMES: La r\u{e9}union est ouverte.\n\n\
                         2\n00:00:04,000 --> 00:00:06,500\nAye.\n";

/// The Archivist as a program, its Redis, and somebody who is signed in.
struct Station {
    archivist: Option<Program>,
    redis: PrivateRedis,
    media: TempDir,
    _database: TempDir,
    client: reqwest::Client,
    token: String,
}

/// A running worker, killed when it is dropped.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        // It fails only where the worker has ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Station {
    /// Nothing where there is no Redis.
    async fn open() -> Option<Self> {
        let redis = PrivateRedis::for_test()?;
        let (media, database) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        std::fs::create_dir(media.path().join("council")).unwrap();
        for name in ["council/a.mp4", "silent.mp4"] {
            std::fs::write(media.path().join(name), "").unwrap();
        }
        std::fs::write(media.path().join("council/a.srt"), SUBTITLES).unwrap();
        let root = media.path().to_str().unwrap();
        let mut command = program(&database, &["--listen", "127.0.0.1:0", "--media-root", root]);
        command.env("ARCHIVIST_ADMIN_PASSWORD", "the-first-admin").env("REDIS_URL", redis.url());
        // Nobody reads its log, which must not fill the pipe.
        command.env("RUST_LOG", "error");
        let archivist = Some(Program::start(command));
        let (client, token) = (client(), String::new());
        let station = Self { archivist, redis, media, _database: database, client, token };
        let pair = json!({"username": "admin", "password": "the-first-admin"});
        let session = station.request(&Method::POST, "/api/auth/login").json(pair).send().await.expect(200);
        let token = session["access_token"].as_str().unwrap().to_owned();
        Some(Self { token, ..station })
    }

    fn request(&self, method: &Method, target: &str) -> Request<'_> {
        let address = self.archivist.as_ref().unwrap().address;
        Request::to(address, &self.client, method, target)
    }

    async fn get(&self, target: &str) -> Reply {
        self.request(&Method::GET, target).bearer(&self.token).send().await
    }

    async fn post(&self, target: &str) -> Reply {
        self.request(&Method::POST, target).bearer(&self.token).send().await
    }

    async fn create(&self, path: &str) -> Value {
        let body = json!({"title": "Harbor Council", "file_path": path});
        let request = self.request(&Method::POST, "/api/vod/create").bearer(&self.token).json(body);
        request.send().await.expect(201)["id"].clone()
    }

    async fn transcribe(&self, vod: &Value) -> String {
        let request = self.request(&Method::POST, "/api/transcribe").bearer(&self.token);
        let accepted = request.json(json!({"vod_id": vod})).send().await.expect(202);
        accepted["job_id"].as_str().unwrap().to_owned()
    }

    /// The job, once its status is this; and how far it was on the way there.
    async fn job_becomes(&self, job: &str, status: &str) -> (Value, Vec<u64>) {
        let mut progress = Vec::new();
        loop {
            let read = self.get(&format!("/api/status/{job}")).await.expect(200);
            progress.push(read["progress"].as_u64().unwrap());
            if read["status"] == status {
                return (read, progress);
            }
            assert!(["queued", "processing"].contains(&read["status"].as_str().unwrap()), "{read}");
        }
    }

    /// Returns once a worker says that it is there.
    async fn has_a_worker(&self) {
        while self.get("/health").await.expect(200)["checks"]["worker"]["status"] != "ok" {}
    }

    async fn vod(&self, vod: &Value) -> Value {
        self.get(&format!("/api/vod/{vod}")).await.expect(200)
    }

    fn close(mut self) {
        self.archivist.take().unwrap().end(Signal::TERM);
    }

    /// Our worker, with further arguments; nothing where it was not built.
    fn our_worker(&self, arguments: &[&str]) -> Option<Worker> {
        let binary = Path::new(env!("CARGO_BIN_EXE_archivist")).with_file_name("transcription-worker");
        if !is_there(&binary, "the transcription-worker is not built; ./scripts/test builds it") {
            return None;
        }
        let mut command = Command::new(binary);
        command.arg("--media-root").arg(self.media.path()).args(arguments).env("REDIS_URL", self.redis.url());
        let mut child = spawn(command.stdout(Stdio::piped()));
        let mut line = String::new();
        BufReader::new(child.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("ready: taking tasks from "), "{line}");
        Some(child)
    }

    /// A Python Celery worker with the tasks of this folder; nothing where Celery is not installed.
    async fn celery_worker(&self, tasks: &str) -> Option<Worker> {
        let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let named = std::env::var_os("COUNTERSIGN_PYTHON").map(PathBuf::from);
        let python = named.unwrap_or_else(|| house.join(".python/bin/python"));
        if !is_there(&python, "Celery is not installed; ./scripts/setup installs it") {
            return None;
        }
        let mut command = Command::new(python);
        command.args(["-m", "celery", "-A", "tasks", "--quiet", "--workdir"]).arg(house.join(tasks));
        command.args(["worker", "--queues", "celery,caption_priority", "--concurrency", "1"]);
        command.args(["--loglevel", "CRITICAL"]).stdout(Stdio::null());
        command.env("REDIS_URL", self.redis.url()).env("MEDIA_ROOT", self.media.path());
        command.envs([("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONWARNINGS", "ignore")]);
        let worker = spawn(&mut command);
        self.has_a_worker().await;
        Some(worker)
    }
}

/// On a build server a skipped test would look like a passed one.
pub fn is_there(program: &Path, otherwise: &str) -> bool {
    let there = program.exists();
    assert!(there || std::env::var_os("CI").is_none(), "{otherwise}");
    if !there {
        let _ = writeln!(io::stderr(), "SKIPPED: {otherwise}");
    }
    there
}

fn spawn(command: &mut Command) -> Worker {
    Worker(command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

/// From a recording to its summary, whoever does the work.
async fn from_a_recording_to_its_summary(station: &Station) {
    let vod = station.create("council/a.mp4").await;
    assert_eq!(station.vod(&vod).await["status"], "pending");
    let job = station.transcribe(&vod).await;
    let (completed, progress) = station.job_becomes(&job, "completed").await;
    assert!(progress.is_sorted() && progress.last() == Some(&100), "{progress:?}");
    assert_eq!((&completed["vod_id"], &completed["transcription_id"]), (&vod, &json!(job)));
    let archived = station.vod(&vod).await;
    assert_eq!((&archived["status"], &archived["transcription_id"]), (&json!("completed"), &json!(job)));

    let transcription = station.get(&format!("/api/transcriptions/{job}")).await.expect(200);
    assert_eq!((&transcription["title"], &transcription["segments"]), (&json!("Harbor Council"), &json!(2)));
    assert_eq!(transcription["duration"], 6.5);
    let scc = station.get(&format!("/api/transcriptions/{job}/captions.scc")).await;
    assert!(scc.text().starts_with("Scenarist_SCC V1.0\n"), "{}", scc.text());
    let vtt = station.get(&format!("/api/transcriptions/{job}/captions.vtt")).await;
    assert!(vtt.text().starts_with("WEBVTT\n") && vtt.text().contains("La r\u{e9}union est ouverte."));
    let disposition = vtt.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment; filename=\"a.vtt\""), "{disposition}");

    let summary = station.post(&format!("/api/transcriptions/{job}/summary")).await.expect(200);
    let entries = summary["summary"].as_array().unwrap();
    assert!(entries[0]["text"].as_str().unwrap().ends_with("La r\u{e9}union est ouverte."), "{summary}");
    assert_eq!((entries.len(), &entries[1]), (2, &json!({"speaker": null, "start": 4.0, "text": "Aye."})));
    assert_eq!(station.get(&format!("/api/transcriptions/{job}/summary")).await.expect(200), summary);

    let silent = station.create("silent.mp4").await;
    let job = station.transcribe(&silent).await;
    let (failed, _) = station.job_becomes(&job, "failed").await;
    let error = failed["error"].as_str().unwrap();
    assert!(error.starts_with("Transcription failed for silent.mp4"), "no folder is shown: {error}");
    assert_eq!(station.vod(&silent).await["status"], "failed");
    let counts = station.get("/api/queue").await.expect(200)["counts"].clone();
    let expected =
        json!({"queued": 0, "processing": 0, "paused": 0, "completed": 1, "failed": 1, "cancelled": 0});
    assert_eq!(counts, expected);
}

/// A job that a worker is at, and that ends by nothing but an order.
async fn an_endless_job_is_stopped(station: &Station) {
    let vod = station.create("council/a.mp4").await;
    let job = station.transcribe(&vod).await;
    station.job_becomes(&job, "processing").await;
    let stopped = station.post(&format!("/api/queue/stop/{job}")).await.expect(200);
    assert_eq!((&stopped["status"], &stopped["error"]), (&json!("cancelled"), &json!("terminated")));
    assert_eq!(station.vod(&vod).await["status"], "pending");
}

#[tokio::test]
async fn with_our_worker_from_a_recording_to_its_summary() {
    let Some(station) = Station::open().await else { return };
    let Some(_worker) = station.our_worker(&[]) else { return };
    from_a_recording_to_its_summary(&station).await;
    station.close();
}

#[tokio::test]
async fn with_a_celery_worker_from_a_recording_to_its_summary() {
    let Some(station) = Station::open().await else { return };
    let Some(_worker) = station.celery_worker("providers/transcription-worker/celery").await else { return };
    from_a_recording_to_its_summary(&station).await;
    station.close();
}

#[tokio::test]
async fn our_worker_ends_a_job_that_is_stopped() {
    let Some(station) = Station::open().await else { return };
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
    let Some(_worker) = station.our_worker(&sleep) else { return };
    an_endless_job_is_stopped(&station).await;
    station.close();
}

#[tokio::test]
async fn a_celery_worker_ends_a_job_that_is_stopped() {
    let Some(station) = Station::open().await else { return };
    // Its task waits for a word that nobody says.
    let Some(_worker) = station.celery_worker("consumers/archivist-queue/tests/celery").await else { return };
    an_endless_job_is_stopped(&station).await;
    station.close();
}

#[tokio::test]
async fn a_paused_job_is_done_once_it_is_resumed() {
    let Some(station) = Station::open().await else { return };
    let vod = station.create("council/a.mp4").await;
    let [paused, removed, next] =
        [station.transcribe(&vod).await, station.transcribe(&vod).await, station.transcribe(&vod).await];
    station.post(&format!("/api/queue/pause/{paused}")).await.expect(200);
    station.post(&format!("/api/queue/remove/{removed}")).await.expect(200);
    let Some(_worker) = station.our_worker(&["--concurrency", "1"]) else { return };
    station.job_becomes(&next, "completed").await;
    assert_eq!(station.get(&format!("/api/status/{paused}")).await.expect(200)["status"], "paused");
    station.post(&format!("/api/queue/resume/{paused}")).await.expect(200);
    station.job_becomes(&paused, "completed").await;
    assert_eq!(station.get(&format!("/api/status/{removed}")).await.expect(200)["status"], "cancelled");
    station.close();
}
