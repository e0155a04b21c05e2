//! The worker as a program, on a real Redis: what it takes, what it leaves, and what outlives it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod celery;
mod messages;
mod survival;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use redis::aio::ConnectionManager;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

/// A Redis, a folder of recordings, and the client of a publisher.
struct Scene {
    redis: PrivateRedis,
    media: TempDir,
    bare: ConnectionManager,
}

/// A running worker, killed when it is dropped.
struct Worker(Child);

impl Scene {
    async fn on(redis: PrivateRedis) -> Self {
        let bare = redis::Client::open(redis.url()).unwrap().get_connection_manager().await.unwrap();
        let scene = Self { redis, media: TempDir::new().unwrap(), bare };
        std::fs::write(scene.media.path().join("a.mp4"), "").unwrap();
        std::fs::write(scene.media.path().join("a.srt"), "1\n00:00:01,000 --> 00:00:02,000\nAye.\n").unwrap();
        scene
    }

    /// A worker that is ready, with further arguments.
    fn worker(&self, arguments: &[&str]) -> Worker {
        let mut child = Command::new(env!("CARGO_BIN_EXE_transcription-worker"))
            .args(["--redis", self.redis.url(), "--media-root"])
            .arg(self.media.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("ready: taking tasks from "), "{line}");
        Worker(child)
    }

    fn path(&self) -> String {
        self.media.path().canonicalize().unwrap().join("a.mp4").to_string_lossy().into_owned()
    }

    /// The least message that a worker takes, for the recording that is there.
    fn task(&self) -> (String, Value) {
        let id = Uuid::new_v4().to_string();
        let message = json!({
            "body": STANDARD.encode(json!([[self.path()], {}, {}]).to_string()),
            "content-type": "application/json",
            "headers": {"task": "transcription.run_whisper", "id": id},
            "properties": {
                "body_encoding": "base64",
                "delivery_tag": Uuid::new_v4().to_string(),
                "delivery_info": {"exchange": "", "routing_key": "celery"},
            },
        });
        (id, message)
    }

    async fn publish(&mut self, list: &str, entry: impl Into<Vec<u8>>) {
        let () = self.bare.lpush(list, entry.into()).await.unwrap();
    }

    /// The final result of a task, once there is one.
    async fn result(&self, id: &str) -> Value {
        let key = format!("celery-task-meta-{id}");
        let client = redis::Client::open(self.redis.url()).unwrap();
        let mut listener = client.get_async_pubsub().await.unwrap();
        listener.subscribe(&key).await.unwrap();
        let mut told = listener.into_on_message();
        loop {
            let stored: Option<String> = self.bare.clone().get(&key).await.unwrap();
            let result: Value = stored.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
            if ["SUCCESS", "FAILURE", "REVOKED"].iter().any(|it| result["status"] == *it) {
                return result;
            }
            futures::StreamExt::next(&mut told).await.unwrap();
        }
    }

    /// Takes the next dead letter, waiting for it.
    async fn dead_letter(&self) -> Value {
        let client = redis::Client::open(self.redis.url()).unwrap();
        let config = redis::AsyncConnectionConfig::new().set_response_timeout(None);
        let mut own = client.get_multiplexed_async_connection_with_config(&config).await.unwrap();
        let (_, letter): (String, String) = own.brpop("celery.dead-letter", 0.0).await.unwrap();
        serde_json::from_str(&letter).unwrap()
    }

    async fn held(&mut self) -> usize {
        self.bare.hlen("unacked").await.unwrap()
    }

    fn written(&self, name: &str) -> String {
        std::fs::read_to_string(self.media.path().join(name)).unwrap()
    }
}

impl Worker {
    /// SIGKILL.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program of a shell's, as a transcriber.
fn shell(script: &str) -> Vec<&str> {
    vec!["--transcriber", "command", "--command", "/bin/sh", "--command", "-c", "--command", script]
}

fn exists(folder: &Path, name: &str) -> bool {
    folder.join(name).exists()
}
