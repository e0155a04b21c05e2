//! The worker as a program, and as a library, on a real Redis: what it takes, what it leaves, and what outlives it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod celery;
mod clocks;
mod control;
mod cuts;
mod gate;
mod inside;
mod kills;
mod load;
mod messages;
mod poison;
mod restore;
mod survival;
mod witness;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use private_redis::PrivateRedis;
use redis::AsyncCommands as _;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use rustix::process::{Pid, Signal, kill_process};
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
struct Worker {
    child: Child,
    /// What it tells of itself.
    log: BufReader<ChildStderr>,
}

impl Scene {
    async fn on(redis: PrivateRedis) -> Self {
        let bare = publisher(redis.url()).await;
        let scene = Self { redis, media: TempDir::new().unwrap(), bare };
        std::fs::write(scene.media.path().join("a.mp4"), "").unwrap();
        std::fs::write(scene.media.path().join("a.srt"), "1\n00:00:01,000 --> 00:00:02,000\nAye.\n").unwrap();
        scene
    }

    /// A worker that is ready, with further arguments.
    fn worker(&self, arguments: &[&str]) -> Worker {
        let mut worker = self.begin(self.redis.url(), arguments);
        let mut line = String::new();
        BufReader::new(worker.child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("ready: taking tasks from "), "{line}");
        worker
    }

    /// A worker that is only starting, on a queue that is reached by another address.
    fn begin(&self, url: &str, arguments: &[&str]) -> Worker {
        let mut child = Command::new(env!("CARGO_BIN_EXE_transcription-worker"))
            .args(["--redis", url, "--media-root"])
            .arg(self.media.path())
            .args(arguments)
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        Worker { child, log }
    }

    fn path(&self) -> String {
        self.media.path().canonicalize().unwrap().join("a.mp4").to_string_lossy().into_owned()
    }

    /// The least message that a worker takes, for the recording that is there.
    fn task(&self) -> (String, Value) {
        message("transcription.run_whisper", &json!([self.path()]))
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
            if is_final(&result) {
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

    /// A list, that first which is taken first.
    async fn list(&self, name: &str) -> Vec<Vec<u8>> {
        let mut entries: Vec<Vec<u8>> = self.bare.clone().lrange(name, 0, -1).await.unwrap();
        entries.reverse();
        entries
    }

    /// Nothing waits, nobody holds anything, and nothing was put away.
    async fn assert_all_is_done(&mut self) {
        for list in ["celery", "celery.dead-letter"] {
            assert_eq!(self.list(list).await, Vec::<Vec<u8>>::new(), "{list}");
        }
        assert_eq!(self.held().await, 0);
        assert_eq!(self.bare.zcard::<_, usize>("unacked_index").await.unwrap(), 0);
    }

    fn written(&self, name: &str) -> String {
        std::fs::read_to_string(self.media.path().join(name)).unwrap()
    }

    /// What stands in the folder of recordings, with what is in it.
    fn files(&self) -> Vec<(String, String)> {
        let entries = std::fs::read_dir(self.media.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names.into_iter().map(|name| (self.written(&name), name)).map(|(text, name)| (name, text)).collect()
    }
}

impl Worker {
    /// SIGKILL.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits until it says so.
    fn says(&mut self, words: &str) {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            assert_ne!(self.log.read_line(&mut line).unwrap(), 0, "it ended and never said {words:?}");
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection that has the time that a busy machine takes.
async fn publisher(url: &str) -> ConnectionManager {
    let config = ConnectionManagerConfig::new().set_response_timeout(Some(Duration::from_mins(1)));
    let client = redis::Client::open(url).unwrap();
    client.get_connection_manager_with_config(config).await.unwrap()
}

/// A message of protocol 2, and its id.
fn message(task: &str, args: &Value) -> (String, Value) {
    let id = Uuid::new_v4().to_string();
    let message = json!({
        "body": STANDARD.encode(json!([args, {}, {}]).to_string()),
        "content-type": "application/json",
        "headers": {"task": task, "id": id},
        "properties": {
            "body_encoding": "base64",
            "delivery_tag": Uuid::new_v4().to_string(),
            "delivery_info": {"exchange": "", "routing_key": "celery"},
        },
    });
    (id, message)
}

fn is_final(result: &Value) -> bool {
    ["SUCCESS", "FAILURE", "REVOKED"].iter().any(|it| result["status"] == *it)
}
