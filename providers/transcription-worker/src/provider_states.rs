//! Provider states of the queue, for whoever serves it: recordings on disk, and what was told to the workers.
//! A program of its own, so that a worker of any make can be held to the pact.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use redis::AsyncCommands as _;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use uuid::Uuid;

/// How long a worker has to answer that it has heard.
const HEARING: Duration = Duration::from_secs(10);

/// Every provider state there is.
pub const NAMES: [&str; 4] = [
    "a recording with subtitles",
    "no recording",
    "a recording that cannot be transcribed",
    "the task was revoked",
];

/// What the states act on.
#[derive(Clone, Debug)]
pub struct Surroundings {
    client: redis::Client,
    media_root: PathBuf,
}

/// Pact's state change.
#[derive(Deserialize)]
struct Change {
    action: Action,
    state: String,
    #[serde(default)]
    params: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    Setup,
    Teardown,
}

/// Why a state is not set up.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("no state has this name")]
    Unknown,
    #[error("the recordings cannot be written: {0}")]
    Media(#[from] io::Error),
    #[error("the queue is not reached")]
    Queue(#[from] redis::RedisError),
    #[error("no worker answers that it has heard")]
    Unheard,
}

type Answer = (StatusCode, Json<Value>);

impl Surroundings {
    /// Makes the folder where there is none. An error where the address or the folder cannot be used.
    pub fn open(redis: &str, media_root: &Path) -> Result<Self, StateError> {
        std::fs::create_dir_all(media_root)?;
        Ok(Self { client: redis::Client::open(redis)?, media_root: media_root.canonicalize()? })
    }

    /// Serves state changes at `/_pact/provider-states`, until `shutdown`.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let router = Router::new().route("/_pact/provider-states", post(change)).with_state(Arc::new(self));
        axum::serve(listener, router).with_graceful_shutdown(shutdown).await
    }

    /// Brings a state about; the values that it gives.
    async fn set_up(&self, state: &str, params: &Map<String, Value>) -> Result<Value, StateError> {
        let recording = self.media_root.join(format!("{}.mp4", Uuid::new_v4()));
        match state {
            "a recording with subtitles" => {
                let text = params.get("text").and_then(Value::as_str).unwrap_or("Good evening.");
                let subtitles = format!("1\n00:00:01,000 --> 00:00:02,500\n{text}\n");
                std::fs::write(recording.with_extension("srt"), subtitles)?;
                std::fs::write(&recording, "")?;
            }
            "a recording that cannot be transcribed" => std::fs::write(&recording, "")?,
            "no recording" => {}
            "the task was revoked" => {
                let id = params.get("id").and_then(Value::as_str).unwrap_or_default();
                self.revoke(id).await?;
                return Ok(json!({ "id": id }));
            }
            _ => return Err(StateError::Unknown),
        }
        Ok(json!({ "path": recording.to_string_lossy() }))
    }

    /// Takes a task back, and waits until a worker has heard it: it answers broadcasts in their order.
    async fn revoke(&self, id: &str) -> Result<(), StateError> {
        let mut connection = self.client.get_multiplexed_async_connection().await?;
        // Of a task with this id another replay may have left a result.
        let () = connection.del(format!("celery-task-meta-{id}")).await?;
        let arguments = json!({"task_id": id, "terminate": false, "signal": "SIGTERM"});
        let mailbox = Uuid::new_v4().to_string();
        let list = format!("{mailbox}.reply.celery.pidbox");
        let binding = format!("{mailbox}\u{6}\u{16}\u{6}\u{16}{list}");
        let () = connection.sadd("_kombu.binding.reply.celery.pidbox", &binding).await?;
        let reply_to = json!({"exchange": "reply.celery.pidbox", "routing_key": mailbox});
        let ping = json!({
            "method": "ping", "arguments": {}, "ticket": Uuid::new_v4().to_string(), "reply_to": reply_to,
            "destination": null, "pattern": null, "matcher": null,
        });
        let revoke = json!({"method": "revoke", "arguments": arguments, "destination": null});
        let answered = self.told(&[revoke, ping], &list).await;
        let () = redis::pipe()
            .srem("_kombu.binding.reply.celery.pidbox", &binding)
            .del(&list)
            .query_async(&mut connection)
            .await?;
        answered
    }

    async fn told(&self, orders: &[Value], list: &str) -> Result<(), StateError> {
        let database = self.client.get_connection_info().redis_settings().db();
        let config = redis::AsyncConnectionConfig::new().set_response_timeout(None);
        let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        let hearing = async {
            // A worker that is only starting hears nothing yet.
            let channel = format!("/{database}.celery.pidbox");
            loop {
                for order in orders {
                    let () = connection.publish(&channel, broadcast(order)).await?;
                }
                let answer: Option<(String, String)> = connection.brpop(list, 1.0).await?;
                if answer.is_some() {
                    return Ok(());
                }
            }
        };
        tokio::time::timeout(HEARING, hearing).await.unwrap_or(Err(StateError::Unheard))
    }

    /// Removes what the states and the worker left: everything in the folder, and the keys of the queue.
    async fn tear_down(&self) -> Result<(), StateError> {
        for entry in std::fs::read_dir(&self.media_root)? {
            let path = entry?.path();
            if path.is_file() {
                std::fs::remove_file(path)?;
            }
        }
        let mut connection = self.client.get_multiplexed_async_connection().await?;
        let () = connection.del("celery.dead-letter").await?;
        Ok(())
    }
}

fn broadcast(order: &Value) -> String {
    json!({
        "body": STANDARD.encode(order.to_string()),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {"clock": 1, "expires": null},
        "properties": {
            "delivery_mode": 2,
            "delivery_info": {"exchange": "celery.pidbox", "routing_key": ""},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": Uuid::new_v4().to_string(),
        },
    })
    .to_string()
}

async fn change(State(surroundings): State<Arc<Surroundings>>, Json(change): Json<Change>) -> Answer {
    let changed = match change.action {
        Action::Setup if change.state.is_empty() => Ok(json!({})),
        Action::Setup => surroundings.set_up(&change.state, &change.params).await,
        Action::Teardown => surroundings.tear_down().await.map(|()| json!({})),
    };
    match changed {
        Ok(values) => (StatusCode::OK, Json(values)),
        Err(error @ StateError::Unknown) => {
            (StatusCode::NOT_FOUND, Json(json!({"error": error.to_string()})))
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"error": error.to_string()}))),
    }
}
